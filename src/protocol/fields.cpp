#include "protocol/fields.h"

#include <algorithm>

#include <fmt/format.h>

namespace sas::protocol {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_safe_name(std::string_view text, std::size_t max_length) {
  return !text.empty() && text.size() <= max_length && is_letter_or_digit(text.front()) &&
         std::ranges::all_of(text, [](char c) {
           return is_letter_or_digit(c) || c == '.' || c == '_' || c == ':' || c == '-';
         });
}

Error unsafe_name(std::string_view field, std::size_t max_length) {
  return invalid_field(field, fmt::format("must be 1 to {} of the characters A-Z a-z 0-9 . _ : - and begin "
                                          "with a letter or a digit",
                                          max_length));
}

}  // namespace

Error invalid_field(std::string_view field, std::string_view why) {
  return Error::of(ErrorKind::invalid_argument, "invalid_field", fmt::format("{}: {}", field, why),
                   {{"field", field}});
}

Error malformed_json(std::string_view json, const boost::system::error_code& why, std::size_t offset) {
  if (json.empty())
    return Error::of(ErrorKind::invalid_argument, "malformed_json",
                     "the body is empty; expected a JSON object");
  return Error::of(ErrorKind::invalid_argument, "malformed_json",
                   fmt::format("the body is not valid JSON: {} at byte {}", why.message(), offset),
                   {{"offset", offset}});
}

Error at_field(std::string_view field, Error error) {
  error.message = fmt::format("{}: {}", field, error.message);
  error.details["field"] = field;
  return error;
}

Result<CameraId> parse_camera_id(std::string_view field, std::string_view text) {
  if (!is_safe_name(text, kMaxCameraIdLength)) return unsafe_name(field, kMaxCameraIdLength);
  return CameraId{std::string(text)};
}

Result<ModelId> parse_model_id(std::string_view field, std::string_view text) {
  if (!is_safe_name(text, kMaxModelIdLength)) return unsafe_name(field, kMaxModelIdLength);
  return ModelId{std::string(text)};
}

Result<float> parse_score(std::string_view field, double value) {
  if (!(value >= 0 && value <= 1))
    return invalid_field(field, fmt::format("must be a number from 0 to 1, not {:.6g}", value));
  return static_cast<float>(value);
}

Result<EmbeddingEncoding> parse_encoding_field(std::string_view field, std::string_view text) {
  const auto encoding = parse_encoding(text);
  if (!encoding)
    return invalid_field(field,
                         fmt::format("must be \"f32\", \"f16\" or \"i8\", not \"{}\"", text.substr(0, 32)));
  return *encoding;
}

}  // namespace sas::protocol
