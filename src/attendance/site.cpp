#include "attendance/site.h"

#include <utility>

#include "attendance/zones.h"

namespace sas::attendance {
namespace {

date::local_days local_days_of(Date date) { return date::local_days(date.time_since_epoch()); }

}  // namespace

Timestamp begin_of_day(const date::time_zone& zone, date::local_days day, std::chrono::minutes start) {
  const date::local_time<std::chrono::microseconds> local = day + start;
  return Timestamp(zone.to_sys(local, date::choose::earliest).time_since_epoch());
}

date::local_days local_day(const date::time_zone& zone, Timestamp time, std::chrono::minutes start) {
  auto day = date::floor<date::days>(zone.to_local(time) - start);
  // Next to a change of the clocks the subtraction may be off by the hour that was added or left out.
  if (time < begin_of_day(zone, day, start)) return day - date::days(1);
  if (time >= begin_of_day(zone, day + date::days(1), start)) return day + date::days(1);
  return day;
}

Site::Site() : Site(*find_zone("UTC"), "UTC", {}) {}

Result<Site> Site::of(const std::string& zone, std::chrono::minutes day_starts_at) {
  const date::time_zone* found = find_zone(zone);
  if (found == nullptr)
    return Error::of(ErrorKind::invalid_argument, "invalid_zone",
                     "SITE_TIME_ZONE: \"" + zone.substr(0, 64) +
                         "\" is not a known time zone; use a name such as Europe/Berlin or UTC");
  return Site(*found, zone, day_starts_at);
}

Date Site::day_of(Timestamp time) const { return Date(local_day(*zone_, time, start_).time_since_epoch()); }

SiteDay Site::day(Date date) const {
  const date::local_days day = local_days_of(date);
  return {date, {begin_of_day(*zone_, day, start_), begin_of_day(*zone_, day + date::days(1), start_)}};
}

}  // namespace sas::attendance
