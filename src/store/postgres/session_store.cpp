#include "store/postgres/session_store.h"

#include <utility>
#include <vector>

#include "store/postgres/audit_store.h"
#include "store/postgres/statements.h"
#include "store/session_queries.h"

namespace sas::store::postgres {
namespace {

Task<Result<void>> change_session(Connection& connection, const store::Statement& statement) {
  auto asking = ask(connection, command_of(statement));
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  co_return Result<void>{};
}

Task<Result<void>> change_and_note(Connection& connection, const store::Statement& statement,
                                   const Command& noted) {
  std::vector<Command> commands;
  commands.push_back(command_of(statement));
  commands.push_back(noted);
  auto running = connection.run(std::move(commands));
  const auto done = co_await std::move(running);
  if (!done) co_return done.error();
  co_return Result<void>{};
}

Task<Result<std::optional<Session>>> read_session_of(Connection& connection,
                                                     const store::Statement& statement) {
  auto asking = ask(connection, command_of(statement));
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  if (rows->empty()) co_return std::optional<Session>();
  co_return std::optional(store::read_session(rows->row(0)));
}

Task<Result<std::vector<Session>>> read_sessions(Connection& connection, const store::Statement& statement) {
  return ask_all<Session>(connection, command_of(statement),
                          [](const Rows::Row& row) { return store::read_session(row); });
}

}  // namespace

// Every change is idempotent, so it may be repeated.
Task<Result<void>> PostgresSessionStore::change(store::Statement statement) {
  return pool_.with<void>([statement = std::move(statement)](
                              Connection& connection) { return change_session(connection, statement); },
                          Repeat::if_lost);
}

Task<Result<std::optional<Session>>> PostgresSessionStore::one(store::Statement statement) {
  return pool_.with<std::optional<Session>>(
      [statement = std::move(statement)](Connection& connection) {
        return read_session_of(connection, statement);
      },
      Repeat::if_lost);
}

Task<Result<void>> PostgresSessionStore::begin(Session session) {
  store::Statement statement = store::begin_session(session);
  statement.then(" ON CONFLICT (id) DO NOTHING");
  return pool_.with<void>(
      [statement = std::move(statement),
       noted = append_session_audit(session.id, session.begun_at, audit::actions::kSessionBegun, {})](
          Connection& connection) { return change_and_note(connection, statement, noted); },
      Repeat::if_lost);
}
Task<Result<std::optional<Session>>> PostgresSessionStore::find_by_token(std::string token_hash) {
  return one(store::session_of_token(std::move(token_hash)));
}
Task<Result<std::optional<Session>>> PostgresSessionStore::find(SessionId id) {
  return one(store::session_of_id(id));
}
Task<Result<std::vector<Session>>> PostgresSessionStore::sessions(OrganisationId organisation,
                                                                  Timestamp now) {
  return pool_.with<std::vector<Session>>(
      [statement = store::sessions_of(organisation, now)](Connection& connection) {
        return read_sessions(connection, statement);
      },
      Repeat::if_lost);
}
Task<Result<void>> PostgresSessionStore::extend(SessionId id, Timestamp ends_at) {
  return change(store::extend_session(id, ends_at));
}
Task<Result<void>> PostgresSessionStore::end(SessionId id, Timestamp at, std::optional<Subject> by) {
  return pool_.with<void>(
      [statement = store::end_session(id, at),
       noted = append_session_audit(id, at, audit::actions::kSessionEnded, by)](Connection& connection) {
        return change_and_note(connection, statement, noted);
      },
      Repeat::if_lost);
}
Task<Result<void>> PostgresSessionStore::trim(Timestamp before) {
  return change(store::trim_sessions(before));
}

}  // namespace sas::store::postgres
