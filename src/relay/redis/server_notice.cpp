#include "relay/redis/server_notice.h"

#include <algorithm>

namespace sas::relay {
namespace {

constexpr std::string_view kFollows = "follows";
constexpr std::string_view kLive = "live ";
constexpr std::string_view kViews = "views ";

}  // namespace

std::string ServerNotice::text() const {
  std::string text;
  if (follows) text.append(kFollows).append("\n");
  for (const std::string& camera : live) text.append(kLive).append(camera).append("\n");
  for (const std::string& camera : views) text.append(kViews).append(camera).append("\n");
  return text;
}

ServerNotice ServerNotice::read(std::string_view text) {
  ServerNotice notice;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line == kFollows) notice.follows = true;
    if (line.starts_with(kLive)) notice.live.emplace(line.substr(kLive.size()));
    if (line.starts_with(kViews)) notice.views.emplace(line.substr(kViews.size()));
  }
  return notice;
}

}  // namespace sas::relay
