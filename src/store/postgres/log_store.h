#pragma once

#include "store/log.h"
#include "store/postgres/client.h"
#include "store/postgres/recorder.h"

namespace sas::store::postgres {

// The person that a filter names by id or code. None: there is none.
[[nodiscard]] Task<Result<std::optional<PersonId>>> named_person(Connection& connection,
                                                                 OrganisationId organisation,
                                                                 std::string id_or_code);

class PostgresLogStore final : public LogStore {
 public:
  // Both outlive it.
  PostgresLogStore(Pool& pool, RecorderOptions options, FeedSignal& signal)
      : pool_(pool), recorder_(pool, options, signal) {}

  [[nodiscard]] Task<Result<Decision>> record(const Caller& caller, Sighting sighting, Decision proposed,
                                              std::chrono::seconds window) override;
  [[nodiscard]] Task<Result<Page<AttendanceRecord>>> attendance(AttendanceQuery query) override;
  [[nodiscard]] Task<Result<AttendanceRecord>> attendance_record(OrganisationId organisation,
                                                                 AttendanceId id) override;
  [[nodiscard]] Task<Result<Page<SightingRecord>>> sightings(SightingQuery query) override;
  [[nodiscard]] Task<Result<Tallies>> tallies(TallyQuery query) override;
  [[nodiscard]] Task<Result<std::vector<ActiveMark>>> active_marks(Timestamp now) override;

 private:
  Pool& pool_;
  Recorder recorder_;
};

}  // namespace sas::store::postgres
