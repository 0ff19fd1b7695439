#pragma once
// How much of a time the cameras watched.

#include <functional>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "domain/attendance.h"
#include "domain/coverage.h"
#include "store/tallies.h"

namespace sas::attendance {

struct CameraCoverage {
  CameraId camera;
  Interval counts;                  // when it was expected to watch, within the range that was asked for
  std::vector<Interval> intervals;  // when it did, within that range, in order
};

// Of the cameras that were expected to watch some of `range`, in order of their ids. A camera counts from the beginning of
// the day on which it was first heard of, or watched, until it is retired: one that is added today says nothing about
// yesterday. `begin_of_day`: of the day that a moment belongs to.
[[nodiscard]] std::vector<CameraCoverage> coverage_of(
    const std::vector<Camera>& cameras, const std::vector<Tallies::Watched>& watched, const Interval& range,
    const std::function<Timestamp(Timestamp)>& begin_of_day);

// Watched time over the time that the cameras counted, within `window` and before `now`: 0..1. None: no camera counted.
[[nodiscard]] std::optional<double> mean_coverage(const std::vector<CameraCoverage>& cameras, Interval window,
                                                  Timestamp now);

}  // namespace sas::attendance
