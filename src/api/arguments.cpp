#include "api/arguments.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include <boost/json/array.hpp>

#include "protocol/fields.h"

namespace sas::api {
namespace {

constexpr std::size_t kMaxBytesOfACharacter = 4;  // of UTF-8
constexpr std::size_t kShownOfAName = 64;

// Names in messages are cut: they come from the client.
std::string shown(std::string_view name) { return std::string(name.substr(0, kShownOfAName)); }

Error unknown_parameter(std::string_view name, const std::vector<Parameter>& declared) {
  boost::json::array known;
  std::string list;
  for (const Parameter& parameter : declared) {
    if (parameter.in != Parameter::In::query) continue;
    known.emplace_back(parameter.name);
    list += (list.empty() ? "" : ", ") + std::string(parameter.name);
  }
  return Error::of(ErrorKind::invalid_argument, "unknown_parameter",
                   "unknown parameter \"" + shown(name) + "\"; " +
                       (list.empty() ? "this path takes none" : "known here: " + list),
                   {{"parameter", shown(name)}, {"known", std::move(known)}});
}

// Unknown, repeated and empty parameters.
Result<void> check_names(const http::Request& request, const std::vector<Parameter>& declared,
                         bool ignores_others) {
  for (auto given = request.query.begin(); given != request.query.end(); ++given) {
    const auto& [name, value] = *given;
    const bool known = std::ranges::any_of(declared, [&name = name](const Parameter& parameter) {
      return parameter.in == Parameter::In::query && parameter.name == name;
    });
    if (!known && ignores_others) continue;
    if (!known) return unknown_parameter(name, declared);
    const bool is_repeated = std::any_of(
        request.query.begin(), given, [&name = name](const auto& earlier) { return earlier.first == name; });
    if (is_repeated) return invalid_parameter(name, "is given twice");
    if (value.empty()) return invalid_parameter(name, "is empty; leave it out instead");
  }
  return {};
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string list;
  for (const std::string_view word : words) list += (list.empty() ? "" : ", ") + std::string(word);
  return list;
}

Result<Timestamp> read_time(std::string_view name, std::string_view text) {
  auto time = parse_rfc3339(text);
  if (time) return time;
  std::string why = time.error().message;
  // A + in a query means a space: the commonest way to lose an offset.
  if (text.find(' ') != std::string_view::npos) why += "; in a query, write + as %2B";
  return invalid_parameter(name, why);
}

Result<std::size_t> read_limit(std::string_view name, std::string_view text) {
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc{} || end != text.data() + text.size() || limit < 1 || limit > kMaxPageSize)
    return invalid_parameter(name, "must be a whole number from 1 to " + std::to_string(kMaxPageSize));
  return limit;
}

}  // namespace

Error invalid_parameter(std::string_view name, std::string_view why) {
  return Error::of(ErrorKind::invalid_argument, "invalid_parameter", shown(name) + ": " + std::string(why),
                   {{"parameter", shown(name)}});
}

Result<Arguments::Value> Arguments::read(const Parameter& parameter, std::string_view text) {
  switch (parameter.kind) {
    case Parameter::Kind::text: {
      const std::size_t most = parameter.max_characters;
      if (most != 0 && (text.size() > most * kMaxBytesOfACharacter || characters(text) > most))
        return invalid_parameter(parameter.name, "is longer than " + std::to_string(most) + " characters");
      return Value(std::string(text));
    }
    case Parameter::Kind::uuid: {
      const auto id = Uuid::parse(text);
      if (!id) return id.error();
      return Value(*id);
    }
    case Parameter::Kind::camera: {
      auto camera = protocol::parse_camera_id(parameter.name, text);
      if (camera) return Value(std::move(camera->value));
      if (parameter.in == Parameter::In::path) return camera.error();
      return invalid_parameter(parameter.name,
                               camera.error().message.substr(parameter.name.size() + sizeof(": ") - 1));
    }
    case Parameter::Kind::timestamp: {
      const auto time = read_time(parameter.name, text);
      if (!time) return time.error();
      return Value(*time);
    }
    case Parameter::Kind::date: {
      const auto date = parse_date(text);
      if (!date) return invalid_parameter(parameter.name, "must be a date such as 2026-11-22");
      return Value(*date);
    }
    case Parameter::Kind::choice:
      if (std::ranges::find(parameter.choices, text) == parameter.choices.end())
        return invalid_parameter(parameter.name, "must be one of " + joined(parameter.choices));
      return Value(std::string(text));
    case Parameter::Kind::limit: {
      const auto limit = read_limit(parameter.name, text);
      if (!limit) return limit.error();
      return Value(*limit);
    }
  }
  return Error::of(ErrorKind::internal, "a parameter of no kind");
}

Result<void> Arguments::check_order(const Parameter& parameter, Timestamp time) const {
  if (parameter.later_than.empty()) return {};
  const auto earlier = this->time(parameter.later_than);
  if (earlier && *earlier >= time)
    return invalid_parameter(parameter.name, "must be later than " + std::string(parameter.later_than));
  return {};
}

Result<Arguments> Arguments::of(const http::Request& request, const std::vector<Parameter>& declared,
                                bool ignores_others) {
  if (const auto checked = check_names(request, declared, ignores_others); !checked) return checked.error();
  Arguments arguments;
  arguments.values_.reserve(declared.size());
  for (const Parameter& parameter : declared) {
    const auto text = parameter.in == Parameter::In::path ? request.path_param(parameter.name)
                                                          : request.query_param(parameter.name);
    if (!text) {
      if (parameter.required) return invalid_parameter(parameter.name, "is missing");
      continue;
    }
    auto value = read(parameter, *text);
    if (!value) return value.error();
    if (const auto* time = std::get_if<Timestamp>(&*value))
      if (const auto ordered = arguments.check_order(parameter, *time); !ordered) return ordered.error();
    arguments.values_.emplace_back(parameter.name, std::move(*value));
  }
  return arguments;
}

const Arguments::Value* Arguments::find(std::string_view name) const {
  const auto found = std::ranges::find(values_, name, [](const auto& entry) { return entry.first; });
  return found == values_.end() ? nullptr : &found->second;
}

std::optional<std::string> Arguments::text(std::string_view name) const {
  const Value* value = find(name);
  assert(value == nullptr || std::holds_alternative<std::string>(*value));
  if (value == nullptr) return std::nullopt;
  return std::get<std::string>(*value);
}

std::optional<CameraId> Arguments::camera(std::string_view name) const {
  auto id = text(name);
  if (!id) return std::nullopt;
  return CameraId{std::move(*id)};
}

std::optional<Timestamp> Arguments::time(std::string_view name) const {
  const Value* value = find(name);
  assert(value == nullptr || std::holds_alternative<Timestamp>(*value));
  if (value == nullptr) return std::nullopt;
  return std::get<Timestamp>(*value);
}

std::optional<Date> Arguments::date(std::string_view name) const {
  const Value* value = find(name);
  assert(value == nullptr || std::holds_alternative<Date>(*value));
  if (value == nullptr) return std::nullopt;
  return std::get<Date>(*value);
}

Uuid Arguments::uuid(std::string_view name) const {
  const Value* value = find(name);
  assert(value != nullptr && std::holds_alternative<Uuid>(*value));
  return std::get<Uuid>(*value);
}

PageRequest Arguments::page() const {
  PageRequest page;
  if (const Value* limit = find("limit")) page.limit = std::get<std::size_t>(*limit);
  page.cursor = text("cursor");
  return page;
}

}  // namespace sas::api
