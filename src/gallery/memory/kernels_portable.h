#pragma once
// The kernels in plain C++: used on CPUs without a supported vector unit, and as the reference that tests
// compare every other compiled version with. Contracts: kernels.h.

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

// One row's sum, extracted from the output of plane_sums().
[[nodiscard]] inline unsigned sum_of(const std::uint8_t* sums, std::size_t row) {
  const std::uint8_t* block = sums + row / kBlockRows * kSumBits * kBlockRows / 8;
  const std::size_t in_block = row % kBlockRows;
  unsigned sum = 0;
  for (std::size_t bit = 0; bit < kSumBits; ++bit)
    sum |= ((block[bit * kBlockRows / 8 + in_block / 8] >> (in_block % 8)) & 1U) << bit;
  return sum;
}

inline void plane_sums(const std::uint8_t* codes, std::size_t stride, std::size_t rows,
                       const PlaneOrder& order, std::size_t groups, std::uint8_t* sums) {
  std::fill(sums, sums + sum_bytes(rows), std::uint8_t{0});
  for (std::size_t r = 0; r < rows; ++r) {
    unsigned sum = 0;
    for (std::size_t k = 0; k < groups * kPlanesPerGroup; ++k) {
      const bool set = ((codes[order.planes[k] * stride + r / 8] >> (r % 8)) & 1) != 0;
      if (set == (order.flips[k] == 0)) sum += group_weight(k / kPlanesPerGroup);
    }
    std::uint8_t* block = sums + r / kBlockRows * kSumBits * kBlockRows / 8;
    for (std::size_t bit = 0; bit < kSumBits; ++bit)
      block[bit * kBlockRows / 8 + r % kBlockRows / 8] |=
          static_cast<std::uint8_t>(((sum >> bit) & 1U) << (r % 8));
  }
}

inline std::size_t select_rows(const std::uint8_t* sums, const std::uint8_t* levels, std::size_t rows,
                               const LevelCuts& cuts, std::uint16_t* out) {
  std::size_t found = 0;
  for (std::size_t r = 0; r < rows; ++r)
    if (sum_of(sums, r) >= cuts[levels[r]]) out[found++] = static_cast<std::uint16_t>(r);
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

// The coarse bits of one dimension, 0..15.
[[nodiscard]] inline int coarse_of(const std::uint8_t* coarse, std::size_t dimension) {
  const std::size_t shift = dimension / kCoarseWords * 4;
  return (coarse[dimension % kCoarseWords * 2 + shift / 8] >> (shift % 8)) & 15;
}

inline void dots_coarse(const std::uint8_t* coarse, const std::uint16_t* rows, std::size_t count,
                        const std::int16_t* probe, std::int32_t* out) {
  for (std::size_t n = 0; n < count; ++n) {
    out[n] = 0;
    for (std::size_t i = 0; i < kDims; ++i)
      out[n] += coarse_of(coarse + rows[n] * kCoarseBytes, i) * probe[i];
  }
}

inline float dot_full(const std::uint8_t* coarse, const std::uint8_t* fine, const float* probe) {
  double sum = 0;
  for (std::size_t i = 0; i < kDims; ++i)
    sum += static_cast<double>(kFineSteps * coarse_of(coarse, i) + fine[i] - kTwelveBitZero) *
           static_cast<double>(probe[i]);
  return static_cast<float>(sum);
}

}  // namespace sas::gallery::portable
