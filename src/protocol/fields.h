#pragma once
// The rules of single fields, shared by all readers.

#include <string>
#include <string_view>

#include <boost/system/error_code.hpp>

#include "base/error.h"
#include "domain/ids.h"
#include "protocol/embedding_codec.h"

namespace sas::protocol {

// invalid_argument "invalid_field", details.field: `field`; the message is "<field>: <why>".
[[nodiscard]] Error invalid_field(std::string_view field, std::string_view why);
// invalid_argument "malformed_json"; the message names the byte.
[[nodiscard]] Error malformed_json(std::string_view json, const boost::system::error_code& why,
                                   std::size_t offset);

// By is_safe_id() of base/labels.h.
[[nodiscard]] Result<CameraId> parse_camera_id(std::string_view field, std::string_view text);
[[nodiscard]] Result<ModelId> parse_model_id(std::string_view field, std::string_view text);
// liveness, quality: 0..1.
[[nodiscard]] Result<float> parse_score(std::string_view field, double value);
[[nodiscard]] Result<EmbeddingEncoding> parse_encoding_field(std::string_view field, std::string_view text);
// `error` with the field's name in front of its message and in its details.
[[nodiscard]] Error at_field(std::string_view field, Error error);

}  // namespace sas::protocol
