#pragma once
// Counts of the log as a store computes them. attendance/analytics.h turns them into figures for people.

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "domain/attendance.h"
#include "domain/coverage.h"

namespace sas {

// A period during which local time is UTC + offset.
struct LocalOffset {
  Interval range;  // end excluded
  std::chrono::seconds offset{0};
};

struct TallyQuery {
  OrganisationId organisation;
  Interval range = {};                    // of captured_at; end excluded
  std::vector<LocalOffset> offsets = {};  // cover the range, in order
  std::optional<CameraId> camera = {};    // none: all cameras
};

struct Tallies {
  struct Hour {
    Timestamp start;  // of the local hour
    CameraId camera;
    Outcome outcome = Outcome::unknown;
    std::int64_t count = 0;
  };
  // People whose first record of a local day is in this hour.
  struct Arrivals {
    Timestamp start;  // of the local hour
    Timestamp day;    // the local day, as if its midnight were UTC
    std::int64_t count = 0;
  };
  // Best similarities in [kSimilarityBin * index - 1, kSimilarityBin * (index + 1) - 1).
  struct Bin {
    std::int64_t index = 0;
    std::int64_t known = 0;    // marked and cooldown
    std::int64_t unknown = 0;  // unknown and ambiguous
  };
  struct Delay {
    std::int64_t milliseconds = 0;  // from captured to received, rounded down
    std::int64_t count = 0;
  };
  struct Watched {
    CameraId camera;
    Interval interval;  // not cut to the range
  };

  std::int64_t enrolled = 0;       // people not removed, now
  std::int64_t present = 0;        // distinct people with a record
  std::vector<Hour> hours;         // in order of start
  std::vector<Arrivals> arrivals;  // in order of start
  std::vector<Bin> bins;           // in order
  std::vector<float> thresholds;   // of the raw cosine; distinct, in order
  std::vector<Delay> delays;       // of events within kLiveDelay, in order
  std::vector<Watched> watched;    // by camera, in chronological order, disjoint
};

inline constexpr double kSimilarityBin = 0.02;
inline constexpr std::chrono::seconds kLiveDelay{10};

}  // namespace sas
