#include "attendance/coverage.h"

#include <algorithm>

namespace sas::attendance {
namespace {

using std::chrono::microseconds;

Interval cut(const Interval& interval, const Interval& to) {
  return {std::max(interval.from, to.from), std::min(interval.to, to.to)};
}

microseconds length(const Interval& interval) {
  return std::max(interval.to - interval.from, microseconds::zero());
}

}  // namespace

std::vector<CameraCoverage> coverage_of(const std::vector<Camera>& cameras,
                                        const std::vector<Tallies::Watched>& watched, const Interval& range,
                                        const std::function<Timestamp(Timestamp)>& begin_of_day) {
  std::vector<CameraCoverage> found;
  for (const Camera& camera : cameras) {
    CameraCoverage coverage{camera.id, {}, {}};
    Timestamp first = camera.first_seen;
    for (const auto& each : watched) {
      if (each.camera != camera.id) continue;
      first = std::min(first, each.interval.from);
      const Interval within = cut(each.interval, range);
      if (within.from < within.to) coverage.intervals.push_back(within);
    }
    // Only then does the day matter: a zone need not know a time of long ago.
    if (first > range.from) first = begin_of_day(first);
    coverage.counts = cut({first, camera.retired_at.value_or(range.to)}, range);
    if (coverage.counts.from < coverage.counts.to) found.push_back(std::move(coverage));
  }
  std::ranges::sort(found, {}, [](const CameraCoverage& each) { return each.camera.value; });
  return found;
}

std::optional<double> mean_coverage(const std::vector<CameraCoverage>& cameras, Interval window,
                                    Timestamp now) {
  window.to = std::min(window.to, now);
  microseconds counted{0};
  microseconds covered{0};
  for (const CameraCoverage& camera : cameras) {
    const Interval counts = cut(camera.counts, window);
    counted += length(counts);
    if (counts.from >= counts.to) continue;
    for (const Interval& each : camera.intervals) covered += length(cut(each, counts));
  }
  if (counted == microseconds::zero()) return std::nullopt;
  return static_cast<double>(covered.count()) / static_cast<double>(counted.count());
}

}  // namespace sas::attendance
