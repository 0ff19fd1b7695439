#include "edge/look_alike.h"

#include <fmt/format.h>

#include "protocol/json_reader.h"

namespace sas::edge {

Result<std::vector<LookAlike>> read_look_alikes(std::string_view answer) {
  const auto body = protocol::parse_object(answer);
  if (!body) return body.error();
  const auto items = protocol::ObjectReader(*body).optional_array("look_alikes");
  if (!items) return items.error();
  std::vector<LookAlike> found;
  if (*items == nullptr) return found;
  for (const auto& item : **items) {
    if (!item.is_object()) continue;
    const protocol::ObjectReader reader(item.get_object(), "look_alikes");
    const auto person = reader.optional_object("person");
    if (!person) return person.error();
    if (*person == nullptr) continue;
    const protocol::ObjectReader who(**person, "look_alikes.person");
    const auto code = who.text("code");
    if (!code) return code.error();
    const auto name = who.text("name");
    if (!name) return name.error();
    const auto similarity = reader.optional_number("similarity");
    if (!similarity) return similarity.error();
    found.push_back({*code, *name, *similarity});
  }
  return found;
}

std::string to_string(const std::vector<LookAlike>& look_alikes) {
  std::string text;
  for (const LookAlike& alike : look_alikes) {
    text += text.empty() ? "looks like " : "; ";
    text += fmt::format("{} ({})", alike.name, alike.code);
    if (alike.similarity) text += fmt::format(", similarity {:.2f}", *alike.similarity);
  }
  return text;
}

}  // namespace sas::edge
