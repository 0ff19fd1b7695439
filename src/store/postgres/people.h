#pragma once
// People and their templates. Each function is one transaction, and one to three round trips.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "domain/person.h"
#include "postgres/connection.h"
#include "store/case_folder.h"
#include "store/store.h"

namespace sas::postgres {

[[nodiscard]] Task<Result<void>> add_person(Connection& connection, const store::CaseFolder& folder,
                                            const Person& person, const std::vector<FaceTemplate>& faces,
                                            const std::optional<FaceCheck>& check);
[[nodiscard]] Task<Result<PersonDetails>> person_details(Connection& connection, OrganisationId organisation,
                                                         PersonId id);
[[nodiscard]] Task<Result<Page<PersonDetails>>> persons(Connection& connection,
                                                        const store::CaseFolder& folder,
                                                        const PersonQuery& query);
[[nodiscard]] Task<Result<Person>> update_person(Connection& connection, const store::CaseFolder& folder,
                                                 OrganisationId organisation, PersonId id,
                                                 const PersonChange& change, Timestamp now);
[[nodiscard]] Task<Result<void>> remove_person(Connection& connection, OrganisationId organisation,
                                               PersonId id, Timestamp now);
[[nodiscard]] Task<Result<void>> add_face(Connection& connection, const FaceTemplate& face,
                                          const std::optional<FaceCheck>& check);
[[nodiscard]] Task<Result<void>> remove_face(Connection& connection, OrganisationId organisation,
                                             PersonId person, FaceId face);

struct TemplateBatch {
  std::vector<FaceTemplate> faces;
  std::int64_t last = 0;  // where the next batch starts
};
// Up to `limit` templates after `last`, in the order in which they were added.
[[nodiscard]] Task<Result<TemplateBatch>> templates(Connection& connection, std::int64_t last,
                                                    std::size_t limit);
// A text that no other set of templates has ever had.
[[nodiscard]] Task<Result<std::string>> template_state(Connection& connection);
// The template in a row of the columns kTemplateColumns from `column` on.
inline constexpr const char* kTemplateColumns =
    "f.id, f.person_id, f.organisation_id, f.model, f.quality, f.created_at, f.embedding";
[[nodiscard]] Result<FaceTemplate> template_row(const Rows& rows, int row, int column);

}  // namespace sas::postgres
