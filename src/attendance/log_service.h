#pragma once
// Queries of the attendance log and its analytics.

#include "attendance/analytics.h"
#include "base/clock.h"
#include "base/task.h"
#include "domain/caller.h"
#include "store/cameras.h"
#include "store/log.h"

namespace sas::attendance {

// Thread-safe. Dependencies must outlive it; a caller must outlive its call. Queries cover the caller's organisation.
class LogService {
 public:
  LogService(LogStore& log, CameraStore& cameras, const Clock& clock);

  // `query.organisation` must be the caller's.
  [[nodiscard]] Task<Result<Page<AttendanceRecord>>> attendance(const Caller& caller, AttendanceQuery query);
  // not_found "attendance_not_found".
  [[nodiscard]] Task<Result<AttendanceRecord>> attendance_record(const Caller& caller, AttendanceId id);
  [[nodiscard]] Task<Result<Page<SightingRecord>>> sightings(const Caller& caller, SightingQuery query);
  // invalid_argument: "invalid_zone", "invalid_range".
  [[nodiscard]] Task<Result<Analytics>> analytics(const Caller& caller, AnalyticsQuery query);

 private:
  LogStore& log_;
  CameraStore& cameras_;
  const Clock& clock_;
};

}  // namespace sas::attendance
