#include "base/uuid.h"

#include <algorithm>
#include <random>

namespace sas {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr bool is_dash_position(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

Uuid Uuid::v7(Timestamp now) {
  thread_local std::mt19937_64 random{[] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }()};
  thread_local std::uint64_t last_millis = 0;
  thread_local std::uint16_t counter = 0;

  auto millis = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  // RFC 9562, section 6.2, method 1: a 12-bit counter in rand_a keeps one thread's ids increasing; when it
  // overflows, the time field is incremented.
  if (millis > last_millis) {
    last_millis = millis;
    counter = static_cast<std::uint16_t>(random() & 0x7FF);
  } else if (++counter > 0xFFF) {
    ++last_millis;
    counter = 0;
  }
  millis = last_millis;

  std::array<std::uint8_t, kSize> bytes{};
  for (int i = 0; i < 6; ++i)
    bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>(0x70 | (counter >> 8));
  bytes[7] = static_cast<std::uint8_t>(counter);
  const std::uint64_t tail = random();
  std::memcpy(bytes.data() + 8, &tail, 8);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  return Uuid(bytes);
}

Result<Uuid> Uuid::parse(std::string_view text) {
  const auto refuse = [&] {
    return Error::of(ErrorKind::invalid_argument, "invalid_id",
                     "not a UUID: \"" + std::string(text.substr(0, 64)) +
                         "\"; expected the form 01234567-89ab-7cde-8f01-23456789abcd");
  };
  if (text.size() != 36) return refuse();
  std::array<std::uint8_t, kSize> bytes{};
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash_position(i)) {
      if (text[i] != '-') return refuse();
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return refuse();
    bytes[nibble / 2] = static_cast<std::uint8_t>((bytes[nibble / 2] << 4) | value);
    ++nibble;
  }
  return Uuid(bytes);
}

Result<Uuid> Uuid::from_bytes(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != kSize)
    return Error::of(ErrorKind::invalid_argument, "a UUID has 16 bytes, not " + std::to_string(bytes.size()));
  std::array<std::uint8_t, kSize> copy{};
  std::copy(bytes.begin(), bytes.end(), copy.begin());
  return Uuid(copy);
}

std::string Uuid::to_string() const {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < kSize; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
    text.push_back(kHex[bytes_[i] >> 4]);
    text.push_back(kHex[bytes_[i] & 15]);
  }
  return text;
}

}  // namespace sas
