#include "store/postgres/key_store.h"

#include <chrono>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "store/key_audit.h"
#include "store/key_queries.h"
#include "store/postgres/audit_store.h"
#include "store/postgres/statements.h"
#include "store/refusals.h"

namespace sas::store::postgres {
namespace {

// Codes that are over are kept for so long, so that a late one is told from a wrong one.
constexpr auto kKeepPairings = std::chrono::hours(24);

// True in a transaction that added or changed the key which is the target.
constexpr std::string_view kIfKeyChanged =
    " WHERE EXISTS (SELECT FROM access_keys k WHERE 'key:' || k.id = $7 AND k.xmin = "
    "pg_current_xact_id()::xid)";

// In one transaction, `noted` last.
Task<Result<std::vector<Rows>>> run_statements(Connection& connection,
                                               std::vector<store::Statement> statements,
                                               std::optional<Command> noted = {}) {
  std::vector<Command> commands;
  commands.reserve(statements.size());
  for (const store::Statement& statement : statements) commands.push_back(command_of(statement));
  if (noted) commands.push_back(std::move(*noted));
  auto running = connection.run(std::move(commands));
  co_return co_await std::move(running);
}

Task<Result<void>> change_all(Connection& connection, std::vector<store::Statement> statements,
                              std::optional<Command> noted = {}) {
  auto running = run_statements(connection, std::move(statements), std::move(noted));
  const auto done = co_await std::move(running);
  if (!done) co_return done.error();
  co_return Result<void>{};
}

Task<Result<std::vector<AccessKey>>> list_keys(Connection& connection, const store::Statement& statement) {
  return ask_all<AccessKey>(connection, command_of(statement),
                            [](const Rows::Row& row) { return store::read_key(row); });
}

Task<Result<std::optional<AccessKey>>> find_key(Connection& connection, const store::Statement& statement) {
  auto listing = list_keys(connection, statement);
  auto found = co_await std::move(listing);
  if (!found) co_return found.error();
  if (found->empty()) co_return std::optional<AccessKey>();
  co_return std::optional(std::move(found->front()));
}

Task<Result<std::int64_t>> read_changes(Connection& connection) {
  auto asking = ask(connection, command_of(store::key_changes()));
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  co_return rows->empty() ? 0 : rows->integer(0, 0);
}

// The first of the statements returns the changed key.
Task<Result<AccessKey>> update_key(Connection& connection, KeyId id, std::vector<store::Statement> statements,
                                   Command noted) {
  auto running = run_statements(connection, std::move(statements), std::move(noted));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  if (answers->front().empty()) co_return store::key_not_found(id);
  co_return store::read_key(answers->front().row(0));
}

// The first of the statements returns a row if the key was revoked.
Task<Result<void>> revoke_key(Connection& connection, KeyId id, std::vector<store::Statement> statements,
                              Command noted) {
  auto running = run_statements(connection, std::move(statements), std::move(noted));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  if (answers->front().empty()) co_return store::key_not_found(id);
  co_return Result<void>{};
}

Task<Result<std::optional<Pairing>>> find_pairing(Connection& connection, const store::Statement& statement) {
  auto asking = ask(connection, command_of(statement));
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  if (rows->empty()) co_return std::optional<Pairing>();
  co_return std::optional(store::read_pairing(rows->row(0)));
}

// The second of the statements adds the key.
Task<Result<void>> pair_key(Connection& connection, std::vector<store::Statement> statements, Command noted) {
  auto running = run_statements(connection, std::move(statements), std::move(noted));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  if (answers->at(1).affected() == 0) co_return store::pairing_used();
  co_return Result<void>{};
}

}  // namespace

// A change and a rotation do not carry their time. What makes or ends a key is not repeated after a lost connection: it would fail, although it may have happened.

Task<Result<void>> PostgresKeyStore::add(const Caller& caller, AccessKey key) {
  if (auto refused = store::refuse_foreign(caller, key.organisation)) co_return *refused;
  auto noted = append_audit(
      store::key_entry(caller, key.created_at, store::key_actions::kMade, key.id, store::details_of(key)));
  auto adding = pool_.with<void>([key = std::move(key), noted = std::move(noted)](Connection& connection) {
    return change_all(connection, {store::add_key(key), store::count_key_change()}, noted);
  });
  co_return co_await std::move(adding);
}

Task<Result<std::vector<AccessKey>>> PostgresKeyStore::keys(OrganisationId organisation) {
  return pool_.with<std::vector<AccessKey>>(
      [statement = store::keys_of(organisation)](Connection& connection) {
        return list_keys(connection, statement);
      },
      Repeat::if_lost);
}

Task<Result<std::vector<AccessKey>>> PostgresKeyStore::every_key() {
  return pool_.with<std::vector<AccessKey>>(
      [statement = store::every_key()](Connection& connection) { return list_keys(connection, statement); },
      Repeat::if_lost);
}

Task<Result<std::int64_t>> PostgresKeyStore::changes() {
  return pool_.with<std::int64_t>([](Connection& connection) { return read_changes(connection); },
                                  Repeat::if_lost);
}

Task<Result<std::optional<AccessKey>>> PostgresKeyStore::find_by_hash(std::string hash) {
  return pool_.with<std::optional<AccessKey>>(
      [statement = store::key_of_hash(hash)](Connection& connection) {
        return find_key(connection, statement);
      },
      Repeat::if_lost);
}

Task<Result<AccessKey>> PostgresKeyStore::change(const Caller& caller, KeyId id, KeyChange change) {
  return pool_.with<AccessKey>(
      [id, statement = store::change_key(caller.organisation, id, change),
       noted = append_audit(store::key_entry(caller, SystemClock().now(), store::key_actions::kChanged, id,
                                             store::details_of(change)),
                            kIfKeyChanged)](Connection& connection) {
        return update_key(connection, id, {statement, store::count_key_change()}, noted);
      },
      Repeat::if_lost);
}

Task<Result<AccessKey>> PostgresKeyStore::rotate(const Caller& caller, KeyId id, KeyRotation rotation) {
  return pool_.with<AccessKey>(
      [organisation = caller.organisation, id, rotation = std::move(rotation),
       noted = append_audit(store::key_entry(caller, SystemClock().now(), store::key_actions::kRotated, id),
                            kIfKeyChanged)](Connection& connection) {
        return update_key(
            connection, id,
            {store::rotate_key(organisation, id, rotation),
             store::limit_sessions_of_key(organisation, id, rotation.old_until), store::count_key_change()},
            noted);
      });
}

Task<Result<void>> PostgresKeyStore::revoke(const Caller& caller, KeyId id, Timestamp at) {
  return pool_.with<void>(
      [organisation = caller.organisation, id, at,
       noted = append_audit(store::key_entry(caller, at, store::key_actions::kRevoked, id), kIfKeyChanged)](
          Connection& connection) {
        return revoke_key(connection, id,
                          {store::revoke_key(organisation, id, at),
                           store::end_sessions_of_key(organisation, id, at), store::count_key_change()},
                          noted);
      });
}

Task<Result<void>> PostgresKeyStore::used(std::vector<KeyUse> uses) {
  std::vector<store::Statement> statements;
  statements.reserve(uses.size());
  for (const KeyUse& use : uses) statements.push_back(store::use_key(use));
  return pool_.with<void>([statements = std::move(statements)](
                              Connection& connection) { return change_all(connection, statements); },
                          Repeat::if_lost);
}

Task<Result<void>> PostgresKeyStore::begin_pairing(const Caller& caller, Pairing pairing) {
  if (auto refused = store::refuse_foreign(caller, pairing.organisation)) co_return *refused;
  auto noted = append_audit(store::pairing_entry(caller, pairing));
  auto beginning =
      pool_.with<void>([pairing = std::move(pairing), noted = std::move(noted)](Connection& connection) {
        return change_all(
            connection,
            {store::trim_pairings(pairing.created_at - kKeepPairings), store::begin_pairing(pairing)}, noted);
      });
  co_return co_await std::move(beginning);
}

Task<Result<std::optional<Pairing>>> PostgresKeyStore::pairing(std::string code_hash) {
  return pool_.with<std::optional<Pairing>>(
      [statement = store::pairing_of_code(std::move(code_hash))](Connection& connection) {
        return find_pairing(connection, statement);
      },
      Repeat::if_lost);
}

Task<Result<void>> PostgresKeyStore::pair(const Caller& caller, std::string code_hash, AccessKey key) {
  if (auto refused = store::refuse_foreign(caller, key.organisation)) co_return *refused;
  auto noted = append_audit(
      store::key_entry(caller, key.created_at, store::key_actions::kPaired, key.id, store::details_of(key)),
      kIfKeyChanged);
  auto pairing = pool_.with<void>([code_hash = std::move(code_hash), key = std::move(key),
                                   noted = std::move(noted)](Connection& connection) {
    return pair_key(connection,
                    {store::take_pairing(code_hash, key), store::add_paired_key(code_hash, key),
                     store::count_key_change()},
                    noted);
  });
  co_return co_await std::move(pairing);
}

}  // namespace sas::store::postgres
