#include "vision/eval/accuracy.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <opencv2/core.hpp>

namespace sas::vision {
namespace {

constexpr double kTail = 0.01;

struct Nearest {
  float own = -2;
  float other = -2;
  std::size_t other_sample = 0;
};

OperatingPoint at(const AccuracyReport& report, float threshold) {
  OperatingPoint point;
  point.threshold = ScoreHistogram::rounded(threshold);
  point.false_accept_rate = report.impostor.share_from(point.threshold);
  point.false_accept_rate_95 =
      upper_bound_95(report.impostor.count_from(point.threshold), report.impostor.count());
  point.genuine_accept_rate = report.genuine.share_from(point.threshold);
  return point;
}

void find_equal_error(AccuracyReport& report) {
  if (report.genuine.count() == 0) return;
  double smallest_gap = 2;
  for (float threshold = -0.2F; threshold <= 1; threshold += 0.001F) {
    const double accepted = report.impostor.share_from(threshold);
    const double refused = 1 - report.genuine.share_from(threshold);
    const double gap = std::abs(accepted - refused);
    if (gap > smallest_gap) continue;
    smallest_gap = gap;
    report.equal_error_threshold = ScoreHistogram::rounded(threshold);
    report.equal_error_rate = (accepted + refused) / 2;
  }
}

// A misplaced photograph of b resembles all of b's; b's own photographs resemble only that one among the
// samples it was filed with.
bool fits_better_elsewhere(std::size_t sample, std::size_t other, std::span<const Sample> samples) {
  double own_sum = 0;
  double other_sum = 0;
  int own = 0;
  int others = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i == sample) continue;
    const bool is_own = samples[i].person == samples[sample].person;
    if (!is_own && samples[i].person != samples[other].person) continue;
    (is_own ? own_sum : other_sum) +=
        static_cast<double>(cosine(samples[sample].embedding, samples[i].embedding));
    ++(is_own ? own : others);
  }
  return other_sum / others > own_sum / own;
}

void find_suspects(const std::vector<Nearest>& nearest, std::span<const Sample> samples, float threshold,
                   AccuracyReport& report) {
  for (std::size_t i = 0; i < nearest.size(); ++i) {
    const auto& found = nearest[i];
    if (found.own < -1) continue;  // the only sample of its person: nothing to compare with
    ++report.searched;
    report.rank_1 += found.own > found.other ? 1 : 0;
    if (found.other >= threshold && found.other > found.own &&
        fits_better_elsewhere(i, found.other_sample, samples))
      report.suspects.push_back({Suspect::Kind::mixed_up, i, found.own, found.other, found.other_sample});
    else if (found.own < threshold)
      report.suspects.push_back({Suspect::Kind::weak, i, found.own, found.other, found.other_sample});
  }
  std::ranges::sort(report.suspects, {}, [](const Suspect& suspect) {
    return std::pair(suspect.kind, suspect.own - suspect.other);
  });
}

}  // namespace

double extrapolated_false_accept_rate(const ScoreHistogram& impostor, float threshold) {
  const float tail = impostor.threshold_for(kTail);
  const double excess = impostor.mean_excess(tail);
  if (threshold <= tail || excess <= 0) return impostor.share_from(threshold);
  return impostor.share_from(tail) * std::exp(-static_cast<double>(threshold - tail) / excess);
}

float extrapolated_threshold(const ScoreHistogram& impostor, double rate) {
  const float tail = impostor.threshold_for(kTail);
  const double excess = impostor.mean_excess(tail);
  const double share = impostor.share_from(tail);
  if (rate >= share || excess <= 0) return impostor.threshold_for(rate);
  return ScoreHistogram::rounded(static_cast<float>(std::min(1.0, tail + (excess * std::log(share / rate)))));
}

