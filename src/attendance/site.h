#pragma once
// The place that the server keeps the log of: its time zone, and when its days begin.

#include <chrono>
#include <string>

#include <date/tz.h>

#include "base/clock.h"
#include "base/error.h"
#include "domain/date.h"
#include "store/days.h"

namespace sas::attendance {

class Site {
 public:
  // UTC, days from midnight.
  Site();
  // `day_starts_at`: local time, 00:00..23:59. invalid_argument "invalid_zone".
  [[nodiscard]] static Result<Site> of(const std::string& zone, std::chrono::minutes day_starts_at);

  [[nodiscard]] const std::string& zone() const { return name_; }
  [[nodiscard]] std::chrono::minutes day_starts_at() const { return start_; }

  // The day that a moment belongs to.
  [[nodiscard]] Date day_of(Timestamp time) const;
  [[nodiscard]] SiteDay day(Date date) const;

 private:
  Site(const date::time_zone& zone, std::string name, std::chrono::minutes start)
      : zone_(&zone), name_(std::move(name)), start_(start) {}

  const date::time_zone* zone_;
  std::string name_;
  std::chrono::minutes start_;
};

// When a local day begins: `start` after its midnight by the clock on the wall; where the clocks jump over that time, at the
// jump, and where it comes twice, at the first.
[[nodiscard]] Timestamp begin_of_day(const date::time_zone& zone, date::local_days day,
                                     std::chrono::minutes start = {});
// The local day that a moment belongs to.
[[nodiscard]] date::local_days local_day(const date::time_zone& zone, Timestamp time,
                                         std::chrono::minutes start = {});

}  // namespace sas::attendance
