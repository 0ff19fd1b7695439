// Values that can be computed by hand, and synthetic people with a known structure.

#include <array>
#include <fstream>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include "fixtures/temp_dir.h"
#include "vision/eval/report.h"

namespace sas::vision {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

TEST(Csls, TakesOffHalfOfBothNeighbourhoods) {
  EXPECT_FLOAT_EQ(csls(0.8F, 0.2F, 0.4F), 0.5F);
  EXPECT_FLOAT_EQ(csls(0.8F, 0, 0), 0.8F);
}

TEST(Csls, ANeighbourhoodIsTheMeanOfTheTenNearest) {
  std::vector<float> cosines(10, 0.5F);
  cosines.insert(cosines.end(), 5, -1.0F);
  EXPECT_FLOAT_EQ(neighbourhood(cosines), 0.5F);
  EXPECT_FLOAT_EQ(neighbourhood(std::vector{0.4F, 0.2F}), 0.3F) << "fewer people than ten";
  EXPECT_EQ(neighbourhood({}), 0) << "a gallery of one";
}

TEST(OpenSet, AGroupIsWhatComesBeforeTheNumber) {
  EXPECT_EQ(group_of("east_asian_03"), "east_asian");
  EXPECT_EQ(group_of("european_1"), "european");
  EXPECT_EQ(group_of("E-17_Jane_Doe"), "");
  EXPECT_EQ(group_of("_3"), "");
  EXPECT_EQ(group_of("a_"), "");
  EXPECT_EQ(group_of("17"), "");
}

// People of two groups: "apart" have directions of their own, "alike" share most of theirs. `noise`: how far each
// photograph lies from its person's direction.
std::vector<Sample> population(int people, int photographs, float noise) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  const auto direction = [&] {
    std::vector<float> values(kEmbeddingSize);
    for (auto& value : values) value = normal(random) / std::sqrt(static_cast<float>(values.size()));
    return values;
  };
  const auto common = direction();
  std::vector<Sample> samples;
  for (const bool alike : {false, true})
    for (int person = 0; person < people; ++person) {
      const std::string name = (alike ? "alike_" : "apart_") + std::to_string(person);
      const auto own = direction();
      for (int i = 0; i < photographs; ++i) {
        auto values = direction();
        for (std::size_t d = 0; d < values.size(); ++d)
          values[d] = own[d] + (noise * values[d]) + (alike ? 0.8F * common[d] : 0);
        samples.push_back({name, name + "/" + std::to_string(i), Embedding::normalised(values).value()});
      }
    }
  return samples;
}

const OpenSetResult& result_of(const OpenSetReport& report, std::size_t photographs, bool corrected) {
  return *std::ranges::find_if(report.results, [&](const auto& result) {
    return result.photographs == photographs && result.corrected == corrected;
  });
}

