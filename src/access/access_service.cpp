#include "access/access_service.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include <spdlog/spdlog.h>

#include "access/secrets.h"
#include "base/labels.h"

namespace sas::access {
namespace {

constexpr double kPinsAtOnce = 5;
constexpr double kPinsPerSecond = 0.1;

Error invalid_field(std::string_view field, std::string_view why) {
  return Error::of(ErrorKind::invalid_argument, "invalid_field", std::string(field) + ": " + std::string(why),
                   {{"field", std::string(field)}});
}

Result<void> check_cameras(const std::vector<CameraId>& cameras) {
  if (cameras.empty() || cameras.size() > kMostCamerasOfAKey)
    return invalid_field("cameras", "must name 1 to " + std::to_string(kMostCamerasOfAKey) + " cameras");
  for (auto camera = cameras.begin(); camera != cameras.end(); ++camera) {
    if (!is_safe_id(camera->value, kMaxCameraIdLength))
      return invalid_field("cameras", "each " + safe_id_rule(kMaxCameraIdLength));
    if (std::find(cameras.begin(), camera, *camera) != camera)
      return invalid_field("cameras", "names " + camera->value + " twice");
  }
  return {};
}

// "Kiosk gate, door".
std::string name_of(const NewPairing& wanted) {
  std::string name = wanted.kind == DeviceKind::kiosk ? "Kiosk" : "Edge";
  for (const CameraId& camera : wanted.cameras) {
    const std::string_view separator = &camera == &wanted.cameras.front() ? " " : ", ";
    if (name.size() + separator.size() + camera.value.size() > kMaxKeyNameLength) break;
    name.append(separator).append(camera.value);
  }
  return name;
}

Error pairing_not_found() {
  return Error::of(ErrorKind::not_found, "pairing_not_found",
                   "there is no such code; check it, or ask the administrator for a new one");
}

Error session_not_found(SessionId id) {
  return Error::of(ErrorKind::not_found, "session_not_found", "there is no session " + id.to_string(),
                   {{"id", id.to_string()}});
}

}  // namespace

// The change has happened, so a failure here is not its failure: the ring tries again by itself.
Task<void> AccessService::refresh() {
  auto refreshing = ring_.refresh();
  const auto refreshed = co_await std::move(refreshing);
  if (!refreshed) spdlog::warn("cannot read the access keys: {}", refreshed.error().message);
}

Result<std::string> AccessService::checked_name(const std::string& name) const {
  auto normalised = normalised_label(name, kMaxKeyNameLength);
  if (normalised) return std::move(*normalised);
  return Error::of(ErrorKind::invalid_argument, "invalid_name", "name " + label_rule(kMaxKeyNameLength),
                   {{"field", "name"}});
}

Result<void> AccessService::check_end(const std::optional<Timestamp>& expires_at) const {
  if (!expires_at || *expires_at > clock_.now()) return {};
  return invalid_field("expires_at", "has passed; to end a key at once, revoke it");
}

Task<Result<MadeKey>> AccessService::make_key(const Caller& caller, NewKey wanted) {
  auto name = checked_name(wanted.name);
  if (!name) co_return name.error();
  if (const auto checked = check_end(wanted.expires_at); !checked) co_return checked.error();
  if (wanted.cameras) {
    if (wanted.role != Role::device)
      co_return invalid_field("cameras", "only a device is bound to cameras; leave it out for other roles");
    if (const auto checked = check_cameras(*wanted.cameras); !checked) co_return checked.error();
  }
  std::string secret = make_secret();
  const Timestamp now = clock_.now();
  AccessKey key{.id = KeyId::make(now),
                .organisation = caller.organisation,
                .name = std::move(*name),
                .role = wanted.role,
                .cameras = std::move(wanted.cameras),
                .hash = hash_of(secret),
                .created_at = now,
                .expires_at = wanted.expires_at};
  auto adding = keys_.add(caller, key);
  const auto added = co_await std::move(adding);
  if (!added) co_return added.error();
  auto refreshing = refresh();
  co_await std::move(refreshing);
  co_return MadeKey{std::move(key), std::move(secret)};
}

Task<Result<std::vector<AccessKey>>> AccessService::keys(const Caller& caller) {
  auto reading = keys_.keys(caller.organisation);
  auto keys = co_await std::move(reading);
  if (!keys) co_return keys.error();
  for (AccessKey& key : *keys) {
    const auto used = ring_.last_use(key.id);
    if (used && (!key.last_used_at || *key.last_used_at < *used)) key.last_used_at = used;
  }
  co_return std::move(*keys);
}

Task<Result<AccessKey>> AccessService::change_key(const Caller& caller, KeyId id, KeyChange change) {
  if (change.name) {
    auto name = checked_name(*change.name);
    if (!name) co_return name.error();
    change.name = std::move(*name);
  }
  if (change.expires_at)
    if (const auto checked = check_end(*change.expires_at); !checked) co_return checked.error();
  auto changing = keys_.change(caller, id, std::move(change));
  auto changed = co_await std::move(changing);
  if (!changed) co_return changed.error();
  auto refreshing = refresh();
  co_await std::move(refreshing);
  co_return std::move(*changed);
}

Task<Result<MadeKey>> AccessService::rotate_key(const Caller& caller, KeyId id,
                                                std::chrono::seconds overlap) {
  if (overlap.count() < 0 || overlap > kLongestOverlap)
    co_return invalid_field(
        "overlap_seconds",
        "must be 0 to " + std::to_string(std::chrono::seconds(kLongestOverlap).count()) + " (30 days)");
  std::string secret = make_secret();
  auto rotating = keys_.rotate(caller, id, {.hash = hash_of(secret), .old_until = clock_.now() + overlap});
  auto rotated = co_await std::move(rotating);
  if (!rotated) co_return rotated.error();
  auto refreshing = refresh();
  co_await std::move(refreshing);
  co_return MadeKey{std::move(*rotated), std::move(secret)};
}

Task<Result<void>> AccessService::revoke_key(const Caller& caller, KeyId id) {
  auto revoking = keys_.revoke(caller, id, clock_.now());
  const auto revoked = co_await std::move(revoking);
  if (!revoked) co_return revoked.error();
  auto refreshing = refresh();
  co_await std::move(refreshing);
  co_return Result<void>{};
}

Task<Result<PairingCode>> AccessService::begin_pairing(const Caller& caller, NewPairing wanted) {
  if (const auto checked = check_cameras(wanted.cameras); !checked) co_return checked.error();
  auto name = checked_name(wanted.name ? *wanted.name : name_of(wanted));
  if (!name) co_return name.error();
  std::optional<std::string> pin_hash;
  if (wanted.pin) {
    if (wanted.kind != DeviceKind::kiosk)
      co_return invalid_field("pin", "only a kiosk has a PIN; leave it out for an edge");
    if (const auto checked = check_pin_form(*wanted.pin); !checked) co_return checked.error();
    auto hash = hash_pin(*wanted.pin);
    if (!hash) co_return hash.error();
    pin_hash = std::move(*hash);
  }
  PairingCode made{make_code(), clock_.now() + kPairingTime};
  auto beginning = keys_.begin_pairing(caller, {.code_hash = hash_of(*normalised_code(made.code)),
                                                .organisation = caller.organisation,
                                                .kind = wanted.kind,
                                                .name = std::move(*name),
                                                .cameras = std::move(wanted.cameras),
                                                .pin_hash = std::move(pin_hash),
                                                .created_at = made.expires_at - kPairingTime,
                                                .expires_at = made.expires_at});
  const auto begun = co_await std::move(beginning);
  if (!begun) co_return begun.error();
  co_return std::move(made);
}

Task<Result<Paired>> AccessService::pair(const Caller& anybody, std::string code) {
  const auto normalised = normalised_code(code);
  if (!normalised) co_return pairing_not_found();
  std::string code_hash = hash_of(*normalised);
  auto finding = keys_.pairing(code_hash);
  auto found = co_await std::move(finding);
  if (!found) co_return found.error();
  if (!*found) co_return pairing_not_found();
  Pairing& pairing = **found;
  const Timestamp now = clock_.now();
  if (!pairing.used_at && now >= pairing.expires_at)
    co_return Error::of(
        ErrorKind::failed_precondition, "pairing_expired",
        "this code has expired; a code holds for ten minutes. Ask the administrator for a new one");
  std::string secret = make_secret();
  AccessKey key{.id = KeyId::make(now),
                .organisation = pairing.organisation,
                .name = std::move(pairing.name),
                .role = Role::device,
                .cameras = std::move(pairing.cameras),
                .hash = hash_of(secret),
                .pin_hash = std::move(pairing.pin_hash),
                .created_at = now};
  Caller pairer = anybody;
  pairer.organisation = pairing.organisation;
  auto adding = keys_.pair(pairer, std::move(code_hash), key);
  const auto added = co_await std::move(adding);
  if (!added) co_return added.error();
  auto refreshing = refresh();
  co_await std::move(refreshing);
  co_return Paired{pairing.kind, {std::move(key), std::move(secret)}};
}

Result<bool> AccessService::check_pin(const AccessKey& key, const std::string& pin, TokenBucket::Time now) {
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(pin_attempts_, [now](const auto& entry) { return entry.second.full(now); });
    TokenBucket& attempts = pin_attempts_.try_emplace(key.id, kPinsAtOnce, kPinsPerSecond, now).first->second;
    if (!attempts.take(1, now)) {
      const auto wait = static_cast<std::int64_t>(std::ceil((1 - attempts.available(now)) / kPinsPerSecond));
      return Error::of(ErrorKind::resource_exhausted, "too_many_attempts",
                       "too many wrong PINs; try again in " + std::to_string(wait) + " s",
                       {{"retry_after", wait}});
    }
  }
  return key.pin_hash && is_pin(pin, *key.pin_hash);
}

Task<Result<std::vector<Session>>> AccessService::sessions(const Caller& caller) {
  auto reading = sessions_.sessions(caller.organisation, clock_.now());
  auto sessions = co_await std::move(reading);
  if (!sessions) co_return sessions.error();
  // What a rotation or the end of a key has ended stands in the store until it is trimmed.
  std::erase_if(*sessions, [this](const Session& session) {
    return session.key && ring_.find(*session.key).state != KeyRing::State::valid;
  });
  co_return std::move(*sessions);
}

Task<Result<void>> AccessService::end_session(const Caller& caller, SessionId id) {
  auto finding = sessions_.find(id);
  const auto found = co_await std::move(finding);
  if (!found) co_return found.error();
  if (!*found || (*found)->organisation != caller.organisation || !(*found)->holds(clock_.now()))
    co_return session_not_found(id);
  auto ending = sessions_.end(id, clock_.now());
  co_return co_await std::move(ending);
}

}  // namespace sas::access
