#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace sas {

// A 128-bit UUID (RFC 9562). Ordered by its bytes, so version 7 sorts by creation time.
class Uuid {
 public:
  static constexpr std::size_t kSize = 16;

  constexpr Uuid() = default;  // nil
  explicit constexpr Uuid(const std::array<std::uint8_t, kSize>& bytes) : bytes_(bytes) {}

  // Version 7: 48 bits of Unix milliseconds, then 74 random bits; increasing within one thread. Thread-safe.
  static Uuid v7(Timestamp now);
  // The canonical 36-character form in either case; anything else is invalid_argument.
  static Result<Uuid> parse(std::string_view text);
  // Exactly 16 bytes, otherwise invalid_argument.
  static Result<Uuid> from_bytes(std::span<const std::uint8_t> bytes);

  [[nodiscard]] std::string to_string() const;  // canonical, lower case
  [[nodiscard]] const std::array<std::uint8_t, kSize>& bytes() const { return bytes_; }
  [[nodiscard]] bool is_nil() const { return *this == Uuid{}; }

  auto operator<=>(const Uuid&) const = default;

 private:
  std::array<std::uint8_t, kSize> bytes_{};
};

// A Uuid that cannot be confused with another kind of id.
template <class Tag>
class StrongUuid {
 public:
  constexpr StrongUuid() = default;
  explicit constexpr StrongUuid(Uuid value) : value_(value) {}

  static StrongUuid make(Timestamp now) { return StrongUuid(Uuid::v7(now)); }
  static Result<StrongUuid> parse(std::string_view text) {
    auto value = Uuid::parse(text);
    if (!value) return value.error();
    return StrongUuid(*value);
  }

  [[nodiscard]] const Uuid& value() const { return value_; }
  [[nodiscard]] std::string to_string() const { return value_.to_string(); }
  [[nodiscard]] bool is_nil() const { return value_.is_nil(); }

  auto operator<=>(const StrongUuid&) const = default;

 private:
  Uuid value_;
};

}  // namespace sas

template <>
struct std::hash<sas::Uuid> {
  std::size_t operator()(const sas::Uuid& id) const noexcept {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, id.bytes().data(), 8);
    std::memcpy(&low, id.bytes().data() + 8, 8);
    return static_cast<std::size_t>(low ^ (high * 0x9E3779B97F4A7C15ULL));
  }
};
template <class Tag>
struct std::hash<sas::StrongUuid<Tag>> {
  std::size_t operator()(const sas::StrongUuid<Tag>& id) const noexcept {
    return std::hash<sas::Uuid>{}(id.value());
  }
};
