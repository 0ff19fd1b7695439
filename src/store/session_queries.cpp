#include "store/session_queries.h"

#include <utility>

namespace sas::store {
namespace {

constexpr char kSelect[] =
    "SELECT id, organisation_id, token_hash, begun_at, ends_at, last_at, ended_at, key_id FROM sessions "
    "WHERE ";

}  // namespace

Statement begin_session(const Session& session) {
  Statement statement(
      "INSERT INTO sessions (id, organisation_id, token_hash, begun_at, ends_at, last_at, key_id) VALUES (");
  statement.then("", session.id.value()).then(", ", session.organisation.value());
  statement.then(", ", session.token_hash).then(", ", session.begun_at).then(", ", session.ends_at);
  statement.then(", ", session.last_at);
  if (!session.key) return statement.then(", NULL)");
  return statement.then(", ", session.key->value()).then(")");
}

Statement session_of_token(std::string token_hash) {
  return Statement(kSelect).then("token_hash = ", std::move(token_hash));
}

Statement session_of_id(SessionId id) { return Statement(kSelect).then("id = ", id.value()); }

Statement sessions_of(OrganisationId organisation, Timestamp now) {
  return Statement(kSelect)
      .then("organisation_id = ", organisation.value())
      .then(" AND ended_at IS NULL AND ends_at > ", now)
      .then(" AND last_at > ", now)
      .then(" ORDER BY begun_at, id");
}

Statement extend_session(SessionId id, Timestamp ends_at) {
  return Statement("UPDATE sessions SET ends_at = ")
      .then("", ends_at)
      .then(" WHERE id = ", id.value())
      .then(" AND ends_at < ", ends_at)
      .then(" AND ended_at IS NULL");
}

Statement end_session(SessionId id, Timestamp at) {
  return Statement("UPDATE sessions SET ended_at = ")
      .then("", at)
      .then(" WHERE id = ", id.value())
      .then(" AND ended_at IS NULL");
}

Statement trim_sessions(Timestamp before) {
  return Statement("DELETE FROM sessions WHERE ends_at < ").then("", before).then(" OR last_at < ", before);
}

}  // namespace sas::store
