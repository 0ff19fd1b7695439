#pragma once
// Audit queries that are the same for every database; see log_queries.h for the requirements on a row.

#include <optional>
#include <string>

#include "audit/row.h"
#include "base/error.h"
#include "domain/feed_entry.h"
#include "store/audit.h"
#include "store/people.h"
#include "store/statement.h"

namespace sas::store {

// invalid_argument "invalid_cursor".
[[nodiscard]] Result<Statement> audit_page(const AuditQuery& query);

template <class Row>
[[nodiscard]] audit::Row read_audit(const Row& row) {
  return {.sequence = row.integer(0),
          .entry = {.organisation = row.template id<OrganisationId>(1),
                    .at = row.time(2),
                    .subject_kind = row.text(3),
                    .subject_id = row.text(4),
                    .subject_key = row.text(5),
                    .action = row.text(6),
                    .target = row.text(7),
                    .details = row.text(8)},
          .previous_hash = row.text(9),
          .hash = row.text(10)};
}

// As add_row() of page.h.
[[nodiscard]] bool add_audit_row(Page<audit::Row>& page, const PageRequest& request, audit::Row row);

// The row of a change that the feed tells too. `details`: a JSON object without white space.
[[nodiscard]] audit::Entry entry_of(OrganisationId organisation, const Subject& subject, Timestamp at,
                                    FeedEntry::Kind kind, PersonId person, std::optional<FaceId> face = {},
                                    std::string details = "{}");
// `by`: see SessionStore::end().
[[nodiscard]] audit::Entry entry_of(OrganisationId organisation, SessionId session, std::optional<KeyId> key,
                                    Timestamp at, std::string_view action,
                                    const std::optional<Subject>& by = {});
// {"changed":["code"]}: what a change of a person changes, without its values.
[[nodiscard]] std::string details_of(const PersonChange& change);

}  // namespace sas::store
