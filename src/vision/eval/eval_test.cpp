// Values that can be computed by hand, and synthetic faces with defects that the report must find.

#include <cmath>
#include <fstream>
#include <numbers>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include "fixtures/temp_dir.h"
#include "vision/eval/plot.h"
#include "vision/eval/report.h"
#include "vision/eval/samples.h"

namespace sas::vision {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(ScoreHistogram, ComputesCountsSharesAndThresholds) {
  ScoreHistogram histogram;
  for (int i = 0; i < 1000; ++i) histogram.add((static_cast<float>(i) + 0.5F) / 1000);
  EXPECT_EQ(histogram.count(), 1000U);
  EXPECT_DOUBLE_EQ(histogram.share_from(0.75F), 0.25);
  EXPECT_DOUBLE_EQ(histogram.share_from(-1), 1);
  EXPECT_DOUBLE_EQ(histogram.share_from(1), 0);
  // One in a hundred: the ten highest, from 0.9905 up, and the lowest threshold that accepts no more.
  EXPECT_NEAR(histogram.threshold_for(0.01), 0.9896, 2e-4);
  EXPECT_DOUBLE_EQ(histogram.share_from(histogram.threshold_for(0.01)), 0.01);
  EXPECT_DOUBLE_EQ(histogram.share_from(histogram.threshold_for(0)), 0);
  EXPECT_NEAR(histogram.quantile(0.5), 0.5, 1e-3);
  EXPECT_NEAR(histogram.mean(), 0.5, 1e-6);
  EXPECT_NEAR(histogram.mean_excess(0.8F), 0.1, 1e-3);
}

TEST(ScoreHistogram, AcceptsScoresRoundedBeyondOne) {
  ScoreHistogram histogram;
  histogram.add(1.0000002F);
  histogram.add(-1.0000002F);
  EXPECT_EQ(histogram.count_from(0.9999F), 1U);
  EXPECT_EQ(histogram.count_from(-1), 2U);
}

// Three in a thousand is the rule of three; the others can be found in any table of exact binomial bounds.
TEST(UpperBound, MatchesClopperAndPearson) {
  EXPECT_NEAR(upper_bound_95(0, 1000), 0.00299, 1e-5);
  EXPECT_NEAR(upper_bound_95(0, 10), 0.2589, 1e-4);
  EXPECT_NEAR(upper_bound_95(1, 10), 0.3942, 1e-4);
  EXPECT_EQ(upper_bound_95(10, 10), 1);
  EXPECT_EQ(upper_bound_95(0, 0), 1);
}

// Embeddings in the plane of the first two dimensions: cosines are those of the angles between them.
Sample at_angle(const std::string& person, const std::string& name, double degrees) {
  std::vector<float> values(kEmbeddingSize);
  values[0] = static_cast<float>(std::cos(degrees * std::numbers::pi / 180));
  values[1] = static_cast<float>(std::sin(degrees * std::numbers::pi / 180));
  return {person, name, Embedding::normalised(values).value()};
}

TEST(Accuracy, IsPerfectForPeopleFarApart) {
  const std::vector<Sample> samples{at_angle("a", "a1", 0), at_angle("a", "a2", 10), at_angle("b", "b1", 90),
                                    at_angle("b", "b2", 100)};
  const auto report = measure_accuracy(samples, 0.5F, 0.001);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->people, 2U);
  EXPECT_EQ(report->genuine.count(), 2U);
  EXPECT_EQ(report->impostor.count(), 4U);
  EXPECT_EQ(report->rank_1, 4U);
  EXPECT_EQ(report->searched, 4U);
  EXPECT_DOUBLE_EQ(report->current.genuine_accept_rate, 1);
  EXPECT_DOUBLE_EQ(report->current.false_accept_rate, 0);
  EXPECT_NEAR(report->current.false_accept_rate_95, 0.527, 1e-3) << "four pairs prove little";
  EXPECT_FALSE(report->wanted_measurable);
  EXPECT_TRUE(report->suspects.empty());
  EXPECT_TRUE(report->lookalikes.empty());
}

