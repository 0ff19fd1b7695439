#include "protocol/embedding_codec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include <openssl/evp.h>

#include "protocol/half_float.h"

namespace sas::protocol {
namespace {

struct Format {
  EmbeddingEncoding encoding;
  std::string_view name;
  std::size_t bytes_per_number;
};
constexpr std::array<Format, 3> kFormats{{{EmbeddingEncoding::f32, "f32", 4},
                                          {EmbeddingEncoding::f16, "f16", 2},
                                          {EmbeddingEncoding::i8, "i8", 1}}};

constexpr std::size_t kLargestBytes = 4 * kEmbeddingSize;

const Format& format_of(EmbeddingEncoding encoding) {
  for (const Format& format : kFormats)
    if (format.encoding == encoding) return format;
  return kFormats.front();
}

constexpr std::size_t base64_length(std::size_t bytes) { return (bytes + 2) / 3 * 4; }
constexpr std::size_t padding_of(std::size_t bytes) { return (3 - bytes % 3) % 3; }

std::uint16_t load_u16(const std::uint8_t* p) { return static_cast<std::uint16_t>(p[0] | (p[1] << 8)); }
std::uint32_t load_u32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) | static_cast<std::uint32_t>(p[1]) << 8 |
         static_cast<std::uint32_t>(p[2]) << 16 | static_cast<std::uint32_t>(p[3]) << 24;
}

// RFC 4648 section 4 to exactly `out.size()` bytes. EVP_DecodeBlock alone is lenient: it trims white space at
// both ends and takes '=' for a zero anywhere; the checks round it make it strict.
bool decode_base64(std::string_view text, std::span<std::uint8_t> out) {
  const std::size_t padding = padding_of(out.size());
  if (text.size() != base64_length(out.size())) return false;
  const std::string_view digits = text.substr(0, text.size() - padding);
  if (digits.find('=') != std::string_view::npos) return false;
  if (text.substr(digits.size()) != std::string_view("==").substr(0, padding)) return false;

  std::array<std::uint8_t, kLargestBytes + 3> decoded;
  const int written = EVP_DecodeBlock(decoded.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()));
  if (written < 0 || static_cast<std::size_t>(written) != out.size() + padding) return false;
  // The bits that the padding makes superfluous must be zero, or two texts would mean the same bytes.
  for (std::size_t i = out.size(); i < out.size() + padding; ++i)
    if (decoded[i] != 0) return false;
  std::memcpy(out.data(), decoded.data(), out.size());
  return true;
}

std::string encode_base64(std::span<const std::uint8_t> bytes) {
  std::string text(base64_length(bytes.size()) + 1, '\0');  // EVP_EncodeBlock ends with a NUL
  const int written = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                      static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(written));
  return text;
}

}  // namespace

std::string_view to_string(EmbeddingEncoding encoding) { return format_of(encoding).name; }

std::optional<EmbeddingEncoding> parse_encoding(std::string_view text) {
  for (const Format& format : kFormats)
    if (format.name == text) return format.encoding;
  return std::nullopt;
}

std::string encode_embedding(const Embedding& embedding, EmbeddingEncoding encoding) {
  const auto values = embedding.values();
  std::array<std::uint8_t, kLargestBytes> bytes;
  std::size_t used = 0;
  switch (encoding) {
    case EmbeddingEncoding::f32:
      for (const float value : values) {
        const auto bits = std::bit_cast<std::uint32_t>(value);
        for (int shift = 0; shift < 32; shift += 8) bytes[used++] = static_cast<std::uint8_t>(bits >> shift);
      }
      break;
    case EmbeddingEncoding::f16:
      for (const float value : values) {
        const std::uint16_t bits = half_from_float(value);
        bytes[used++] = static_cast<std::uint8_t>(bits);
        bytes[used++] = static_cast<std::uint8_t>(bits >> 8);
      }
      break;
    case EmbeddingEncoding::i8: {
      float largest = 0;
      for (const float value : values) largest = std::max(largest, std::abs(value));
      for (const float value : values) {
        const long step = std::lround(value * 127.0F / largest);
        bytes[used++] = static_cast<std::uint8_t>(static_cast<std::int8_t>(step));
      }
      break;
    }
  }
  return encode_base64(std::span(bytes).first(used));
}

Result<Embedding> decode_embedding(std::string_view base64, EmbeddingEncoding encoding) {
  const Format& format = format_of(encoding);
  const std::size_t size = format.bytes_per_number * kEmbeddingSize;
  std::array<std::uint8_t, kLargestBytes> bytes;
  if (!decode_base64(base64, std::span(bytes).first(size))) {
    std::string expected = std::string(format.name) + " is " + std::to_string(size) + " bytes, which is " +
                           std::to_string(base64_length(size)) +
                           " characters of base64 (RFC 4648, with padding, without line breaks)";
    return Error::of(ErrorKind::invalid_argument, "invalid_vector",
                     base64.size() == base64_length(size)
                         ? "the embedding is not base64; " + expected
                         : "the embedding has " + std::to_string(base64.size()) + " characters; " + expected);
  }

  std::array<float, kEmbeddingSize> values;
  for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
    switch (encoding) {
      case EmbeddingEncoding::f32:
        values[i] = std::bit_cast<float>(load_u32(&bytes[4 * i]));
        break;
      case EmbeddingEncoding::f16:
        values[i] = float_from_half(load_u16(&bytes[2 * i]));
        break;
      case EmbeddingEncoding::i8:
        values[i] = static_cast<float>(static_cast<std::int8_t>(bytes[i]));
        break;
    }
  }
  return Embedding::normalised(values);
}

}  // namespace sas::protocol
