#include "store/key_queries.h"

#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace sas::store {
namespace {

// In the order of read_key().
constexpr const char* kKeyColumns =
    "id, organisation_id, name, role, cameras, hash, old_hash, old_until, pin_hash, created_at, expires_at, "
    "revoked_at, last_used_at";

std::string json_of(const std::vector<CameraId>& cameras) {
  boost::json::array ids;
  for (const CameraId& camera : cameras) ids.emplace_back(camera.value);
  return boost::json::serialize(ids);
}

template <class T>
void then_or_null(Statement& statement, std::string_view sql, const std::optional<T>& value) {
  if (value)
    statement.then(sql, *value);
  else
    statement.then(sql).then("NULL");
}

// The values of kKeyColumns.
void then_key(Statement& statement, const AccessKey& key) {
  std::optional<std::string> cameras;
  if (key.cameras) cameras = json_of(*key.cameras);
  statement.then("", key.id.value()).then(", ", key.organisation.value()).then(", ", key.name);
  statement.then(", ", std::string(to_string(key.role)));
  then_or_null(statement, ", ", cameras);
  statement.then(", ", key.hash);
  then_or_null(statement, ", ", key.old_hash);
  then_or_null(statement, ", ", key.old_until);
  then_or_null(statement, ", ", key.pin_hash);
  statement.then(", ", key.created_at);
  then_or_null(statement, ", ", key.expires_at);
  then_or_null(statement, ", ", key.revoked_at);
  then_or_null(statement, ", ", key.last_used_at);
}

Statement select_keys(std::string_view where) {
  return Statement(std::string("SELECT ") + kKeyColumns + " FROM access_keys" + std::string(where));
}

// The rest of an UPDATE: which key, while it is not revoked.
Statement& then_living(Statement& statement, OrganisationId organisation, KeyId id) {
  return statement.then(" WHERE id = ", id.value())
      .then(" AND organisation_id = ", organisation.value())
      .then(" AND revoked_at IS NULL RETURNING ");
}

}  // namespace

Statement count_key_change() {
  return Statement(
      "INSERT INTO key_state (id, changes) VALUES (1, 1) "
      "ON CONFLICT (id) DO UPDATE SET changes = key_state.changes + 1");
}

Statement key_changes() { return Statement("SELECT changes FROM key_state WHERE id = 1"); }

Statement add_key(const AccessKey& key) {
  Statement statement(std::string("INSERT INTO access_keys (") + kKeyColumns + ") VALUES (");
  then_key(statement, key);
  return statement.then(")");
}

Statement keys_of(OrganisationId organisation) {
  return select_keys(" WHERE organisation_id = ")
      .then("", organisation.value())
      .then(" AND revoked_at IS NULL ORDER BY id");
}

Statement every_key() { return select_keys(" ORDER BY id"); }

Statement key_of_hash(const std::string& hash) {
  return select_keys(" WHERE hash = ").then("", hash).then(" OR old_hash = ", hash);
}

Statement change_key(OrganisationId organisation, KeyId id, const KeyChange& change) {
  Statement statement("UPDATE access_keys SET name = ");
  if (change.name)
    statement.then("", *change.name);
  else
    statement.then("name");
  if (change.expires_at) then_or_null(statement, ", expires_at = ", *change.expires_at);
  return then_living(statement, organisation, id).then(kKeyColumns);
}

Statement rotate_key(OrganisationId organisation, KeyId id, const KeyRotation& rotation) {
  Statement statement("UPDATE access_keys SET old_hash = hash, old_until = ");
  statement.then("", rotation.old_until).then(", hash = ", rotation.hash);
  return then_living(statement, organisation, id).then(kKeyColumns);
}

Statement revoke_key(OrganisationId organisation, KeyId id, Timestamp at) {
  Statement statement("UPDATE access_keys SET revoked_at = ");
  statement.then("", at);
  return then_living(statement, organisation, id).then("id");
}

Statement end_sessions_of_key(OrganisationId organisation, KeyId id, Timestamp at) {
  return Statement("UPDATE sessions SET ended_at = ")
      .then("", at)
      .then(" WHERE key_id = ", id.value())
      .then(" AND organisation_id = ", organisation.value())
      .then(" AND ended_at IS NULL RETURNING id");
}

Statement limit_sessions_of_key(OrganisationId organisation, KeyId id, Timestamp at) {
  return Statement("UPDATE sessions SET last_at = ")
      .then("", at)
      .then(" WHERE key_id = ", id.value())
      .then(" AND organisation_id = ", organisation.value())
      .then(" AND last_at > ", at);
}

Statement use_key(const KeyUse& use) {
  return Statement("UPDATE access_keys SET last_used_at = ")
      .then("", use.at)
      .then(" WHERE id = ", use.key.value())
      .then(" AND (last_used_at IS NULL OR last_used_at < ", use.at)
      .then(")");
}

Statement trim_pairings(Timestamp before) {
  return Statement("DELETE FROM pairings WHERE expires_at < ").then("", before);
}

Statement begin_pairing(const Pairing& pairing) {
  Statement statement(
      "INSERT INTO pairings (code_hash, organisation_id, kind, name, cameras, pin_hash, created_at, "
      "expires_at) VALUES (");
  statement.then("", pairing.code_hash).then(", ", pairing.organisation.value());
  statement.then(", ", std::string(to_string(pairing.kind))).then(", ", pairing.name);
  statement.then(", ", json_of(pairing.cameras));
  then_or_null(statement, ", ", pairing.pin_hash);
  return statement.then(", ", pairing.created_at).then(", ", pairing.expires_at).then(")");
}

Statement pairing_of_code(std::string code_hash) {
  return Statement(
             "SELECT code_hash, organisation_id, kind, name, cameras, pin_hash, created_at, expires_at, "
             "used_at FROM pairings WHERE code_hash = ")
      .then("", std::move(code_hash));
}

Statement take_pairing(std::string code_hash, const AccessKey& key) {
  return Statement("UPDATE pairings SET used_at = ")
      .then("", key.created_at)
      .then(", key_id = ", key.id.value())
      .then(" WHERE code_hash = ", std::move(code_hash))
      .then(" AND organisation_id = ", key.organisation.value())
      .then(" AND used_at IS NULL AND expires_at > ", key.created_at);
}

Statement add_paired_key(std::string code_hash, const AccessKey& key) {
  Statement statement(std::string("INSERT INTO access_keys (") + kKeyColumns + ") SELECT ");
  then_key(statement, key);
  return statement.then(" FROM pairings WHERE code_hash = ", std::move(code_hash))
      .then(" AND key_id = ", key.id.value());
}

Error key_not_found(KeyId id) {
  return Error::of(ErrorKind::not_found, "key_not_found", "there is no key " + id.to_string(),
                   {{"id", id.to_string()}});
}

Error pairing_used() {
  return Error::of(ErrorKind::conflict, "pairing_used",
                   "this code has been used already; ask the administrator for a new one");
}

std::vector<CameraId> read_camera_ids(const std::string& json) {
  std::vector<CameraId> cameras;
  const boost::json::value ids = boost::json::parse(json);
  for (const boost::json::value& id : ids.as_array())
    cameras.push_back(CameraId{std::string(id.as_string())});
  return cameras;
}

}  // namespace sas::store
