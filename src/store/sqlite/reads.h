#pragma once
// What only reads. All throw SQLite::Exception when the database fails.

#include <optional>
#include <vector>

#include "base/error.h"
#include "domain/attendance.h"
#include "domain/person.h"
#include "store/case_folder.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace sas::sqlite {

// The living person with this id.
[[nodiscard]] std::optional<Person> find_person(Connection& connection, OrganisationId organisation,
                                                PersonId id);
[[nodiscard]] Result<PersonDetails> person_details(Connection& connection, OrganisationId organisation,
                                                   PersonId id);
[[nodiscard]] Result<Page<PersonDetails>> persons(Connection& connection, const store::CaseFolder& folder,
                                                  const PersonQuery& query);

struct TemplateBatch {
  std::vector<FaceTemplate> faces;
  std::int64_t last = 0;  // where the next batch starts
};
// Up to `limit` templates after `last`, in the order in which they were added.
[[nodiscard]] Result<TemplateBatch> templates(Connection& connection, std::int64_t last, std::size_t limit);
[[nodiscard]] Result<std::string> template_fingerprint(Connection& connection);

[[nodiscard]] Result<Page<AttendanceRecord>> attendance(Connection& connection, const AttendanceQuery& query);
[[nodiscard]] Result<AttendanceRecord> attendance_record(Connection& connection, OrganisationId organisation,
                                                         AttendanceId id);
[[nodiscard]] Result<std::vector<ActiveMark>> active_marks(Connection& connection, Timestamp now);
[[nodiscard]] Result<std::vector<Camera>> cameras(Connection& connection, OrganisationId organisation);
[[nodiscard]] Result<void> probe(Connection& connection);

}  // namespace sas::sqlite
