#pragma once
// PostgreSQL's binary representations: big-endian, floats as their bits, times in microseconds since 2000.

#include <bit>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace sas::postgres::wire {

// 2000-01-01 00:00:00 UTC.
inline constexpr Timestamp kEpoch{std::chrono::seconds{946684800}};

template <std::unsigned_integral T>
void put(std::string& out, T value) {
  for (std::size_t i = sizeof(T); i-- > 0;) out.push_back(static_cast<char>((value >> (8 * i)) & 0xFF));
}

template <std::unsigned_integral T>
[[nodiscard]] T get(const char* bytes) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>((value << 8) | static_cast<std::uint8_t>(bytes[i]));
  return value;
}

inline void put_float(std::string& out, float value) { put(out, std::bit_cast<std::uint32_t>(value)); }
[[nodiscard]] inline float get_float(const char* bytes) {
  return std::bit_cast<float>(get<std::uint32_t>(bytes));
}

inline void put_time(std::string& out, Timestamp time) {
  put(out, static_cast<std::uint64_t>((time - kEpoch).count()));
}
[[nodiscard]] inline Timestamp get_time(const char* bytes) {
  return kEpoch + std::chrono::microseconds{static_cast<std::int64_t>(get<std::uint64_t>(bytes))};
}

}  // namespace sas::postgres::wire
