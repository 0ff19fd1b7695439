#include "attendance/day_service.h"

#include <map>
#include <utility>

#include "attendance/coverage.h"

namespace sas::attendance {

DayService::DayService(DayStore& days, CameraStore& cameras, const Clock& clock, Site site)
    : days_(days), cameras_(cameras), clock_(clock), site_(std::move(site)) {}

Result<std::vector<SiteDay>> DayService::range_of(const DayRequest& request, Timestamp now) const {
  const auto refuse = [](std::string why) {
    return Error::of(ErrorKind::invalid_argument, "invalid_range", std::move(why));
  };
  if (request.from.has_value() != request.to.has_value())
    return refuse("set both from and to, or neither for today");
  const Date first = request.from.value_or(site_.day_of(now));
  const Date last = request.to.value_or(first);
  if (last < first) return refuse("to is before from");
  if (last - first >= std::chrono::days(kMostDays))
    return refuse("from and to are more than " + std::to_string(kMostDays) +
                  " days apart; choose a shorter range");
  std::vector<SiteDay> days;
  for (Date date = first; date <= last; date += std::chrono::days(1)) days.push_back(site_.day(date));
  return days;
}

Task<Result<Page<WatchedDay>>> DayService::days(const Caller& caller, DayRequest request) {
  const Timestamp now = clock_.now();
  const auto days = range_of(request, now);
  if (!days) co_return days.error();
  const Interval range{days->front().range.from, days->back().range.to};
  DayQuery query{.organisation = caller.organisation,
                 .days = *days,
                 .person = std::move(request.person),
                 .seen = request.seen,
                 .page = std::move(request.page)};
  auto page = co_await days_.days(std::move(query));
  if (!page) co_return page.error();
  const auto cameras = co_await cameras_.cameras(caller.organisation);
  if (!cameras) co_return cameras.error();
  const auto watched = co_await days_.watched(caller.organisation, range);
  if (!watched) co_return watched.error();
  const auto coverage = coverage_of(
      *cameras, *watched, range, [this](Timestamp time) { return site_.day(site_.day_of(time)).range.from; });

  std::map<Date, std::optional<double>> by_day;
  for (const SiteDay& day : *days) by_day[day.date] = mean_coverage(coverage, day.range, now);
  Page<WatchedDay> found;
  found.next_cursor = std::move(page->next_cursor);
  for (PersonDay& day : page->items) {
    const auto share = by_day.find(day.date)->second;
    found.items.push_back({std::move(day), share});
  }
  co_return found;
}

}  // namespace sas::attendance