namespace {

Result<AccuracyReport> compare(std::span<const Sample> samples, float threshold, double wanted_rate) {
  std::map<std::string_view, int> ids;
  std::vector<int> person;
  for (const auto& sample : samples)
    person.push_back(ids.try_emplace(sample.person, static_cast<int>(ids.size())).first->second);
  if (ids.size() < 2)
    return Error::of(ErrorKind::invalid_argument, "too_few_samples",
                     "the samples contain faces of only " + std::to_string(ids.size()) +
                         " people; at least two are needed");
  threshold = ScoreHistogram::rounded(threshold);
  AccuracyReport report;
  report.people = ids.size();
  report.samples = samples.size();

  const auto count = static_cast<int>(samples.size());
  cv::Mat all(count, static_cast<int>(kEmbeddingSize), CV_32F);
  for (int row = 0; row < count; ++row)
    std::ranges::copy(samples[static_cast<std::size_t>(row)].embedding.values(), all.ptr<float>(row));
  std::vector<Nearest> nearest(samples.size());
  std::map<std::pair<int, int>, Lookalike> alike;
  // One block of rows against all samples at a time, to limit memory to 256 rows of scores.
  constexpr int kBlock = 256;
  cv::Mat scores;
  for (int begin = 0; begin < count; begin += kBlock) {
    const int end = std::min(begin + kBlock, count);
    cv::gemm(all.rowRange(begin, end), all, 1, cv::noArray(), 0, scores, cv::GEMM_2_T);
    for (int i = begin; i < end; ++i) {
      const auto row = static_cast<std::size_t>(i);
      const float* score = scores.ptr<float>(i - begin);
      for (int j = 0; j < count; ++j) {
        if (i == j) continue;
        const auto column = static_cast<std::size_t>(j);
        const bool same = person[row] == person[column];
        if (same) {
          nearest[row].own = std::max(nearest[row].own, score[j]);
        } else if (score[j] > nearest[row].other) {
          nearest[row].other = score[j];
          nearest[row].other_sample = column;
        }
        if (j < i) continue;
        (same ? report.genuine : report.impostor).add(score[j]);
        if (same || score[j] < threshold) continue;
        auto& pair = alike[std::minmax(person[row], person[column])];
        if (score[j] > pair.cosine) pair = {row, column, score[j]};
      }
    }
  }

  for (const auto& [people, pair] : alike) report.lookalikes.push_back(pair);
  std::ranges::sort(report.lookalikes, std::greater{}, &Lookalike::cosine);
  if (report.lookalikes.size() > kMostLookalikes) report.lookalikes.resize(kMostLookalikes);
  find_suspects(nearest, samples, threshold, report);
  find_equal_error(report);
  report.current = at(report, threshold);
  report.wanted_rate = wanted_rate;
  report.wanted = at(report, report.impostor.threshold_for(wanted_rate));
  report.wanted_measurable = wanted_rate * static_cast<double>(report.impostor.count()) >= 1;
  for (const std::uint64_t people : {10ULL, 100ULL, 1'000ULL, 10'000ULL, 100'000ULL}) {
    const double one = extrapolated_false_accept_rate(report.impostor, threshold);
    // One template per person: 1 - (1 - one)^people, computed without losing small values.
    const double expected = -std::expm1(static_cast<double>(people) * std::log1p(-std::min(one, 1 - 1e-12)));
    const double each = -std::expm1(std::log1p(-1e-3) / static_cast<double>(people));
    const float safe = extrapolated_threshold(report.impostor, each);
    report.searches.push_back({people, expected, safe, report.genuine.share_from(safe)});
  }
  return report;
}

}  // namespace

Result<AccuracyReport> measure_accuracy(std::span<const Sample> samples, float threshold,
                                        double wanted_rate) {
  auto report = compare(samples, threshold, wanted_rate);
  if (!report) return report;
  std::vector<Sample> rest;
  for (std::size_t i = 0; i < samples.size(); ++i)
    if (std::ranges::none_of(report->suspects, [i](const Suspect& suspect) {
          return suspect.kind == Suspect::Kind::mixed_up && suspect.sample == i;
        }))
      rest.push_back(samples[i]);
  if (rest.size() == samples.size()) return report;
  if (const auto again = compare(rest, threshold, wanted_rate); again && again->genuine.count() > 0)
    report->wanted_without_mixed_up = again->wanted;
  return report;
}

}  // namespace sas::vision
