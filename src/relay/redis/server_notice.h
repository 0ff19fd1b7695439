#pragma once
// Internal to relay/redis: what servers announce to each other, and the message header.
//
// A message starts with 16 bytes that identify the sending server. Then follows a JPEG (on a camera's
// channel), events, one per line (on the events channel), or a notice (on the servers channel), which is text
// with one fact per line:
//
//   follows            somebody here listens to events
//   live gate-1        publishes here
//   views gate-2       is watched here and published elsewhere
//
// Unknown lines come from a newer server and are ignored.

#include <set>
#include <string>
#include <string_view>

namespace sas::relay {

struct ServerNotice {
  bool follows = false;
  std::set<std::string, std::less<>> live;
  std::set<std::string, std::less<>> views;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] static ServerNotice read(std::string_view text);
  bool operator==(const ServerNotice&) const = default;
};

}  // namespace sas::relay
