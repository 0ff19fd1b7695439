#pragma once
// The kernels in plain C++: what a CPU without any vector unit that we know runs, and what the tests compare
// every other compiled version with. Contracts: kernels.h.

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "gallery/memory/kernels.h"
#include "gallery/memory/rotation_signs.h"

namespace sas::gallery::portable {

inline void rotate(const float* in, float* out) {
  std::array<float, kDims> a{};
  std::array<float, kDims> b{};
  std::copy(in, in + kDims, a.begin());
  for (const auto& signs : kRotationSigns) {
    for (std::size_t i = 0; i < kDims; ++i) a[i] *= signs[i];
    for (std::size_t width = 1; width < kDims; width *= 2) {
      for (std::size_t i = 0; i < kDims / 2; ++i) {
        b[2 * i] = a[i] + a[i + kDims / 2];
        b[2 * i + 1] = a[i] - a[i + kDims / 2];
      }
      std::swap(a, b);
    }
  }
  std::copy(a.begin(), a.end(), out);
}

inline void plane_sums(const std::uint8_t* codes, std::size_t stride, std::size_t rows,
                       const PlaneWeights& weights, std::size_t groups, std::uint16_t* sums) {
  std::fill(sums, sums + rows, std::uint16_t{0});
  for (std::size_t g = 0; g < groups; ++g) {
    for (std::size_t r = 0; r < rows; ++r) {
      std::uint8_t sum = weights.biases[g];
      for (std::size_t k = g * kPlanesPerGroup; k < (g + 1) * kPlanesPerGroup; ++k)
        if (((codes[weights.planes[k] * stride + r / 8] >> (r % 8)) & 1) != 0)
          sum = static_cast<std::uint8_t>(sum + weights.deltas[k]);
      sums[r] = static_cast<std::uint16_t>(sums[r] + sum);
    }
  }
}

inline std::size_t select_rows(const std::uint16_t* sums, std::size_t rows, std::uint16_t cut,
                               std::uint16_t* out) {
  std::size_t found = 0;
  for (std::size_t r = 0; r < rows; ++r)
    if (sums[r] >= cut) out[found++] = static_cast<std::uint16_t>(r);
  return found;
}

inline void agreeing_magnitudes(const std::uint8_t* bits, const std::uint16_t* rows, std::size_t count,
                                const std::uint8_t* probe_bits, const std::uint8_t* magnitudes,
                                std::uint32_t* out) {
  for (std::size_t n = 0; n < count; ++n) {
    const std::uint8_t* row = bits + rows[n] * kCodeBytes;
    out[n] = 0;
    for (std::size_t i = 0; i < kDims; ++i)
      if ((((row[i / 8] ^ probe_bits[i / 8]) >> (i % 8)) & 1) == 0) out[n] += magnitudes[i];
  }
}

inline std::int32_t dot_high(const std::int8_t* high, const std::int16_t* probe) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < kDims; ++i) sum += std::int32_t{high[i]} * probe[i];
  return sum;
}

inline float dot_full(const std::int8_t* high, const std::uint8_t* low, const float* probe) {
  double sum = 0;
  for (std::size_t i = 0; i < kLowBytes; ++i) {
    sum += (16.0 * high[i] + (low[i] & 15) - 8) * static_cast<double>(probe[i]);
    sum += (16.0 * high[kLowBytes + i] + (low[i] >> 4) - 8) * static_cast<double>(probe[kLowBytes + i]);
  }
  return static_cast<float>(sum);
}

}  // namespace sas::gallery::portable
