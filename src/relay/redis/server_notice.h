#pragma once
// Internal to relay/redis: what servers announce to each other, and the message header.
//
// A message starts with 16 bytes that identify the sending server. Then follows a JPEG (on a topic's channel) or a
// notice (on the servers channel), which is text with one fact per line:
//
//   live 0190…-0001:gate-1    publishes here
//   views 0190…-0001:gate-2   is watched here and published elsewhere
//
// Unknown lines come from a newer server and are ignored.

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "relay/topic.h"

namespace sas::relay {

// "0190…-0001:gate-1", in notices and in the names of channels.
[[nodiscard]] std::string to_string(const Topic& topic);
[[nodiscard]] std::optional<Topic> parse_topic(std::string_view text);

struct ServerNotice {
  std::set<Topic> live;
  std::set<Topic> views;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] static ServerNotice read(std::string_view text);
  bool operator==(const ServerNotice&) const = default;
};

}  // namespace sas::relay
