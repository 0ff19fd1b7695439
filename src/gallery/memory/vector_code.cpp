#include "gallery/memory/vector_code.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <numeric>

namespace sas::gallery {
namespace {

constexpr float kSqrtDims = 22.627416997969522F;
constexpr float kLargestHigh = 127;
constexpr float kFreedom = static_cast<float>(kDims - 1);  // dimensions of the space orthogonal to a vector
// Factors of 512 dimensions lie around 0.798 with a deviation of 0.009; the lowest level takes whatever is
// below.
constexpr float kFirstLevel = 0.736F;
constexpr float kLevelWidth = 0.002F;
constexpr float kRounding = 1.0F / 12.0F;  // variance of rounding to whole numbers

float largest_magnitude(std::span<const float, kDims> values) {
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::fabs(value));
  return largest;
}

// To the nearest whole number, for |value| < 32768; unlike std::lrint it needs no call and vectorises.
int round_to_int(float value) {
  constexpr int kOffset = 32768;
  return static_cast<int>(value + (kOffset + 0.5F)) - kOffset;
}

template <class T>
std::uint8_t sign_byte(const T* eight) {
  unsigned byte = 0;
  for (std::size_t bit = 0; bit < 8; ++bit) byte |= (eight[bit] >= 0 ? 1U : 0U) << bit;
  return static_cast<std::uint8_t>(byte);
}

}  // namespace

StoredVector quantise(const Embedding& embedding) {
  alignas(64) std::array<float, kDims> rotated;
  rotate(embedding.values().data(), rotated.data());
  const float to_whole = kLargestHigh * kHighUnit / largest_magnitude(rotated);
  StoredVector stored;
  std::array<std::uint8_t, kDims> low;
  for (std::size_t i = 0; i < kDims; ++i) {
    // Biased by half a high step, the high part is the upper bits and the low part, plus eight, the lower
    // four.
    const int biased = round_to_int(rotated[i] * to_whole) + kHighUnit / 2;
    stored.high[i] = static_cast<std::int8_t>(biased >> 4);
    low[i] = static_cast<std::uint8_t>(biased & 15);
  }
  for (std::size_t i = 0; i < kLowBytes; ++i)
    stored.low[i] = static_cast<std::uint8_t>(low[i] | (low[i + kLowBytes] << 4));
  return stored;
}

SignCode sign_code(const std::int8_t* high, const std::uint8_t* low) {
  std::array<std::int16_t, kDims> whole;
  for (std::size_t i = 0; i < kLowBytes; ++i) {
    whole[i] = static_cast<std::int16_t>(kHighUnit * high[i] + (low[i] & 15) - 8);
    whole[i + kLowBytes] = static_cast<std::int16_t>(kHighUnit * high[i + kLowBytes] + (low[i] >> 4) - 8);
  }
  SignCode code;
  std::int32_t absolute = 0;
  std::int64_t squares = 0;
  for (const std::int16_t value : whole) {
    absolute += std::abs(value);
    squares += std::int32_t{value} * value;
  }
  for (std::size_t k = 0; k < kCodeBytes; ++k) {
    code.bits[k] = sign_byte(whole.data() + 8 * k);
  }
  if (squares > 0) {
    code.scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(squares)));
    code.factor = static_cast<float>(absolute) * code.scale / kSqrtDims;
  }
  return code;
}

ProbeCode::ProbeCode(const Embedding& embedding) {
  rotate(embedding.values().data(), values.data());
  const float largest = largest_magnitude(values);

  step16 = largest / 32767.0F;
  magnitude_step = largest / kMagnitudeMax;
  const float per_step16 = 32767.0F / largest;
  const float per_magnitude_step = kMagnitudeMax / largest;
  for (std::size_t i = 0; i < kDims; ++i) {
    values16[i] = static_cast<std::int16_t>(round_to_int(values[i] * per_step16));
    magnitudes[i] = static_cast<std::uint8_t>(round_to_int(std::fabs(values[i]) * per_magnitude_step));
  }
  magnitude_total = std::accumulate(magnitudes.begin(), magnitudes.end(), std::uint32_t{0});
  for (std::size_t k = 0; k < kCodeBytes; ++k) bits[k] = sign_byte(values.data() + 8 * k);

  std::array<float, kColumns> column_energy{};
  std::array<float, 2 * kColumns> nibble_sum{};  // of |values| over the four dimensions of a nibble
  for (std::size_t i = 0; i < kDims; ++i) {
    column_energy[i / 8] += values[i] * values[i];
    nibble_sum[i / 4] += std::fabs(values[i]);
  }
  // The bits of a positive float are in the order of its value; the lowest give way to the column's number,
  // so that whole numbers are sorted.
  std::array<std::uint32_t, kColumns> keys;
  for (std::size_t k = 0; k < kColumns; ++k)
    keys[k] = (std::bit_cast<std::uint32_t>(column_energy[k]) & ~(std::uint32_t{kColumns} - 1)) |
              static_cast<std::uint32_t>(kColumns - 1 - k);
  std::sort(keys.begin(), keys.end(), std::greater<>());
  for (std::size_t k = 0; k < kColumns; ++k)
    columns[k] = static_cast<std::uint8_t>(kColumns - 1 - keys[k] % kColumns);

  // Entry p of a nibble's table is the sum of the values whose bit in p is set, less the smallest such sum.
  table_step = *std::max_element(nibble_sum.begin(), nibble_sum.end()) / kTableEntryMax;
  const float per_step = 1 / table_step;
  for (std::size_t k = 0; k < kColumns; ++k) {
    for (std::size_t half = 0; half < 2; ++half) {
      const float* four = values.data() + 8 * columns[k] + 4 * half;
      float smallest = 0;
      for (std::size_t bit = 0; bit < 4; ++bit) smallest += std::min(four[bit], 0.0F);
      std::array<float, 16> sums;
      sums[0] = 0;
      for (std::size_t bit = 0; bit < 4; ++bit) {
        const std::size_t half_size = std::size_t{1} << bit;
        for (std::size_t p = 0; p < half_size; ++p) sums[half_size + p] = sums[p] + four[bit];
      }
      std::uint8_t* table = tables.data() + k * kTableBytesPerColumn + 16 * half;
      for (std::size_t p = 0; p < 16; ++p)
        table[p] = static_cast<std::uint8_t>(round_to_int((sums[p] - smallest) * per_step));
    }
  }
  absolute_sum[0] = 0;
  energy[0] = 0;
  for (std::size_t g = 0; g < kGroups; ++g) {
    absolute_sum[g + 1] = absolute_sum[g];
    energy[g + 1] = energy[g];
    for (std::size_t k = g * kColumnsPerGroup; k < (g + 1) * kColumnsPerGroup; ++k) {
      absolute_sum[g + 1] += nibble_sum[2 * columns[k]] + nibble_sum[2 * columns[k] + 1];
      energy[g + 1] += column_energy[columns[k]];
    }
  }
}

