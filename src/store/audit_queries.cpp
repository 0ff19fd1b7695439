#include "store/audit_queries.h"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "store/cursor.h"
#include "store/page.h"

namespace sas::store {

Result<Statement> audit_page(const AuditQuery& query) {
  Statement statement(
      "SELECT sequence, organisation_id, at, subject_kind, subject_id, subject_key, action, target, details, "
      "previous_hash, hash FROM audit");
  statement.then(" WHERE organisation_id = ", query.organisation.value());
  if (query.page.cursor) {
    const auto cursor = parse_audit_cursor(*query.page.cursor);
    if (!cursor) return cursor.error();
    statement.then(query.oldest_first ? " AND sequence > " : " AND sequence < ", cursor->sequence);
  }
  statement.then(query.oldest_first ? " ORDER BY sequence" : " ORDER BY sequence DESC");
  return statement.then(" LIMIT ", rows_for(query.page));
}

bool add_audit_row(Page<audit::Row>& page, const PageRequest& request, audit::Row row) {
  if (page.items.size() == request.limit) {
    page.next_cursor = to_text(AuditCursor{.sequence = page.items.back().sequence});
    return false;
  }
  page.items.push_back(std::move(row));
  return true;
}

audit::Entry entry_of(OrganisationId organisation, const Subject& subject, Timestamp at, FeedEntry::Kind kind,
                      PersonId person, std::optional<FaceId> face, std::string details) {
  std::string target = "person:" + person.to_string();
  if (face) {
    details = boost::json::serialize(boost::json::object{{"person", person.to_string()}});
    target = "face:" + face->to_string();
  }
  return audit::entry_of(organisation, subject, at, to_string(kind), std::move(target), std::move(details));
}

audit::Entry entry_of(OrganisationId organisation, SessionId session, std::optional<KeyId> key, Timestamp at,
                      std::string_view action, const std::optional<Subject>& by) {
  const Subject itself{.kind = Subject::Kind::session,
                       .id = session.to_string(),
                       .key = key ? key->to_string() : std::string()};
  return audit::entry_of(organisation, by.value_or(itself), at, action, "session:" + session.to_string());
}

std::string details_of(const PersonChange& change) {
  boost::json::array changed;
  if (change.code) changed.emplace_back("code");
  if (change.name) changed.emplace_back("name");
  return boost::json::serialize(boost::json::object{{"changed", std::move(changed)}});
}

}  // namespace sas::store
