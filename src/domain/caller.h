#pragma once
// Who asks, and what they may do. The API makes one Caller a request; every use case takes it, and so does every store
// method that changes something, so that an organisation cannot be forgotten and the log can say who.

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.h"

namespace sas {

enum class Right : std::uint8_t {
  recognise,  // send sightings, heartbeats and live pictures: an edge
  read,       // see people, attendance, cameras and metrics
  manage,     // change people and correct attendance
  administer  // keys, sessions, pairings, organisations, the audit log
};
inline constexpr std::array kEveryRight{Right::recognise, Right::read, Right::manage, Right::administer};

// "recognise", "read", "manage", "administer".
[[nodiscard]] std::string_view to_string(Right right);

class Rights {
 public:
  constexpr Rights() = default;
  constexpr Rights(std::initializer_list<Right> rights) {
    for (const Right right : rights) bits_ |= bit(right);
  }
  [[nodiscard]] static constexpr Rights all() {
    return {Right::recognise, Right::read, Right::manage, Right::administer};
  }

  [[nodiscard]] constexpr bool contain(Right right) const { return (bits_ & bit(right)) != 0; }

  bool operator==(const Rights&) const = default;

 private:
  static constexpr std::uint32_t bit(Right right) { return 1U << static_cast<unsigned>(right); }
  std::uint32_t bits_ = 0;
};

// What proved who the caller is.
struct Subject {
  enum class Kind : std::uint8_t {
    open,     // a server without API_KEY: anybody on this machine
    key,      // the key of the configuration, or one that an administrator made
    session,  // a browser that signed in with a key, or a paired kiosk
    system    // the server itself
  };
  Kind kind = Kind::open;
  std::string id = {};  // which key or session, for logs; never a secret; empty: the key of the configuration
  std::string key = {};  // of a session: the id of its key; empty: the key of the configuration

  bool operator==(const Subject&) const = default;
};

// "open", "key", "session", "system".
[[nodiscard]] std::string_view to_string(Subject::Kind kind);
[[nodiscard]] std::optional<Subject::Kind> parse_subject_kind(std::string_view text);

struct Caller {
  // Everything that the caller sees and changes belongs to it.
  explicit Caller(OrganisationId of) : organisation(of) {}

  OrganisationId organisation;
  Subject subject;
  Rights rights;
  // A device that is bound to cameras may recognise, send heartbeats and publish only as these. None: as every camera of
  // its organisation.
  std::optional<std::vector<CameraId>> cameras;
  std::string request_id;
  std::string peer;  // address and port, as text; empty: the server itself

  [[nodiscard]] bool may_act_as(const CameraId& camera) const {
    return !cameras || std::find(cameras->begin(), cameras->end(), camera) != cameras->end();
  }
};

}  // namespace sas