std::uint8_t factor_level(float factor) {
  const float level = std::floor((factor - kFirstLevel) / kLevelWidth);
  return static_cast<std::uint8_t>(std::clamp(level, 0.0F, static_cast<float>(kFactorLevels - 1)));
}

float smallest_factor_of(std::size_t level) {
  return level == 0 ? 0 : kFirstLevel + static_cast<float>(level) * kLevelWidth;
}

std::uint16_t column_cut(const ProbeCode& probe, std::size_t groups, float smallest_factor, float similarity,
                         float margin) {
  // With q the part of the probe that was read (energy a), s the signs over sqrt(D), x the row, c their
  // cosine: <q, s> = f <q, x> + <q, e>, where <q, x> = a c + sqrt(1 - c²) <q, u>, u a random direction
  // orthogonal to the probe, and e the error of the code, orthogonal to x and of length sqrt(1 - f²).
  const float a = std::min(probe.energy[groups], 1.0F);
  const float f = similarity > 0 ? smallest_factor : 1.0F;
  const float unread = (1 - similarity * similarity) * a * (1 - a) * f * f;
  const float coding = a * (1 - smallest_factor * smallest_factor);
  const float entries = static_cast<float>(2 * kColumnsPerGroup * groups);
  const float rounding = 4 * entries * kRounding * probe.table_step * probe.table_step / kDims;
  const float least = a * f * similarity - margin * std::sqrt((unread + coding) / kFreedom + rounding);
  // <q, s> sqrt(D) = 2 (sum of values with the bit set) - (sum of values) = 2 step sums - (sum of |values|)
  const float cut = (least * kSqrtDims + probe.absolute_sum[groups]) / (2 * probe.table_step);
  return static_cast<std::uint16_t>(std::clamp(std::floor(cut), 0.0F, 65535.0F));
}

float estimate(const ProbeCode& probe, std::uint32_t agreeing, float factor) {
  return (2 * static_cast<float>(agreeing) - static_cast<float>(probe.magnitude_total)) *
         probe.magnitude_step / (kSqrtDims * factor);
}

float estimate_deviation(const ProbeCode& probe, float factor, float similarity) {
  const float f2 = factor * factor;
  return std::sqrt(((1 - f2) * (1 - similarity * similarity) / kFreedom +
                    kRounding * probe.magnitude_step * probe.magnitude_step) /
                   f2);
}

EstimateBound::EstimateBound(const ProbeCode& probe, float floor_, float margin)
    : floor(floor_),
      coding(margin * margin * (1 - floor_ * floor_) / kFreedom),
      rounding(margin * margin * kRounding * probe.magnitude_step * probe.magnitude_step) {}

std::uint32_t agreeing_cut(const ProbeCode& probe, float smallest_factor, float similarity, float margin) {
  const float f = similarity > 0 ? smallest_factor : 1.0F;
  const float least =
      f * similarity - margin * smallest_factor * estimate_deviation(probe, smallest_factor, similarity);
  const float cut =
      (least * kSqrtDims / probe.magnitude_step + static_cast<float>(probe.magnitude_total)) / 2;
  return static_cast<std::uint32_t>(std::max(std::floor(cut), 0.0F));
}

float coarse_similarity(const ProbeCode& probe, const std::int8_t* high, float scale) {
  return static_cast<float>(dot_high(high, probe.values16.data())) * probe.step16 * scale * kHighUnit;
}

float coarse_error(const ProbeCode& probe, float scale) {
  const float low = scale * (static_cast<float>(kHighUnit) / 2) * kSqrtDims;
  const float probe_rounding = probe.step16 * 0.5F * kSqrtDims;
  constexpr float kArithmetic = 1e-5F;
  return low + probe_rounding + kArithmetic;
}

float full_similarity(const ProbeCode& probe, const std::int8_t* high, const std::uint8_t* low, float scale) {
  return std::clamp(dot_full(high, low, probe.values.data()) * scale, -1.0F, 1.0F);
}

}  // namespace sas::gallery
