#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "domain/access_key.h"
#include "domain/caller.h"

namespace sas {

struct KeyChange {
  std::optional<std::string> name = std::nullopt;
  std::optional<std::optional<Timestamp>> expires_at = std::nullopt;  // the inner none: never
};

struct KeyRotation {
  std::string hash;     // of the new key
  Timestamp old_until;  // the old one holds until then
};

struct KeyUse {
  KeyId key;
  Timestamp at;
};

// A pairing and the key that it became.
struct PairedKey {
  Pairing pairing;
  AccessKey key;
};

// Access keys and the pairings that make some of them. Thread-safe. A change is durable when it completes, and a failed
// change has no effect. A caller can access only what belongs to its own organisation, and must outlive the call. Errors
// common to all: see Store.
class KeyStore {
 public:
  virtual ~KeyStore() = default;

  // The id and the hash are new. invalid_argument: the key belongs to another organisation.
  [[nodiscard]] virtual Task<Result<void>> add(const Caller& caller, AccessKey key) = 0;
  // Those that are not revoked, oldest first.
  [[nodiscard]] virtual Task<Result<std::vector<AccessKey>>> keys(OrganisationId organisation) = 0;
  // Of all organisations, revoked and expired ones too: what a server needs to judge a key without asking.
  [[nodiscard]] virtual Task<Result<std::vector<AccessKey>>> every_key() = 0;
  // A number that grows with every change of a key but its last use.
  [[nodiscard]] virtual Task<Result<std::int64_t>> changes() = 0;
  // The key, also a revoked one, whose current or old hash this is; none: there is none.
  [[nodiscard]] virtual Task<Result<std::optional<AccessKey>>> find_by_hash(std::string hash) = 0;

  // not_found "key_not_found": there is none, or it is revoked. Also of the next two.
  [[nodiscard]] virtual Task<Result<AccessKey>> change(const Caller& caller, KeyId id, KeyChange change) = 0;
  // The present key becomes the old one; one that was old before ends. The key's sessions end with the old key.
  [[nodiscard]] virtual Task<Result<AccessKey>> rotate(const Caller& caller, KeyId id,
                                                       KeyRotation rotation) = 0;
  // Ends its sessions too.
  [[nodiscard]] virtual Task<Result<void>> revoke(const Caller& caller, KeyId id, Timestamp at) = 0;
  // Moves last_used_at later, never earlier.
  [[nodiscard]] virtual Task<Result<void>> used(std::vector<KeyUse> uses) = 0;

  // The code is new; codes that ended long ago are erased.
  [[nodiscard]] virtual Task<Result<void>> begin_pairing(const Caller& caller, Pairing pairing) = 0;
  // The pairing of this code, used or not; none: there is none.
  [[nodiscard]] virtual Task<Result<std::optional<Pairing>>> pairing(std::string code_hash) = 0;
  // Uses the code and adds the key, both or neither; `caller` is who shows the code. conflict "pairing_used": somebody
  // else was first, or the code is not there.
  [[nodiscard]] virtual Task<Result<void>> pair(const Caller& caller, std::string code_hash,
                                                AccessKey key) = 0;

  // Whether other servers change keys too.
  [[nodiscard]] virtual bool is_shared() const = 0;
};

}  // namespace sas
