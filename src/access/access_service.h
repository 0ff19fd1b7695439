#pragma once
// Use cases of keys, pairings and sessions.

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "access/key_ring.h"
#include "base/clock.h"
#include "base/task.h"
#include "base/token_bucket.h"
#include "domain/access_key.h"
#include "domain/caller.h"
#include "store/keys.h"
#include "store/sessions.h"

namespace sas::access {

inline constexpr std::chrono::minutes kPairingTime{10};
inline constexpr std::chrono::hours kLongestOverlap{30 * 24};
inline constexpr std::size_t kMostCamerasOfAKey = 100;

struct NewKey {
  std::string name;
  Role role = Role::viewer;
  std::optional<std::vector<CameraId>> cameras = std::nullopt;  // of a device; none: all
  std::optional<Timestamp> expires_at = std::nullopt;
};

// A key and what its holder shows: the only time that it is known.
struct MadeKey {
  AccessKey key;
  std::string secret;
};

struct NewPairing {
  std::optional<std::string> name = std::nullopt;  // none: after its kind and its cameras
  DeviceKind kind = DeviceKind::kiosk;
  std::vector<CameraId> cameras;
  std::optional<std::string> pin = std::nullopt;
};

struct PairingCode {
  std::string code;
  Timestamp expires_at;
};

struct Paired {
  DeviceKind kind = DeviceKind::kiosk;
  MadeKey made;
};

// Thread-safe. Dependencies must outlive it; a caller must outlive its call. A caller reaches only what belongs to its
// organisation; which right a call needs is the API's to check. Errors: those below, and see Store.
class AccessService {
 public:
  AccessService(KeyStore& keys, SessionStore& sessions, KeyRing& ring, const Clock& clock)
      : keys_(keys), sessions_(sessions), ring_(ring), clock_(clock) {}

  [[nodiscard]] KeyRing& ring() const { return ring_; }

  // invalid_argument: "invalid_name"; "invalid_field" with details.field: a time that has passed, cameras of another role
  // than a device, none or too many of them.
  [[nodiscard]] Task<Result<MadeKey>> make_key(const Caller& caller, NewKey wanted);
  // Those that are not revoked, oldest first.
  [[nodiscard]] Task<Result<std::vector<AccessKey>>> keys(const Caller& caller);
  // As make_key; not_found "key_not_found", also of the next two.
  [[nodiscard]] Task<Result<AccessKey>> change_key(const Caller& caller, KeyId id, KeyChange change);
  // The present key, and the sessions that were begun with it, hold for `overlap` more. invalid_argument "invalid_field":
  // not 0 to kLongestOverlap.
  [[nodiscard]] Task<Result<MadeKey>> rotate_key(const Caller& caller, KeyId id,
                                                 std::chrono::seconds overlap);
  // Holds no longer on this server when this completes, and within a second on others. Ends its sessions too.
  [[nodiscard]] Task<Result<void>> revoke_key(const Caller& caller, KeyId id);

  // A code that makes one key of a device within kPairingTime. Errors as make_key; a PIN that is not 4 to 12 digits.
  // Hashes the PIN on the caller's thread, which takes a good tenth of a second.
  [[nodiscard]] Task<Result<PairingCode>> begin_pairing(const Caller& caller, NewPairing wanted);
  // `anybody`: who shows the code; its organisation does not matter. not_found "pairing_not_found"; conflict
  // "pairing_used", failed_precondition "pairing_expired".
  [[nodiscard]] Task<Result<Paired>> pair(const Caller& anybody, std::string code);
  // Whether this is the PIN of the key, which has one; takes a good tenth of a second of the caller's thread.
  // resource_exhausted "too_many_attempts", with details.retry_after in seconds: five at once, then one in ten seconds.
  [[nodiscard]] Result<bool> check_pin(const AccessKey& key, const std::string& pin, TokenBucket::Time now);

  // Those that hold, oldest first.
  [[nodiscard]] Task<Result<std::vector<Session>>> sessions(const Caller& caller);
  // not_found "session_not_found".
  [[nodiscard]] Task<Result<void>> end_session(const Caller& caller, SessionId id);

 private:
  [[nodiscard]] Task<void> refresh();
  [[nodiscard]] Result<std::string> checked_name(const std::string& name) const;
  [[nodiscard]] Result<void> check_end(const std::optional<Timestamp>& expires_at) const;

  KeyStore& keys_;
  SessionStore& sessions_;
  KeyRing& ring_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<KeyId, TokenBucket> pin_attempts_;  // guarded by mutex_
};

}  // namespace sas::access
