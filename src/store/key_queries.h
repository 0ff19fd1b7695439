#pragma once
// The SQL of access keys and pairings, which is the same for every database.

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "store/keys.h"
#include "store/statement.h"

namespace sas::store {

// Every change of a key is followed by this in the same transaction.
[[nodiscard]] Statement count_key_change();
[[nodiscard]] Statement key_changes();

[[nodiscard]] Statement add_key(const AccessKey& key);
[[nodiscard]] Statement keys_of(OrganisationId organisation);
[[nodiscard]] Statement every_key();
[[nodiscard]] Statement key_of_hash(const std::string& hash);
// The next two return the changed row, if there is one.
[[nodiscard]] Statement change_key(OrganisationId organisation, KeyId id, const KeyChange& change);
[[nodiscard]] Statement rotate_key(OrganisationId organisation, KeyId id, const KeyRotation& rotation);
// Each returns the ids of what it has changed.
[[nodiscard]] Statement revoke_key(OrganisationId organisation, KeyId id, Timestamp at);
[[nodiscard]] Statement end_sessions_of_key(OrganisationId organisation, KeyId id, Timestamp at);
// Moves the last moment of the key's sessions to `at`, if it is later.
[[nodiscard]] Statement limit_sessions_of_key(OrganisationId organisation, KeyId id, Timestamp at);
[[nodiscard]] Statement use_key(const KeyUse& use);

[[nodiscard]] Statement trim_pairings(Timestamp before);
[[nodiscard]] Statement begin_pairing(const Pairing& pairing);
[[nodiscard]] Statement pairing_of_code(std::string code_hash);
// Takes the code for `key`, unless it is taken or over.
[[nodiscard]] Statement take_pairing(std::string code_hash, const AccessKey& key);
// Adds the key if its code was taken for it, in the same transaction.
[[nodiscard]] Statement add_paired_key(std::string code_hash, const AccessKey& key);

[[nodiscard]] Error key_not_found(KeyId id);
[[nodiscard]] Error pairing_used();

// From the JSON array of a column.
[[nodiscard]] std::vector<CameraId> read_camera_ids(const std::string& json);

template <class Row>
[[nodiscard]] AccessKey read_key(const Row& row) {
  const auto text = [&row](int column) {
    return row.is_null(column) ? std::nullopt : std::optional<std::string>(row.text(column));
  };
  const auto role = parse_role(row.text(3));
  if (!role) throw std::runtime_error("an access key has an unknown role");
  AccessKey key{.id = row.template id<KeyId>(0),
                .organisation = row.template id<OrganisationId>(1),
                .name = row.text(2),
                .role = *role,
                .hash = row.text(5),
                .old_hash = text(6),
                .old_until = row.optional_time(7),
                .pin_hash = text(8),
                .created_at = row.time(9),
                .expires_at = row.optional_time(10),
                .revoked_at = row.optional_time(11),
                .last_used_at = row.optional_time(12)};
  if (const auto cameras = text(4)) key.cameras = read_camera_ids(*cameras);
  return key;
}

template <class Row>
[[nodiscard]] Pairing read_pairing(const Row& row) {
  const auto kind = parse_device_kind(row.text(2));
  if (!kind) throw std::runtime_error("a pairing is of an unknown kind");
  Pairing pairing{.code_hash = row.text(0),
                  .organisation = row.template id<OrganisationId>(1),
                  .kind = *kind,
                  .name = row.text(3),
                  .cameras = read_camera_ids(row.text(4)),
                  .created_at = row.time(6),
                  .expires_at = row.time(7),
                  .used_at = row.optional_time(8)};
  if (!row.is_null(5)) pairing.pin_hash = row.text(5);
  return pairing;
}

}  // namespace sas::store
