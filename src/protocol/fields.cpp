#include "protocol/fields.h"

#include <fmt/format.h>

#include "base/labels.h"

namespace sas::protocol {

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
  if (!is_safe_id(text, kMaxCameraIdLength)) return invalid_field(field, safe_id_rule(kMaxCameraIdLength));
  return CameraId{std::string(text)};
}

Result<ModelId> parse_model_id(std::string_view field, std::string_view text) {
  if (!is_safe_id(text, kMaxModelIdLength)) return invalid_field(field, safe_id_rule(kMaxModelIdLength));
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