TEST(Accuracy, FindsMisplacedAndWeakPhotographs) {
  const std::vector<Sample> samples{
      at_angle("a", "a1", 0),  at_angle("a", "a2", 5),   at_angle("a", "a-is-b", 92), at_angle("b", "b1", 90),
      at_angle("b", "b2", 95), at_angle("c", "c1", 180), at_angle("c", "c-weak", 240)};
  const auto report = measure_accuracy(samples, 0.8F, 0.001);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->suspects.size(), 3U);
  EXPECT_EQ(report->suspects[0].kind, Suspect::Kind::mixed_up);
  EXPECT_EQ(samples[report->suspects[0].sample].name, "a-is-b");
  EXPECT_EQ(samples[report->suspects[0].other_sample].person, "b");
  EXPECT_EQ(report->suspects[1].kind, Suspect::Kind::weak);
  EXPECT_EQ(report->suspects[2].kind, Suspect::Kind::weak);
  ASSERT_EQ(report->lookalikes.size(), 1U);
  EXPECT_NEAR(report->lookalikes[0].cosine, std::cos(2 * std::numbers::pi / 180), 1e-5);

  ASSERT_TRUE(report->wanted_without_mixed_up);
  EXPECT_GT(report->wanted_without_mixed_up->genuine_accept_rate, report->wanted.genuine_accept_rate);

  AccuracySubject subject;
  subject.what = "people";
  subject.embedder = "m-1";
  const auto text = to_text(*report, subject, samples);
  EXPECT_THAT(text, AllOf(HasSubstr("Mixed up"), HasSubstr("a-is-b"), HasSubstr("Weak"), HasSubstr("c-weak"),
                          HasSubstr("too few")));
  const auto json = to_json(*report, subject, samples);
  EXPECT_EQ(json.at("suspects").at(0).at("name").as_string(), "a-is-b");
  EXPECT_EQ(json.at("suspects").at(0).at("other_person").as_string(), "b");
}

TEST(Accuracy, RefusesASinglePerson) {
  const std::vector<Sample> samples{at_angle("a", "a1", 0), at_angle("a", "a2", 5)};
  EXPECT_EQ(measure_accuracy(samples, 0.5F, 0.001).error().code, "too_few_samples");
  EXPECT_EQ(measure_accuracy({}, 0.5F, 0.001).error().code, "too_few_samples");
}

// More rows than one block, checked against the definition: random directions, three faces per person.
TEST(Accuracy, MatchesPairwiseComparisonForMany) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<Sample> samples;
  for (int person = 0; person < 110; ++person)
    for (int face = 0; face < 3; ++face) {
      std::vector<float> values(kEmbeddingSize);
      for (float& value : values) value = normal(random);
      values[static_cast<std::size_t>(person)] += 20;
      samples.push_back({std::to_string(person), "", Embedding::normalised(values).value()});
    }
  const auto report = measure_accuracy(samples, 0.2F, 0.01).value();
  std::size_t genuine = 0;
  std::size_t accepted = 0;
  std::size_t false_accepts = 0;
  for (std::size_t i = 0; i < samples.size(); ++i)
    for (std::size_t j = i + 1; j < samples.size(); ++j) {
      const bool same = samples[i].person == samples[j].person;
      const bool accept = cosine(samples[i].embedding, samples[j].embedding) >= 0.2F;
      genuine += same ? 1 : 0;
      (same ? accepted : false_accepts) += accept ? 1 : 0;
    }
  EXPECT_EQ(report.genuine.count(), genuine);
  EXPECT_EQ(report.genuine.count_from(0.2F), accepted);
  EXPECT_EQ(report.impostor.count_from(0.2F), false_accepts);
  EXPECT_LE(report.wanted.false_accept_rate, 0.01);
  EXPECT_GT(report.wanted.false_accept_rate, 0.009);
}

