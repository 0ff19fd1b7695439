#include "attendance/analytics.h"

#include <algorithm>
#include <map>
#include <utility>

#include <date/tz.h>

#include "attendance/coverage.h"
#include "attendance/site.h"
#include "attendance/zones.h"

namespace sas::attendance {
namespace {

using std::chrono::microseconds;

std::vector<LocalOffset> offsets_of(const date::time_zone& zone, const Interval& range) {
  std::vector<LocalOffset> offsets;
  for (Timestamp at = range.from; at < range.to;) {
    const date::sys_info info = zone.get_info(at);
    // The last period of a zone ends in a year that microseconds cannot represent.
    const bool ends = info.end < std::chrono::time_point_cast<std::chrono::seconds>(range.to);
    const Timestamp until = ends ? Timestamp(info.end) : range.to;
    offsets.push_back({{at, until}, info.offset});
    at = until;
  }
  return offsets;
}

void add(OutcomeCounts& counts, Outcome outcome, std::int64_t count) {
  switch (outcome) {
    case Outcome::marked:
      counts.marked += count;
      break;
    case Outcome::cooldown:
      counts.cooldown += count;
      break;
    case Outcome::unknown:
      counts.unknown += count;
      break;
    case Outcome::ambiguous:
      counts.ambiguous += count;
      break;
    case Outcome::spoof:
      counts.spoof += count;
      break;
    case Outcome::unproven:
      counts.unproven += count;
      break;
  }
}

Analytics::Latency percentiles(const std::vector<Tallies::Delay>& delays) {
  Analytics::Latency latency;
  for (const auto& delay : delays) latency.events += delay.count;
  const auto nearest_rank = [&](std::int64_t percent) {
    const std::int64_t rank = (latency.events * percent + 99) / 100;
    std::int64_t seen = 0;
    for (const auto& delay : delays) {
      seen += delay.count;
      if (seen >= rank) return delay.milliseconds;
    }
    return delays.back().milliseconds;
  };
  if (latency.events == 0) return latency;
  latency.p50 = nearest_rank(50);
  latency.p95 = nearest_rank(95);
  latency.p99 = nearest_rank(99);
  return latency;
}

}  // namespace

Result<TallyQuery> plan(OrganisationId organisation, const AnalyticsQuery& query, Timestamp now) {
  const auto refuse = [](const char* code, std::string why) {
    return Error::of(ErrorKind::invalid_argument, code, std::move(why));
  };
  const date::time_zone* zone = find_zone(query.zone);
  if (zone == nullptr)
    return refuse("invalid_zone", "zone: \"" + query.zone.substr(0, 64) +
                                      "\" is not a known time zone; use a name such as Europe/Berlin or UTC");
  if (query.from.has_value() != query.to.has_value())
    return refuse("invalid_range", "set both from and to, or neither for today");
  TallyQuery asked{.organisation = organisation};
  if (query.from) {
    asked.range = {*query.from, *query.to};
    if (asked.range.from >= asked.range.to) return refuse("invalid_range", "to must be later than from");
    if (asked.range.to - asked.range.from > kLongestAnalytics)
      return refuse("invalid_range", "from and to are more than 400 days apart; choose a shorter range");
  } else {
    const auto today = local_day(*zone, now);
    asked.range = {begin_of_day(*zone, today), begin_of_day(*zone, today + date::days(1))};
  }
  asked.offsets = offsets_of(*zone, asked.range);
  asked.camera = query.camera;
  return asked;
}

Analytics summarise(const TallyQuery& query, const std::string& zone, const Tallies& tallies,
                    const std::vector<Camera>& cameras, Timestamp now) {
  const date::time_zone& local = *find_zone(zone);
  Analytics figures;
  figures.range = query.range;
  figures.zone = zone;
  figures.now = now;
  figures.enrolled = tallies.enrolled;
  figures.present = tallies.present;
  figures.bins = tallies.bins;
  figures.thresholds = tallies.thresholds;
  figures.latency = percentiles(tallies.delays);

  const auto watched = coverage_of(cameras, tallies.watched, query.range, [&local](Timestamp time) {
    return begin_of_day(local, local_day(local, time));
  });
  for (const CameraCoverage& camera : watched) {
    const double fraction = mean_coverage({camera}, query.range, now).value_or(0);
    figures.coverage.push_back({camera.camera, camera.intervals, fraction});
  }

  std::map<Timestamp, Analytics::Hour> hours;
  std::map<std::string, OutcomeCounts> by_camera;
  for (const auto& hour : tallies.hours) {
    add(hours[hour.start].counts, hour.outcome, hour.count);
    add(by_camera[hour.camera.value], hour.outcome, hour.count);
  }
  std::map<Timestamp, std::int64_t> present;  // by day
  for (const auto& arrivals : tallies.arrivals) {
    hours[arrivals.start].arrivals += arrivals.count;
    present[arrivals.day] += arrivals.count;
  }
  for (auto& [start, hour] : hours) {
    hour.start = start;
    const Interval window{std::max(start, query.range.from),
                          std::min<Timestamp>(start + std::chrono::hours(1), query.range.to)};
    hour.coverage = mean_coverage(watched, window, now);
    figures.hours.push_back(hour);
  }
  for (auto& [camera, counts] : by_camera) figures.cameras.push_back({CameraId{camera}, counts});

  const auto last = local_day(local, query.range.to - microseconds(1));
  for (auto day = local_day(local, query.range.from); day <= last; day += date::days(1)) {
    const Interval whole{begin_of_day(local, day), begin_of_day(local, day + date::days(1))};
    Analytics::Day made;
    made.date = date::format("%F", day);
    made.range = {std::max(whole.from, query.range.from), std::min(whole.to, query.range.to)};
    const auto found = present.find(Timestamp(day.time_since_epoch()));
    made.present = found == present.end() ? 0 : found->second;
    made.coverage = mean_coverage(watched, made.range, now);
    figures.days.push_back(std::move(made));
  }
  return figures;
}

}  // namespace sas::attendance
