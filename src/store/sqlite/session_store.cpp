#include "store/sqlite/session_store.h"

#include <utility>

#include "store/session_queries.h"

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
  return change(store::begin_session(session));
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
Task<Result<void>> SqliteSessionStore::end(SessionId id, Timestamp at) {
  return change(store::end_session(id, at));
}
Task<Result<void>> SqliteSessionStore::trim(Timestamp before) { return change(store::trim_sessions(before)); }

}  // namespace sas::store::sqlite
