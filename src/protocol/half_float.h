#pragma once
// IEEE 754 binary16 in plain C++: not every compiler and processor we build for has _Float16.

#include <bit>
#include <cstdint>

namespace sas::protocol {

// Exact for every half, subnormals, infinities and NaN included.
[[nodiscard]] constexpr float float_from_half(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1FU;
  const std::uint32_t fraction = half & 0x3FFU;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000U | fraction << 13);
  if (exponent == 0) {  // zero or subnormal: fraction x 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return sign == 0 ? magnitude : -magnitude;
  }
  return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
}

// Rounds to nearest, ties to even; too large values become infinity.
[[nodiscard]] constexpr std::uint16_t half_from_float(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000U;
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  if (magnitude > 0x7F800000U) return static_cast<std::uint16_t>(sign | 0x7E00U);   // NaN
  if (magnitude >= 0x47800000U) return static_cast<std::uint16_t>(sign | 0x7C00U);  // 65,536 and above
  const auto round = [](std::uint32_t wide, std::uint32_t drop) {
    const std::uint32_t half_way = 1U << (drop - 1);
    const std::uint32_t rest = wide & ((1U << drop) - 1);
    const std::uint32_t kept = wide >> drop;
    return kept + static_cast<std::uint32_t>(rest > half_way || (rest == half_way && (kept & 1U) != 0));
  };
  if (magnitude < 0x38800000U) {  // below the smallest normal half, 2^-14
    if (magnitude < 0x33000000U) return static_cast<std::uint16_t>(sign);  // below half of the smallest
    const std::uint32_t fraction = (magnitude & 0x7FFFFFU) | 0x800000U;
    return static_cast<std::uint16_t>(sign | round(fraction, 126 - (magnitude >> 23)));
  }
  // A carry out of the fraction increments the exponent, up to infinity, which is the correct rounding.
  return static_cast<std::uint16_t>(sign | round(magnitude - 0x38000000U, 13));
}

}  // namespace sas::protocol
