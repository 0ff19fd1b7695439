#pragma once

#include <optional>

#include "store/fingerprint.h"
#include "store/log.h"
#include "store/sqlite/database.h"

namespace sas::store::sqlite {

// The person that a filter names by id or code. None: there is none.
[[nodiscard]] std::optional<PersonId> named_person(Connection& connection, OrganisationId organisation,
                                                   const std::string& id_or_code);

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
  std::optional<FingerprintKey> key_;  // read by the first event; used on the writer's thread only
};

}  // namespace sas::store::sqlite
