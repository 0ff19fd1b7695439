#pragma once
// A key that an administrator made: who may ask, and for what. The key itself is shown once and kept only as a hash.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/ids.h"
#include "domain/role.h"

namespace sas {

inline constexpr std::size_t kMaxKeyNameLength = 100;  // code points

struct AccessKey {
  KeyId id;
  OrganisationId organisation;
  std::string name;  // for people
  Role role = Role::viewer;
  std::optional<std::vector<CameraId>> cameras = std::nullopt;  // of a device; none: all of its organisation
  std::string hash;                                             // of the key
  // After a rotation the old key holds until then.
  std::optional<std::string> old_hash = std::nullopt;
  std::optional<Timestamp> old_until = std::nullopt;
  std::optional<std::string> pin_hash = std::nullopt;  // of a kiosk's PIN, as libsodium writes it
  Timestamp created_at;
  std::optional<Timestamp> expires_at = std::nullopt;  // none: never
  std::optional<Timestamp> revoked_at = std::nullopt;
  std::optional<Timestamp> last_used_at = std::nullopt;  // to about a minute

  [[nodiscard]] bool is_expired(Timestamp now) const { return expires_at && now >= *expires_at; }
  // Neither revoked nor expired.
  [[nodiscard]] bool holds(Timestamp now) const { return !revoked_at && !is_expired(now); }

  bool operator==(const AccessKey&) const = default;
};

// What a paired machine becomes.
enum class DeviceKind : std::uint8_t {
  kiosk,  // a browser at a door: keeps its key as a cookie that no script reads
  edge    // a machine that runs `attend camera`: keeps its key in .env
};
// "kiosk", "edge".
[[nodiscard]] std::string_view to_string(DeviceKind kind);
[[nodiscard]] std::optional<DeviceKind> parse_device_kind(std::string_view text);

// A code that gives one machine the key of a device, once and for a short time.
struct Pairing {
  std::string code_hash;
  OrganisationId organisation;
  DeviceKind kind = DeviceKind::kiosk;
  std::string name;  // of the key that it becomes
  std::vector<CameraId> cameras;
  std::optional<std::string> pin_hash = std::nullopt;
  Timestamp created_at;
  Timestamp expires_at;
  std::optional<Timestamp> used_at = std::nullopt;

  bool operator==(const Pairing&) const = default;
};

}  // namespace sas
