#pragma once
// The rows of the audit log that changes of keys and pairings add. They have ids and roles, but no names, which may be those
// of people.

#include <string>
#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "audit/row.h"
#include "store/keys.h"

namespace sas::store {

namespace key_actions {
inline constexpr std::string_view kMade = "key_made";
inline constexpr std::string_view kChanged = "key_changed";
inline constexpr std::string_view kRotated = "key_rotated";
inline constexpr std::string_view kRevoked = "key_revoked";
inline constexpr std::string_view kPairingBegun = "pairing_begun";
inline constexpr std::string_view kPaired = "device_paired";
}  // namespace key_actions

[[nodiscard]] inline audit::Entry key_entry(const Caller& caller, Timestamp at, std::string_view action,
                                            KeyId key, const boost::json::object& details = {}) {
  return audit::entry_of(caller.organisation, caller.subject, at, action, "key:" + key.to_string(),
                         boost::json::serialize(details));
}

// {"role":"device","cameras":["gate"]}; without cameras if it is not bound to any.
[[nodiscard]] inline boost::json::object details_of(const AccessKey& key) {
  boost::json::object details{{"role", to_string(key.role)}};
  if (key.cameras) {
    boost::json::array cameras;
    for (const CameraId& camera : *key.cameras) cameras.emplace_back(camera.value);
    details["cameras"] = std::move(cameras);
  }
  return details;
}

[[nodiscard]] inline boost::json::object details_of(const KeyChange& change) {
  boost::json::array changed;
  if (change.name) changed.emplace_back("name");
  if (change.expires_at) changed.emplace_back("expires_at");
  return {{"changed", std::move(changed)}};
}

// A pairing has no id but its code, of which nothing is told.
[[nodiscard]] inline audit::Entry pairing_entry(const Caller& caller, const Pairing& pairing) {
  boost::json::array cameras;
  for (const CameraId& camera : pairing.cameras) cameras.emplace_back(camera.value);
  return audit::entry_of(caller.organisation, caller.subject, pairing.created_at, key_actions::kPairingBegun,
                         "",
                         boost::json::serialize(boost::json::object{{"kind", to_string(pairing.kind)},
                                                                    {"cameras", std::move(cameras)}}));
}

}  // namespace sas::store
