#include "attendance/log_service.h"

#include <utility>

namespace sas::attendance {

LogService::LogService(LogStore& log, CameraStore& cameras, const Clock& clock)
    : log_(log), cameras_(cameras), clock_(clock) {}

Task<Result<Page<AttendanceRecord>>> LogService::attendance(const Caller& caller, AttendanceQuery query) {
  query.organisation = caller.organisation;
  co_return co_await log_.attendance(std::move(query));
}

Task<Result<AttendanceRecord>> LogService::attendance_record(const Caller& caller, AttendanceId id) {
  co_return co_await log_.attendance_record(caller.organisation, id);
}

Task<Result<Page<SightingRecord>>> LogService::sightings(const Caller& caller, SightingQuery query) {
  query.organisation = caller.organisation;
  co_return co_await log_.sightings(std::move(query));
}

Task<Result<Analytics>> LogService::analytics(const Caller& caller, AnalyticsQuery query) {
  const Timestamp now = clock_.now();
  auto asked = plan(caller.organisation, query, now);
  if (!asked) co_return asked.error();
  auto cameras = co_await cameras_.cameras(caller.organisation);
  if (!cameras) co_return cameras.error();
  if (query.camera)
    std::erase_if(*cameras, [&query](const Camera& camera) { return camera.id != *query.camera; });
  const auto tallies = co_await log_.tallies(*asked);
  if (!tallies) co_return tallies.error();
  co_return summarise(*asked, query.zone, *tallies, *cameras, now);
}

}  // namespace sas::attendance
