#include "store/sqlite/session_store.h"

#include <utility>

#include "store/audit_queries.h"
#include "store/session_queries.h"
#include "store/sqlite/audit_store.h"

namespace sas::store::sqlite {

Task<Result<void>> SqliteSessionStore::change(store::Statement statement) {
  return database_.write<void>([statement = std::move(statement)](WriteContext& context) -> Result<void> {
    Query(context.connection, statement).run();
    return {};
  });
}

Task<Result<std::optional<Session>>> SqliteSessionStore::one(store::Statement statement) {
  return database_.read<std::optional<Session>>(
      [statement = std::move(statement)](Connection& connection) -> Result<std::optional<Session>> {
        Query rows(connection, statement);
        if (!rows.next()) return std::optional<Session>();
        return std::optional(store::read_session(rows));
      });
}

Task<Result<void>> SqliteSessionStore::begin(Session session) {
  return database_.write<void>([session = std::move(session)](WriteContext& context) -> Result<void> {
    Query(context.connection, store::begin_session(session)).run();
    append_audit(context.connection, store::entry_of(session.organisation, session.id, session.key,
                                                     session.begun_at, audit::actions::kSessionBegun));
    return {};
  });
}
Task<Result<std::optional<Session>>> SqliteSessionStore::find_by_token(std::string token_hash) {
  return one(store::session_of_token(std::move(token_hash)));
}
Task<Result<std::optional<Session>>> SqliteSessionStore::find(SessionId id) {
  return one(store::session_of_id(id));
}
Task<Result<std::vector<Session>>> SqliteSessionStore::sessions(OrganisationId organisation, Timestamp now) {
  return database_.read<std::vector<Session>>(
      [statement = store::sessions_of(organisation, now)](Connection& connection) {
        Query rows(connection, statement);
        std::vector<Session> found;
        while (rows.next()) found.push_back(store::read_session(rows));
        return Result<std::vector<Session>>(std::move(found));
      });
}
Task<Result<void>> SqliteSessionStore::extend(SessionId id, Timestamp ends_at) {
  return change(store::extend_session(id, ends_at));
}
Task<Result<void>> SqliteSessionStore::end(SessionId id, Timestamp at, std::optional<Subject> by) {
  return database_.write<void>([id, at, by = std::move(by)](WriteContext& context) -> Result<void> {
    std::optional<audit::Entry> entry;
    {
      Query ended(context.connection, store::end_session(id, at).then(" RETURNING organisation_id, key_id"));
      if (!ended.next()) return {};
      std::optional<KeyId> key;
      if (!ended.is_null(1)) key = ended.id<KeyId>(1);
      entry = store::entry_of(ended.id<OrganisationId>(0), id, key, at, audit::actions::kSessionEnded, by);
    }
    append_audit(context.connection, *entry);
    return {};
  });
}
Task<Result<void>> SqliteSessionStore::trim(Timestamp before) { return change(store::trim_sessions(before)); }

}  // namespace sas::store::sqlite