TEST(OpenSet, FindsEverybodyWhoIsEasyToTellApart) {
  const auto report = measure_open_set(population(15, 7, 0.3F), {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->enrolled, 30U);
  ASSERT_EQ(report->results.size(), 4U);
  for (const auto& result : report->results) {
    EXPECT_TRUE(result.measurable);
    EXPECT_EQ(result.people, 30U);
    EXPECT_EQ(result.searches, 30 * (7 - result.photographs));
    EXPECT_NEAR(result.missed.mean, 0, 0.01);
    for (const auto& group : result.groups) EXPECT_LE(group.misidentified.mean, 0.021);
  }
}

TEST(OpenSet, CorrectionHelpsWhereSomeResembleMany) {
  const auto report = measure_open_set(population(40, 5, 1.6F), {});
  ASSERT_TRUE(report);
  const auto& raw = result_of(*report, 1, false);
  const auto& corrected = result_of(*report, 1, true);
  EXPECT_GT(raw.missed.mean, corrected.missed.mean + 0.05);
  EXPECT_LT(raw.missed.low, raw.missed.mean);
  EXPECT_GT(raw.missed.high, raw.missed.mean);
  EXPECT_LT(result_of(*report, 3, true).missed.mean, corrected.missed.mean) << "three photographs";
  // One threshold for everybody: without the correction, those misnamed are of the group that looks alike.
  EXPECT_THAT(raw.groups,
              ElementsAre(Field(&OpenSetGroup::name, "alike"), Field(&OpenSetGroup::name, "apart")));
  EXPECT_GT(raw.groups[0].misidentified.mean, 0.015);
  EXPECT_LT(raw.groups[1].misidentified.mean, 0.005);
}

TEST(OpenSet, TheSameSeedGivesTheSameFigures) {
  const auto samples = population(10, 4, 1.5F);
  const auto once = measure_open_set(samples, {.splits = 5});
  const auto again = measure_open_set(samples, {.splits = 5});
  ASSERT_TRUE(once && again);
  EXPECT_EQ(boost::json::serialize(to_json(*once)), boost::json::serialize(to_json(*again)));
}

TEST(OpenSet, NeedsThreePeopleAndSomebodyToSearchFor) {
  auto samples = population(2, 2, 0.3F);
  EXPECT_TRUE(measure_open_set(samples, {.splits = 2}));
  EXPECT_FALSE(measure_open_set(population(1, 3, 0.3F), {})) << "two people";
  EXPECT_FALSE(measure_open_set(population(5, 1, 0.3F), {})) << "one photograph each";
  EXPECT_FALSE(measure_open_set({}, {}));
  const auto report = measure_open_set(samples, {.splits = 2});
  EXPECT_FALSE(report->results.front().measurable) << "too few strangers for one in a hundred";
  EXPECT_THAT(to_text(*report), HasSubstr("cannot show that rate"));
}

// A thousand copies of one face are one person to any search: nobody can be told apart, and nothing breaks.
TEST(OpenSet, CopiesAreNeverFound) {
  std::vector<Sample> copies;
  for (int i = 0; i < 30; ++i) {
    std::array<float, kEmbeddingSize> values{1};
    copies.push_back({"p" + std::to_string(i / 2), std::to_string(i), Embedding::normalised(values).value()});
  }
  const auto report = measure_open_set(copies, {.splits = 3});
  ASSERT_TRUE(report);
  for (const auto& result : report->results) EXPECT_EQ(result.missed.mean, 1);
}

TEST(OpenSet, TheReportNamesGroupsAndIntervals) {
  const auto report = measure_open_set(population(15, 5, 1.0F), {.splits = 5});
  ASSERT_TRUE(report);
  EXPECT_THAT(to_text(*report), AllOf(HasSubstr("30 people enrolled"), HasSubstr("corrected"),
                                      HasSubstr("alike"), HasSubstr("strangers misnamed")));
  const auto json = to_json(*report);
  EXPECT_EQ(json.at("results").as_array().size(), 4U);
  EXPECT_EQ(json.at("results").at(0).at("groups").at(0).at("group").as_string(), "alike");
}

// Finds no face anywhere: what is read and what is not is all that these tests are about.
class BlindEngine final : public FaceEngine {
 public:
  const ModelPack& pack() const override { return pack_; }
  std::string_view device_name() const override { return "cpu"; }
  std::vector<DetectedFace> detect(const cv::Mat&) const override { return {}; }
  FaceLandmarks landmarks(const cv::Mat&, const DetectedFace&) const override { return {}; }
  cv::Mat align(const cv::Mat&, const FaceLandmarks&) const override { return {}; }
  FaceQuality assess(const cv::Mat&, const DetectedFace&, const FaceLandmarks&, const cv::Mat&,
                     const QualityLimits&) const override {
    return {};
  }
  FaceQuality assess_quickly(const cv::Mat&, const DetectedFace&, const FaceLandmarks&, const cv::Mat&,
                             const QualityLimits&) const override {
    return {};
  }
  bool judges_liveness() const override { return false; }
  std::optional<float> liveness(const cv::Mat&, const DetectedFace&) const override { return std::nullopt; }
  Result<Embedding> embed(const cv::Mat&) const override {
    return Error::of(ErrorKind::invalid_argument, "invalid_vector", "no face");
  }

 private:
  ModelPack pack_;
};

class EvalFolders : public testing::Test {
 protected:
  void photograph(const std::string& name) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    ASSERT_TRUE(cv::imwrite((folder_ / name).string(), cv::Mat(40, 40, CV_8UC3, cv::Scalar::all(9))));
  }
  [[nodiscard]] FolderSamples read(const std::string& name) const {
    return embed_folders(BlindEngine(), folder_ / name, {}, false, {}, {}).value();
  }
  static auto named(const std::string& name, const std::string& reason) {
    return AllOf(Field(&Remark::name, name), Field(&Remark::reason, HasSubstr(reason)));
  }
  test::TempDir folder_;
};

TEST_F(EvalFolders, FollowsLinksToPhotographsAndFolders) {
  photograph("elsewhere/anna/1.png");
  photograph("elsewhere/2.png");
  std::filesystem::create_directories(folder_ / "people/bert");
  std::filesystem::create_directory_symlink(folder_ / "elsewhere/anna", folder_ / "people/anna");
  std::filesystem::create_symlink(folder_ / "elsewhere/2.png", folder_ / "people/bert/2.png");
  const auto taken = read("people");
  EXPECT_EQ(taken.photographs, 2U);
  EXPECT_THAT(taken.failures, ElementsAre(named("anna/1.png", "no face"), named("bert/2.png", "no face")));
}

TEST_F(EvalFolders, SaysWhatItLeavesOut) {
  photograph("people/anna/1.png");
  photograph("people/nobody.png");
  std::ofstream(folder_ / "people/anna/notes.txt") << "x";
  std::ofstream(folder_ / "people/anna/raw.heic") << "x";
  std::filesystem::create_symlink(folder_ / "gone.png", folder_ / "people/anna/gone.png");
  std::filesystem::create_directory_symlink(folder_ / "people", folder_ / "people/anna/round");
  const auto taken = read("people");
  EXPECT_EQ(taken.photographs, 2U);
  EXPECT_THAT(taken.failures, Contains(named("anna/raw.heic", "HEIC")));
  EXPECT_EQ(taken.ignored.size(), 4U);
  EXPECT_THAT(taken.ignored, Contains(named("anna/gone.png", "link to nothing")));
  EXPECT_THAT(taken.ignored, Contains(named("anna/notes.txt", "not a photograph")));
  EXPECT_THAT(taken.ignored, Contains(named("anna/round", "a folder that it is in")));
  EXPECT_THAT(taken.ignored, Contains(named("nobody.png", "not in the folder of a person")));
}

}  // namespace
}  // namespace sas::vision
