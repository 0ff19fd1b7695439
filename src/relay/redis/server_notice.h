#pragma once
// Internal to relay/redis: what each server tells the others, and how every message begins.
//
// A message is 16 bytes that say which server it is from, and then a JPEG (a camera's channel), events, one a
// line (events), or a notice (servers), which is text, one fact a line:
//
//   follows            somebody here listens to events
//   live gate-1        publishes here
//   views gate-2       is watched here and published elsewhere
//
// A line that is not understood is from a newer server and passed over.

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
