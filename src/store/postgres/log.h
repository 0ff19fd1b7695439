#pragma once
// The attendance log and the cameras.

#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "domain/attendance.h"
#include "postgres/connection.h"
#include "store/store.h"

namespace sas::postgres {

[[nodiscard]] Task<Result<Page<AttendanceRecord>>> attendance(Connection& connection,
                                                              const AttendanceQuery& query);
[[nodiscard]] Task<Result<AttendanceRecord>> attendance_record(Connection& connection,
                                                               OrganisationId organisation, AttendanceId id);
[[nodiscard]] Task<Result<void>> heartbeat(Connection& connection, const Heartbeat& said);
[[nodiscard]] Task<Result<std::vector<ActiveMark>>> active_marks(Connection& connection, Timestamp now);
[[nodiscard]] Task<Result<std::vector<Camera>>> cameras(Connection& connection, OrganisationId organisation);
// Changes a row that means nothing and reads it.
[[nodiscard]] Task<Result<void>> touch(Connection& connection);

}  // namespace sas::postgres
