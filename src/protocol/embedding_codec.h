#pragma once
// How 512 numbers travel. Base64 (RFC 4648, with padding) of little-endian values:
//   f32  512 IEEE 754 singles, 2,048 bytes
//   f16  512 IEEE 754 halves,  1,024 bytes
//   i8   512 two's complement bytes: round(x * 127 / max|x|). The scale is not sent: a cosine does not depend
//   on it.

#include <optional>
#include <string>
#include <string_view>

#include "domain/embedding.h"

namespace sas::protocol {

enum class EmbeddingEncoding { f32, f16, i8 };

[[nodiscard]] std::string_view to_string(EmbeddingEncoding encoding);
[[nodiscard]] std::optional<EmbeddingEncoding> parse_encoding(std::string_view text);

[[nodiscard]] std::string encode_embedding(const Embedding& embedding, EmbeddingEncoding encoding);
// invalid_argument "invalid_vector": not base64, another length than the encoding's (the message says both),
// or what Embedding::normalised refuses.
[[nodiscard]] Result<Embedding> decode_embedding(std::string_view base64, EmbeddingEncoding encoding);

}  // namespace sas::protocol
