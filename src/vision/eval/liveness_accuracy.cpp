#include "vision/eval/liveness_accuracy.h"

#include <algorithm>
#include <set>

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
