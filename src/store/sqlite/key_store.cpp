#include "store/sqlite/key_store.h"

#include <utility>

#include "base/clock.h"
#include "store/key_audit.h"
#include "store/key_queries.h"
#include "store/refusals.h"
#include "store/sqlite/audit_store.h"

namespace sas::store::sqlite {
namespace {

// Codes that are over are kept for so long, so that a late one is told from a wrong one.
constexpr auto kKeepPairings = std::chrono::hours(24);

Result<AccessKey> update_key(WriteContext& context, KeyId id, const store::Statement& statement,
                             const audit::Entry& entry) {
  std::optional<AccessKey> changed;
  {
    Query query(context.connection, statement);
    if (query.next()) changed = store::read_key(query);
  }
  if (!changed) return store::key_not_found(id);
  Query(context.connection, store::count_key_change()).run();
  append_audit(context.connection, entry);
  return std::move(*changed);
}

bool is_changed(Connection& connection, const store::Statement& statement) {
  Query query(connection, statement);
  return query.next();
}

}  // namespace

Task<Result<void>> SqliteKeyStore::add(const Caller& caller, AccessKey key) {
  if (auto refused = store::refuse_foreign(caller, key.organisation)) co_return *refused;
  auto entry =
      store::key_entry(caller, key.created_at, store::key_actions::kMade, key.id, store::details_of(key));
  auto adding = database_.write<void>(
      [key = std::move(key), entry = std::move(entry)](WriteContext& context) -> Result<void> {
        Query(context.connection, store::add_key(key)).run();
        Query(context.connection, store::count_key_change()).run();
        append_audit(context.connection, entry);
        return {};
      });
  co_return co_await std::move(adding);
}

Task<Result<std::vector<AccessKey>>> SqliteKeyStore::list(store::Statement statement) {
  return database_.read<std::vector<AccessKey>>(
      [statement = std::move(statement)](Connection& connection) -> Result<std::vector<AccessKey>> {
        Query rows(connection, statement);
        std::vector<AccessKey> found;
        while (rows.next()) found.push_back(store::read_key(rows));
        return found;
      });
}
Task<Result<std::vector<AccessKey>>> SqliteKeyStore::keys(OrganisationId organisation) {
  return list(store::keys_of(organisation));
}
Task<Result<std::vector<AccessKey>>> SqliteKeyStore::every_key() { return list(store::every_key()); }

Task<Result<std::int64_t>> SqliteKeyStore::changes() {
  return database_.read<std::int64_t>([](Connection& connection) -> Result<std::int64_t> {
    Query rows(connection, store::key_changes());
    return rows.next() ? rows.integer(0) : 0;
  });
}

Task<Result<std::optional<AccessKey>>> SqliteKeyStore::find_by_hash(std::string hash) {
  return database_.read<std::optional<AccessKey>>(
      [hash = std::move(hash)](Connection& connection) -> Result<std::optional<AccessKey>> {
        Query rows(connection, store::key_of_hash(hash));
        if (!rows.next()) return std::optional<AccessKey>();
        return std::optional(store::read_key(rows));
      });
}

Task<Result<AccessKey>> SqliteKeyStore::update(KeyId id, store::Statement statement, audit::Entry entry) {
  return database_.write<AccessKey>(
      [id, statement = std::move(statement), entry = std::move(entry)](WriteContext& context) {
        return update_key(context, id, statement, entry);
      });
}
// A change and a rotation do not carry their time.
Task<Result<AccessKey>> SqliteKeyStore::change(const Caller& caller, KeyId id, KeyChange change) {
  return update(id, store::change_key(caller.organisation, id, change),
                store::key_entry(caller, SystemClock().now(), store::key_actions::kChanged, id,
                                 store::details_of(change)));
}
Task<Result<AccessKey>> SqliteKeyStore::rotate(const Caller& caller, KeyId id, KeyRotation rotation) {
  return database_.write<AccessKey>(
      [organisation = caller.organisation, id, rotation = std::move(rotation),
       entry = store::key_entry(caller, SystemClock().now(), store::key_actions::kRotated, id)](
          WriteContext& context) {
        auto rotated = update_key(context, id, store::rotate_key(organisation, id, rotation), entry);
        if (rotated)
          Query(context.connection, store::limit_sessions_of_key(organisation, id, rotation.old_until)).run();
        return rotated;
      });
}

Task<Result<void>> SqliteKeyStore::revoke(const Caller& caller, KeyId id, Timestamp at) {
  return database_.write<void>([organisation = caller.organisation, id, at,
                                entry = store::key_entry(caller, at, store::key_actions::kRevoked, id)](
                                   WriteContext& context) -> Result<void> {
    if (!is_changed(context.connection, store::revoke_key(organisation, id, at)))
      return store::key_not_found(id);
    static_cast<void>(is_changed(context.connection, store::end_sessions_of_key(organisation, id, at)));
    Query(context.connection, store::count_key_change()).run();
    append_audit(context.connection, entry);
    return {};
  });
}

Task<Result<void>> SqliteKeyStore::used(std::vector<KeyUse> uses) {
  return database_.write<void>([uses = std::move(uses)](WriteContext& context) -> Result<void> {
    for (const KeyUse& use : uses) Query(context.connection, store::use_key(use)).run();
    return {};
  });
}

Task<Result<void>> SqliteKeyStore::begin_pairing(const Caller& caller, Pairing pairing) {
  if (auto refused = store::refuse_foreign(caller, pairing.organisation)) co_return *refused;
  auto entry = store::pairing_entry(caller, pairing);
  auto beginning = database_.write<void>(
      [pairing = std::move(pairing), entry = std::move(entry)](WriteContext& context) -> Result<void> {
        Query(context.connection, store::trim_pairings(pairing.created_at - kKeepPairings)).run();
        Query(context.connection, store::begin_pairing(pairing)).run();
        append_audit(context.connection, entry);
        return {};
      });
  co_return co_await std::move(beginning);
}

Task<Result<std::optional<Pairing>>> SqliteKeyStore::pairing(std::string code_hash) {
  return database_.read<std::optional<Pairing>>(
      [code_hash = std::move(code_hash)](Connection& connection) -> Result<std::optional<Pairing>> {
        Query rows(connection, store::pairing_of_code(code_hash));
        if (!rows.next()) return std::optional<Pairing>();
        return std::optional(store::read_pairing(rows));
      });
}

Task<Result<void>> SqliteKeyStore::pair(const Caller& caller, std::string code_hash, AccessKey key) {
  if (auto refused = store::refuse_foreign(caller, key.organisation)) co_return *refused;
  auto entry =
      store::key_entry(caller, key.created_at, store::key_actions::kPaired, key.id, store::details_of(key));
  auto pairing = database_.write<void>([code_hash = std::move(code_hash), key = std::move(key),
                                        entry = std::move(entry)](WriteContext& context) -> Result<void> {
    if (Query(context.connection, store::take_pairing(code_hash, key)).run() == 0)
      return store::pairing_used();
    Query(context.connection, store::add_paired_key(code_hash, key)).run();
    Query(context.connection, store::count_key_change()).run();
    append_audit(context.connection, entry);
    return {};
  });
  co_return co_await std::move(pairing);
}

}  // namespace sas::store::sqlite
