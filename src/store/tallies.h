#pragma once
// What the log adds up to, as a store can count it. attendance/analytics.h makes figures for people of it.

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "domain/attendance.h"
#include "domain/coverage.h"

namespace sas {

// A stretch of time in which local time is UTC + offset.
struct LocalOffset {
  Interval range;  // the end is not in it
  std::chrono::seconds offset{0};
};

struct TallyQuery {
  OrganisationId organisation;
  Interval range = {};                    // captured_at; the end is not in it
  std::vector<LocalOffset> offsets = {};  // cover the range, in order
  std::optional<CameraId> camera = {};    // none: all of them
};

struct Tallies {
  struct Hour {
    Timestamp start;  // of the local hour
    CameraId camera;
    Outcome outcome = Outcome::unknown;
    std::int64_t count = 0;
  };
  // People whose first record of a local day lies in this hour.
  struct Arrivals {
    Timestamp start;  // of the local hour
    Timestamp day;    // the local day, as if its midnight were UTC
    std::int64_t count = 0;
  };
  // Best similarities from kSimilarityBin * index - 1 on, less than one bin further.
  struct Bin {
    std::int64_t index = 0;
    std::int64_t known = 0;    // marked and cooldown
    std::int64_t unknown = 0;  // unknown and ambiguous
  };
  struct Delay {
    std::int64_t milliseconds = 0;  // captured to received, cut
    std::int64_t count = 0;
  };
  struct Watched {
    CameraId camera;
    Interval interval;  // not cut to the range
  };

  std::int64_t enrolled = 0;       // living people, now
  std::int64_t present = 0;        // different people with a record
  std::vector<Hour> hours;         // in order of start
  std::vector<Arrivals> arrivals;  // in order of start
  std::vector<Bin> bins;           // in order
  std::vector<float> thresholds;   // different ones, in order
  std::vector<Delay> delays;       // of events within kLiveDelay, in order
  std::vector<Watched> watched;    // by camera, in order of time, apart from each other
};

inline constexpr double kSimilarityBin = 0.02;
inline constexpr std::chrono::seconds kLiveDelay{10};

}  // namespace sas
