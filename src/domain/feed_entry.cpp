#include "domain/feed_entry.h"

#include <array>
#include <utility>

namespace sas {
namespace {

using Kind = FeedEntry::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 7> kKinds{{{Kind::decision, "decision"},
                                                                   {Kind::person_added, "person_added"},
                                                                   {Kind::person_changed, "person_changed"},
                                                                   {Kind::person_removed, "person_removed"},
                                                                   {Kind::face_added, "face_added"},
                                                                   {Kind::face_removed, "face_removed"},
                                                                   {Kind::camera_added, "camera_added"}}};

}  // namespace

std::string_view to_string(Kind kind) {
  for (const auto& [value, name] : kKinds)
    if (value == kind) return name;
  return "";
}

std::optional<Kind> parse_feed_kind(std::string_view text) {
  for (const auto& [value, name] : kKinds)
    if (name == text) return value;
  return std::nullopt;
}

}  // namespace sas