TEST(Search, NeedsAHigherThresholdAmongMorePeople) {
  ScoreHistogram impostor;
  std::mt19937 random(5);
  std::exponential_distribution<float> tail(40);
  for (int i = 0; i < 200'000; ++i) impostor.add(tail(random));
  // The extrapolation assumes an exponential tail, so it must be right for one.
  const float threshold = extrapolated_threshold(impostor, 1e-7);
  EXPECT_NEAR(threshold, std::log(1e7) / 40, 0.02);
  EXPECT_NEAR(std::log10(extrapolated_false_accept_rate(impostor, threshold)), -7, 0.01);
  EXPECT_DOUBLE_EQ(extrapolated_false_accept_rate(impostor, 0.01F), impostor.share_from(0.01F)) << "measured";
}

TEST(Liveness, FindsTheThresholdWithTheFewestErrors) {
  std::vector<LivenessSample> samples;
  for (int i = 0; i < 10; ++i) samples.push_back({true, "clip", i == 0 ? 0.3F : 0.9F});
  for (int i = 0; i < 10; ++i) samples.push_back({false, "photo" + std::to_string(i), i == 0 ? 0.8F : 0.1F});
  const auto report = measure_liveness(samples, 0.85F);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->live_sources, 1U);
  EXPECT_EQ(report->spoof_sources, 10U);
  EXPECT_DOUBLE_EQ(report->current.spoof_accepted, 0);
  EXPECT_DOUBLE_EQ(report->current.live_refused, 0.1);
  EXPECT_DOUBLE_EQ(std::max(report->best.live_refused, report->best.spoof_accepted), 0.1);
  LivenessSubject subject;
  subject.what = "door";
  subject.pack = "p";
  EXPECT_THAT(to_text(*report, subject, samples),
              AllOf(HasSubstr("10 live faces of 1"), HasSubstr("photo7")));
  EXPECT_EQ(measure_liveness(std::span(samples).first(10), 0.5F).error().code, "too_few_samples");
}

TEST(Liveness, CountsErrorsByKindOfAttackAndAClipAsOnePresentation) {
  std::vector<LivenessSample> samples;
  for (int frame = 0; frame < 9; ++frame)
    samples.push_back(
        {.live = true, .source = "live/webcam/a.mp4", .score = frame < 4 ? 0.1F : 0.9F, .kind = "webcam"});
  for (int i = 0; i < 10; ++i)
    samples.push_back({.live = false,
                       .source = "spoof/print/" + std::to_string(i),
                       .score = i == 0 ? 0.8F : 0.1F,
                       .kind = "print"});
  samples.push_back({.live = false, .source = "spoof/mask/a", .score = 0.7F, .kind = "mask"});
  const auto report = measure_liveness(samples, 0.5F).value();
  ASSERT_EQ(report.kinds.size(), 3U);
  const auto& [webcam, mask, print] = std::tie(report.kinds[0], report.kinds[1], report.kinds[2]);
  EXPECT_TRUE(webcam.live);
  EXPECT_EQ(webcam.presentations, 1U);
  EXPECT_EQ(webcam.wrong, 0U) << "the median of its frames is live";
  EXPECT_EQ(mask.name, "mask");
  EXPECT_EQ(mask.wrong, 1U);
  EXPECT_EQ(print.presentations, 10U);
  EXPECT_EQ(print.wrong, 1U);
  EXPECT_NEAR(print.lowest_95, 0.0179, 1e-4) << "Wilson, of a table";
  EXPECT_NEAR(print.highest_95, 0.4042, 1e-4);
  LivenessSubject subject;
  EXPECT_THAT(to_text(report, subject, samples),
              HasSubstr("print               1 of 10   accepted (1.8 to 40.4 %)"));
  EXPECT_EQ(to_json(report, subject, samples).at("kinds").at(2).at("kind").as_string(), "print");
}

TEST(Plots, AreNotBlank) {
  const test::TempDir folder;
  const std::vector<Sample> samples{at_angle("a", "a1", 0), at_angle("a", "a2", 10), at_angle("b", "b1", 70),
                                    at_angle("b", "b2", 100)};
  const auto report = measure_accuracy(samples, 0.5F, 0.001).value();
  AccuracySubject subject;
  subject.what = "people";
  const auto drawn = plot_accuracy(report, subject, folder / "plots");
  ASSERT_TRUE(drawn) << drawn.error().message;
  for (const char* name : {"distributions.png", "det.png"}) {
    const auto picture = cv::imread((folder / "plots" / name).string());
    ASSERT_EQ(picture.size(), cv::Size(1000, 600)) << name;
    cv::Scalar mean;
    cv::Scalar deviation;
    cv::meanStdDev(picture, mean, deviation);
    EXPECT_GT(deviation[0], 10) << name;
  }
  EXPECT_EQ(write_plot(Plot{}, "/nonexistent/a.png").error().code, "plot_unwritable");
}

}  // namespace
}  // namespace sas::vision
