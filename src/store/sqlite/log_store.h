#pragma once

#include "store/log.h"
#include "store/sqlite/database.h"

namespace sas::store::sqlite {

class SqliteLogStore final : public LogStore {
 public:
  // `database` outlives it.
  explicit SqliteLogStore(Database& database) : database_(database) {}

  [[nodiscard]] Task<Result<Decision>> record(const Caller& caller, Sighting sighting, Decision proposed,
                                              std::chrono::seconds window) override;
  [[nodiscard]] Task<Result<Page<AttendanceRecord>>> attendance(AttendanceQuery query) override;
  [[nodiscard]] Task<Result<AttendanceRecord>> attendance_record(OrganisationId organisation,
                                                                 AttendanceId id) override;
  [[nodiscard]] Task<Result<Page<SightingRecord>>> sightings(SightingQuery query) override;
  [[nodiscard]] Task<Result<Tallies>> tallies(TallyQuery query) override;
  [[nodiscard]] Task<Result<std::vector<ActiveMark>>> active_marks(Timestamp now) override;

 private:
  Database& database_;
};

}  // namespace sas::store::sqlite
