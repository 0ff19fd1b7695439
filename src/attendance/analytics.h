#pragma once
// Attendance figures by local day and hour and by camera. They always include the cameras' coverage, because nobody
// may be reported absent for a time that no camera watched.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/attendance.h"
#include "domain/coverage.h"
#include "store/tallies.h"

namespace sas::attendance {

struct AnalyticsQuery {
  std::optional<Timestamp> from = std::nullopt;  // set both or neither; neither: today in `zone`
  std::optional<Timestamp> to = std::nullopt;
  std::string zone = "UTC";  // an IANA time zone
  std::optional<CameraId> camera = std::nullopt;
};

// Number of sightings by outcome.
struct OutcomeCounts {
  std::int64_t marked = 0;
  std::int64_t cooldown = 0;
  std::int64_t unknown = 0;
  std::int64_t ambiguous = 0;
  std::int64_t spoof = 0;
  std::int64_t unproven = 0;
};

struct Analytics {
  struct Day {
    std::string date;  // 2026-11-22
    Interval range;    // clipped to the query's range
    std::int64_t present = 0;
    std::optional<double>
        coverage;  // mean over the cameras; none: no camera, or the day is entirely in the future
  };
  struct Hour {
    Timestamp start;
    std::int64_t arrivals = 0;
    OutcomeCounts counts;
    std::optional<double> coverage;
  };
  struct OfCamera {
    CameraId camera;
    OutcomeCounts counts;
  };
  struct Coverage {
    CameraId camera;
    std::vector<Interval> intervals;  // clipped to the range
    double fraction = 0;  // of the part of the range in which it counted and that is not in the future
  };
  struct Latency {
    std::optional<std::int64_t> p50, p95, p99;  // milliseconds
    std::int64_t events = 0;
  };

  Interval range;
  std::string zone;
  Timestamp now;
  std::int64_t enrolled = 0;
  std::int64_t present = 0;
  std::vector<Day> days;
  std::vector<Hour> hours;
  std::vector<OfCamera> cameras;
  std::vector<Tallies::Bin> bins;
  std::vector<float> thresholds;
  Latency latency;
  std::vector<Coverage> coverage;
};

inline constexpr std::chrono::hours kLongestAnalytics{24 * 400};

// The query for the store. invalid_argument: "invalid_zone"; "invalid_range": longer than kLongestAnalytics, only one
// end is set, or it ends before it begins.
[[nodiscard]] Result<TallyQuery> plan(OrganisationId organisation, const AnalyticsQuery& query,
                                      Timestamp now);
// `cameras`: the cameras to include in coverage, each for the time that it counts (coverage.h). plan() must have accepted `zone`.
[[nodiscard]] Analytics summarise(const TallyQuery& query, const std::string& zone, const Tallies& tallies,
                                  const std::vector<Camera>& cameras, Timestamp now);

}  // namespace sas::attendance
