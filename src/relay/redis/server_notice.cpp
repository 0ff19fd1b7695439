#include "relay/redis/server_notice.h"

#include <algorithm>

namespace sas::relay {
namespace {

constexpr std::string_view kLive = "live ";
constexpr std::string_view kViews = "views ";
constexpr std::size_t kUuidLength = 36;

}  // namespace

std::string to_string(const Topic& topic) { return topic.organisation.to_string() + ":" + topic.camera; }

std::optional<Topic> parse_topic(std::string_view text) {
  if (text.size() <= kUuidLength + 1 || text[kUuidLength] != ':') return std::nullopt;
  const auto organisation = Uuid::parse(text.substr(0, kUuidLength));
  if (!organisation) return std::nullopt;
  return Topic{*organisation, std::string(text.substr(kUuidLength + 1))};
}

std::string ServerNotice::text() const {
  std::string text;
  for (const Topic& topic : live) text.append(kLive).append(to_string(topic)).append("\n");
  for (const Topic& topic : views) text.append(kViews).append(to_string(topic)).append("\n");
  return text;
}

ServerNotice ServerNotice::read(std::string_view text) {
  ServerNotice notice;
  const auto take = [](std::string_view line, std::string_view fact, std::set<Topic>& topics) {
    if (!line.starts_with(fact)) return;
    if (auto topic = parse_topic(line.substr(fact.size()))) topics.insert(std::move(*topic));
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    take(line, kLive, notice.live);
    take(line, kViews, notice.views);
  }
  return notice;
}

}  // namespace sas::relay
