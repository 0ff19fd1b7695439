#include "vision/pack/json_fields.h"

#include <cmath>

namespace sas::vision {
namespace {

namespace json = boost::json;

std::string quoted_list(const auto& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "\"" : ", \"") + std::string(value) + "\"";
  return text;
}

std::string shortest(double value) {
  auto text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::optional<double> as_number(const json::value& value) {
  if (!value.is_number()) return std::nullopt;
  return value.to_number<double>();
}

}  // namespace

void Mistakes::add(std::string_view field, std::string_view expected) {
  if (first_) return;
  std::string message(origin_);
  message += field.empty() ? ": expected " : ": field \"" + std::string(field) + "\": expected ";
  message += expected;
  first_ = Error::of(ErrorKind::invalid_argument, "invalid_manifest", std::move(message),
                     {{"file", origin_}, {"field", std::string(field)}});
}

Fields::Fields(const json::value* value, std::string path, Mistakes& mistakes)
    : path_(std::move(path)), mistakes_(mistakes) {
  if (value != nullptr && value->is_object())
    object_ = &value->get_object();
  else if (value != nullptr)
    mistakes_.add(path_, "an object");
}

std::string Fields::path(std::string_view field) const {
  return path_.empty() ? std::string(field) : path_ + "." + std::string(field);
}

void Fields::expect(std::string_view field, bool holds, std::string_view expected) {
  if (!holds) mistakes_.add(path(field), expected);
}

bool Fields::has(std::string_view field) const { return object_ != nullptr && object_->contains(field); }

const json::value* Fields::any(std::string_view field, std::string_view expected, bool required) {
  seen_.insert(std::string(field));
  if (object_ == nullptr) return nullptr;
  const auto* value = object_->if_contains(field);
  if (value == nullptr && required) mistakes_.add(path(field), expected);
  return value;
}

std::string Fields::text(std::string_view field, bool required) {
  const auto* value = any(field, "a text", required);
  if (value == nullptr) return {};
  if (!value->is_string() || value->get_string().empty()) {
    mistakes_.add(path(field), "a non-empty text");
    return {};
  }
  return std::string(value->get_string());
}

bool Fields::flag(std::string_view field, bool required) {
  const auto* value = any(field, "true or false", required);
  if (value != nullptr && !value->is_bool()) mistakes_.add(path(field), "true or false");
  return value != nullptr && value->is_bool() && value->get_bool();
}

double Fields::number(std::string_view field, double lowest, double highest,
                      std::optional<double> otherwise) {
  const std::string expected = "a number from " + shortest(lowest) + " to " + shortest(highest);
  const auto* value = any(field, expected, !otherwise);
  if (value == nullptr) return otherwise.value_or(lowest);
  const auto read = as_number(*value);
  if (!read || *read < lowest || *read > highest) {
    mistakes_.add(path(field), expected);
    return lowest;
  }
  return *read;
}

std::optional<double> Fields::optional_number(std::string_view field, double lowest, double highest) {
  if (!has(field)) return std::nullopt;
  return number(field, lowest, highest);
}

std::int64_t Fields::whole(std::string_view field, std::int64_t lowest, std::int64_t highest) {
  const auto value = number(field, static_cast<double>(lowest), static_cast<double>(highest));
  expect(field, value == std::floor(value), "a whole number");
  return static_cast<std::int64_t>(value);
}

std::vector<float> Fields::numbers(std::string_view field, std::size_t channels, bool zero_allowed) {
  const std::string expected =
      "a list of 1 or " + std::to_string(channels) + " numbers" + (zero_allowed ? "" : " other than 0");
  const auto* value = any(field, expected);
  std::vector<float> read;
  if (value == nullptr) return read;
  if (value->is_array()) {
    for (const auto& item : value->get_array()) {
      const auto number = as_number(item);
      if (!number || (!zero_allowed && *number == 0)) {
        mistakes_.add(path(field), expected);
        return {};
      }
      read.push_back(static_cast<float>(*number));
    }
  }
  if (read.size() != 1 && read.size() != channels) mistakes_.add(path(field), expected);
  return read;
}

std::size_t Fields::choice(std::string_view field, std::span<const std::string_view> choices,
                           std::optional<std::size_t> otherwise) {
  const auto expected = "one of " + quoted_list(choices);
  const auto* value = any(field, expected, !otherwise);
  if (value == nullptr) return otherwise.value_or(0);
  if (value->is_string()) {
    const auto found = std::ranges::find(choices, std::string_view(value->get_string()));
    if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  }
  mistakes_.add(path(field), expected);
  return 0;
}

void Fields::finish() {
  if (object_ == nullptr) return;
  for (const auto& [key, value] : *object_)
    if (!seen_.contains(std::string(key)))
      mistakes_.add(path(key), "nothing: no such field (known here: " + quoted_list(seen_) + ")");
}

}  // namespace sas::vision
