#include "vision/eval/liveness_accuracy.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "vision/eval/score_histogram.h"

namespace sas::vision {
namespace {

LivenessPoint at(std::span<const LivenessSample> samples, const LivenessReport& report, float threshold) {
  std::uint64_t refused = 0;
  std::uint64_t accepted = 0;
  for (const auto& sample : samples) {
    if (sample.live && sample.score < threshold) ++refused;
    if (!sample.live && sample.score >= threshold) ++accepted;
  }
  return {threshold, static_cast<double>(refused) / static_cast<double>(report.live),
          upper_bound_95(refused, report.live),
          static_cast<double>(accepted) / static_cast<double>(report.spoofs),
          upper_bound_95(accepted, report.spoofs)};
}

float median(std::vector<float> scores) {
  const auto middle = scores.begin() + static_cast<std::ptrdiff_t>(scores.size() / 2);
  std::nth_element(scores.begin(), middle, scores.end());
  if (scores.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(scores.begin(), middle)) / 2;
}

std::vector<LivenessKind> by_kind(std::span<const LivenessSample> samples, float threshold) {
  // Live ones first.
  std::map<std::pair<bool, std::string>, std::map<std::string, std::vector<float>>> kinds;
  for (const auto& sample : samples)
    kinds[{!sample.live, sample.kind}][sample.source].push_back(sample.score);
  std::vector<LivenessKind> report;
  for (const auto& [key, presentations] : kinds) {
    LivenessKind kind{.live = !key.first, .name = key.second, .presentations = presentations.size()};
    for (const auto& [source, scores] : presentations)
      kind.wrong += (median(scores) < threshold) == kind.live ? 1 : 0;
    std::tie(kind.lowest_95, kind.highest_95) = wilson_95(kind.wrong, kind.presentations);
    report.push_back(std::move(kind));
  }
  return report;
}

}  // namespace

Result<LivenessReport> measure_liveness(std::span<const LivenessSample> samples, float threshold) {
  LivenessReport report;
  std::set<std::string_view> live;
  std::set<std::string_view> spoofs;
  for (const auto& sample : samples) {
    ++(sample.live ? report.live : report.spoofs);
    (sample.live ? live : spoofs).insert(sample.source);
  }
  report.live_sources = live.size();
  report.spoof_sources = spoofs.size();
  if (report.live == 0 || report.spoofs == 0)
    return Error::of(ErrorKind::invalid_argument, "too_few_samples",
                     "the samples contain " + std::to_string(report.live) + " live faces and " +
                         std::to_string(report.spoofs) + " spoofs; both are needed");
  for (int step = 1; step < 20; ++step)
    report.points.push_back(at(samples, report, static_cast<float>(step) / 20));
  report.current = at(samples, report, threshold);
  report.kinds = by_kind(samples, threshold);
  const auto worse = [](const LivenessPoint& point) {
    return std::max(point.live_refused, point.spoof_accepted);
  };
  double smallest = 2;
  float first = 0;
  float last = 0;
  for (int step = 1; step < 1000; ++step) {
    const auto point = at(samples, report, static_cast<float>(step) / 1000);
    if (worse(point) < smallest) {
      smallest = worse(point);
      first = point.threshold;
    }
    if (worse(point) <= smallest) last = point.threshold;
  }
  report.best = at(samples, report, (first + last) / 2);
  return report;
}

}  // namespace sas::vision
