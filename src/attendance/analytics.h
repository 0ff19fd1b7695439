#pragma once
// Figures of the log for people: by local day and hour, by camera, and always with what the cameras watched,
// since nobody may be called absent for a time that nobody looked.

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
  std::optional<Timestamp> from = std::nullopt;  // both or neither; neither: today in the zone
  std::optional<Timestamp> to = std::nullopt;
  std::string zone = "UTC";  // of the IANA database
  std::optional<CameraId> camera = std::nullopt;
};

// What of an outcome there was.
struct OutcomeCounts {
  std::int64_t marked = 0;
  std::int64_t cooldown = 0;
  std::int64_t unknown = 0;
  std::int64_t ambiguous = 0;
  std::int64_t spoof = 0;
};

struct Analytics {
  struct Day {
    std::string date;  // 2026-11-22
    Interval range;    // cut to the query's
    std::int64_t present = 0;
    std::optional<double> coverage;  // mean over the cameras; none: no camera, or all of it lies ahead
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
    std::vector<Interval> intervals;  // cut to the range
    double fraction = 0;              // of the range's part that is not ahead
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

// The question for the store. invalid_argument: "invalid_zone"; "invalid_range": longer than
// kLongestAnalytics, only one end, or ends before it begins.
[[nodiscard]] Result<TallyQuery> plan(OrganisationId organisation, const AnalyticsQuery& query,
                                      Timestamp now);
// `cameras`: those whose coverage counts. `zone` is one that plan() has taken.
[[nodiscard]] Analytics summarise(const TallyQuery& query, const std::string& zone, const Tallies& tallies,
                                  std::vector<CameraId> cameras, Timestamp now);

}  // namespace sas::attendance
