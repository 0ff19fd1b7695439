#include "attendance/analytics.h"

#include <algorithm>
#include <map>
#include <utility>

#include <date/tz.h>

#include "attendance/zones.h"

namespace sas::attendance {
namespace {

using std::chrono::microseconds;

Timestamp local_midnight(const date::time_zone& zone, date::local_days day) {
  return Timestamp(
      zone.to_sys(date::local_time<microseconds>(day), date::choose::earliest).time_since_epoch());
}

date::local_days local_day(const date::time_zone& zone, Timestamp time) {
  return date::floor<date::days>(zone.to_local(time));
}

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
  }
}

double covered(const std::vector<Interval>& intervals, const Interval& window) {
  microseconds sum{0};
  for (const Interval& each : intervals) {
    const Timestamp from = std::max(each.from, window.from);
    const Timestamp to = std::min(each.to, window.to);
    if (from < to) sum += to - from;
  }
  return static_cast<double>(sum.count()) / static_cast<double>((window.to - window.from).count());
}

std::optional<double> mean_coverage(const std::vector<Analytics::Coverage>& cameras, Interval window,
                                    Timestamp now) {
  window.to = std::min(window.to, now);
  if (cameras.empty() || window.from >= window.to) return std::nullopt;
  double sum = 0;
  for (const auto& camera : cameras) sum += covered(camera.intervals, window);
  return sum / static_cast<double>(cameras.size());
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
    asked.range = {local_midnight(*zone, today), local_midnight(*zone, today + date::days(1))};
  }
  asked.offsets = offsets_of(*zone, asked.range);
  asked.camera = query.camera;
  return asked;
}

Analytics summarise(const TallyQuery& query, const std::string& zone, const Tallies& tallies,
                    std::vector<CameraId> cameras, Timestamp now) {
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

  std::ranges::sort(cameras, {}, &CameraId::value);
  const Interval until_now{query.range.from, std::min(query.range.to, now)};
  for (CameraId& camera : cameras) {
    Analytics::Coverage coverage{std::move(camera), {}, 0};
    for (const auto& watched : tallies.watched) {
      if (watched.camera != coverage.camera) continue;
      coverage.intervals.push_back(
          {std::max(watched.interval.from, query.range.from), std::min(watched.interval.to, query.range.to)});
    }
    if (until_now.from < until_now.to) coverage.fraction = covered(coverage.intervals, until_now);
    figures.coverage.push_back(std::move(coverage));
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
    hour.coverage = mean_coverage(figures.coverage, window, now);
    figures.hours.push_back(hour);
  }
  for (auto& [camera, counts] : by_camera) figures.cameras.push_back({CameraId{camera}, counts});

  const auto last = local_day(local, query.range.to - microseconds(1));
  for (auto day = local_day(local, query.range.from); day <= last; day += date::days(1)) {
    const Interval whole{local_midnight(local, day), local_midnight(local, day + date::days(1))};
    Analytics::Day made;
    made.date = date::format("%F", day);
    made.range = {std::max(whole.from, query.range.from), std::min(whole.to, query.range.to)};
    const auto found = present.find(Timestamp(day.time_since_epoch()));
    made.present = found == present.end() ? 0 : found->second;
    made.coverage = mean_coverage(figures.coverage, made.range, now);
    figures.days.push_back(std::move(made));
  }
  return figures;
}

}  // namespace sas::attendance
