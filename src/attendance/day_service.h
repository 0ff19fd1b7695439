#pragma once
// Who was seen on which day.

#include <optional>
#include <string>
#include <vector>

#include "attendance/site.h"
#include "base/clock.h"
#include "base/task.h"
#include "domain/caller.h"
#include "store/cameras.h"
#include "store/days.h"

namespace sas::attendance {

struct DayRequest {
  std::optional<Date> from = {};  // set both, both included, or neither; neither: today
  std::optional<Date> to = {};
  std::optional<std::string> person = {};  // a person's id or code
  SeenFilter seen = SeenFilter::all;
  PageRequest page = {};
};

// A day of a person, next to what was watched of it.
struct WatchedDay {
  PersonDay day;
  std::optional<double>
      coverage;  // 0..1, of the part of the day that has been; none: no camera, or it has not begun
};

inline constexpr int kMostDays = 400;  // of one request

// Thread-safe. Dependencies must outlive it; a caller must outlive its call.
class DayService {
 public:
  DayService(DayStore& days, CameraStore& cameras, const Clock& clock, Site site);

  // Of the caller's organisation. See DayStore::days. invalid_argument: "invalid_range", "invalid_cursor".
  [[nodiscard]] Task<Result<Page<WatchedDay>>> days(const Caller& caller, DayRequest request);
  [[nodiscard]] const Site& site() const { return site_; }

 private:
  [[nodiscard]] Result<std::vector<SiteDay>> range_of(const DayRequest& request, Timestamp now) const;

  DayStore& days_;
  CameraStore& cameras_;
  const Clock& clock_;
  const Site site_;
};

}  // namespace sas::attendance
