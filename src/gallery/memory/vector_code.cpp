#include "gallery/memory/vector_code.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sas::gallery {
namespace {

constexpr float kSqrtDims = 22.627416997969522F;
constexpr float kLargestWhole = 2032;                      // within twelve bits, with a margin on either side
constexpr float kFreedom = static_cast<float>(kDims - 1);  // dimensions of the space orthogonal to a vector
// Factors of 512 dimensions are around 0.798 with a deviation of 0.009; the lowest level includes everything
// below.
constexpr float kFirstLevel = 0.768F;
constexpr float kLevelWidth = 0.004F;
constexpr float kMeanFactor = 0.79788456F;  // sqrt(2 / pi): for a random direction
constexpr float kInverseSqrt2 = 0.70710678F;
constexpr float kLeastSpread = 1e-6F;
constexpr float kRounding = 1.0F / 12.0F;  // variance of rounding to whole numbers

float largest_magnitude(std::span<const float, kDims> values) {
  // Independent lanes; a single maximum would make each step wait for the one before.
  constexpr std::size_t kLanes = 16;
  std::array<float, kLanes> largest{};
  for (std::size_t i = 0; i < kDims; i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float magnitude = std::fabs(values[i + lane]);
      largest[lane] = magnitude > largest[lane] ? magnitude : largest[lane];
    }
  return *std::max_element(largest.begin(), largest.end());
}

// Rounds to the nearest whole number, for |value| < 32768. Unlike std::lrint it needs no call and vectorises.
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
  const float to_whole = kLargestWhole / largest_magnitude(rotated);
  StoredVector stored;
  std::array<std::uint16_t, kDims> biased;
  for (std::size_t i = 0; i < kDims; ++i) {
    biased[i] = static_cast<std::uint16_t>(round_to_int(rotated[i] * to_whole) + kTwelveBitZero);
    stored.fine[i] = static_cast<std::uint8_t>(biased[i] % kFineSteps);
  }
  for (std::size_t w = 0; w < kCoarseWords; ++w) {
    unsigned word = 0;
    for (std::size_t k = 0; k < kDimsPerCoarseWord; ++k)
      word |= static_cast<unsigned>(biased[w + k * kCoarseWords] / kFineSteps) << (4 * k);
    stored.coarse[2 * w] = static_cast<std::uint8_t>(word);
    stored.coarse[2 * w + 1] = static_cast<std::uint8_t>(word >> 8);
  }
  return stored;
}

RowCode row_code(StoredView stored) {
  std::array<std::int16_t, kDims> whole;
  std::int64_t coarse_squares = 0;
  std::int64_t coarse_along = 0;  // the dot product with the whole vector
  for (std::size_t w = 0; w < kCoarseWords; ++w) {
    const unsigned word = stored.coarse[2 * w] | unsigned{stored.coarse[2 * w + 1]} << 8;
    for (std::size_t k = 0; k < kDimsPerCoarseWord; ++k) {
      const std::size_t i = w + k * kCoarseWords;
      const int upper = kFineSteps * static_cast<int>((word >> (4 * k)) & 15) - kTwelveBitZero;
      whole[i] = static_cast<std::int16_t>(upper + stored.fine[i]);
      const int twice_middle = 2 * upper + kFineSteps - 1;
      coarse_squares += std::int64_t{twice_middle} * twice_middle;
      coarse_along += std::int64_t{twice_middle} * whole[i];
    }
  }
  RowCode code;
  std::int32_t absolute = 0;
  std::int64_t squares = 0;
  for (const std::int16_t value : whole) {
    absolute += std::abs(value);
    squares += std::int32_t{value} * value;
  }
  for (std::size_t k = 0; k < kCodeBytes; ++k) {
    code.bits[k] = sign_byte(whole.data() + 8 * k);
  }
  if (squares > 0 && coarse_along > 0) {
    const double scale = 1.0 / std::sqrt(static_cast<double>(squares));
    const double coarse_scale = 2.0 / (static_cast<double>(coarse_along) * scale);
    const double coarse_length_squared =
        static_cast<double>(coarse_squares) / 4 * coarse_scale * coarse_scale;
    code.numbers = {.scale = static_cast<float>(scale),
                    .factor = static_cast<float>(absolute * scale) / kSqrtDims,
                    .coarse_scale = static_cast<float>(coarse_scale),
                    .coarse_deviation =
                        static_cast<float>(std::sqrt(std::max(coarse_length_squared - 1, 0.0) / kFreedom))};
  }
  return code;
}

ProbeCode::ProbeCode(const Embedding& embedding) {
  rotate(embedding.values().data(), values.data());
  prepare();
}

ProbeCode::ProbeCode(StoredView stored, float scale) {
  for (std::size_t w = 0; w < kCoarseWords; ++w) {
    const unsigned word = stored.coarse[2 * w] | unsigned{stored.coarse[2 * w + 1]} << 8;
    for (std::size_t k = 0; k < kDimsPerCoarseWord; ++k) {
      const std::size_t i = w + k * kCoarseWords;
      const int whole =
          kFineSteps * static_cast<int>((word >> (4 * k)) & 15) + stored.fine[i] - kTwelveBitZero;
      values[i] = static_cast<float>(whole) * scale;
    }
  }
  prepare();
}

void ProbeCode::prepare() {
  const float largest = largest_magnitude(values);

  step16 = largest / 32767.0F;
  magnitude_step = largest / kMagnitudeMax;
  const float per_step16 = 32767.0F / largest;
  const float per_magnitude_step = kMagnitudeMax / largest;
  for (std::size_t i = 0; i < kDims; ++i) {
    values16[i] = static_cast<std::int16_t>(round_to_int(values[i] * per_step16));
    magnitudes[i] = static_cast<std::uint8_t>(round_to_int(std::fabs(values[i]) * per_magnitude_step));
  }
  total16 = std::accumulate(values16.begin(), values16.end(), std::int32_t{0});
  magnitude_total = std::accumulate(magnitudes.begin(), magnitudes.end(), std::uint32_t{0});
  for (std::size_t k = 0; k < kCodeBytes; ++k) bits[k] = sign_byte(values.data() + 8 * k);

  // Planes by magnitude: a counting sort with 64 levels is as good an order as an exact one.
  constexpr int kLevels = 64;
  const float per_level = static_cast<float>(kLevels - 1) / largest;
  std::array<std::uint8_t, kDims> level;
  for (std::size_t i = 0; i < kDims; ++i)
    level[i] = static_cast<std::uint8_t>(kLevels - 1 - static_cast<int>(std::fabs(values[i]) * per_level));
  std::array<std::uint16_t, kLevels> place{};
  for (const std::uint8_t one : level) ++place[one];
  std::exclusive_scan(place.begin(), place.end(), place.begin(), std::uint16_t{0});
  for (std::size_t i = 0; i < kDims; ++i) planes[place[level[i]]++] = static_cast<std::uint16_t>(i);
  for (std::size_t k = 0; k < kDims; ++k) flips[k] = values[planes[k]] >= 0 ? 0 : ~std::uint64_t{0};
  for (std::size_t g = 0; g < kGroups; ++g) {
    energy[g] = 0;
    sum[g] = 0;
    for (std::size_t k = g * kPlanesPerGroup; k < (g + 1) * kPlanesPerGroup; ++k) {
      const float magnitude = std::fabs(values[planes[k]]);
      energy[g] += magnitude * magnitude;
      sum[g] += magnitude;
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

PlaneCut::PlaneCut(const ProbeCode& probe, std::size_t groups, float similarity, float margin)
    : margin_(margin) {
  // With q the probe, x the row and c their cosine: in a dimension where the probe has q_i, the row's value
  // is normal around c q_i with variance (1 - c²) / D. So its sign agrees, s_i = 1, or not, s_i = -1, with
  // expectation m_i = erf(z_i / sqrt 2), z_i = c |q_i| sqrt(D / (1 - c²)). That is nearly proportional to a
  // small q_i, but the planes that are read are those with a large one. The sum of w_i s_i has the variance:
  // sum of w_i² (1 - m_i²), minus the part of the noise that is known because the cosine over all dimensions
  // is c: (sum of w_i |q_i| 2 phi(z_i))². The |q_i| of a group are close together: m_i is taken at their
  // mean, with the second term of its series, -z phi(z) (z_i - z)², and everything else at the mean alone.
  const float c = similarity;
  const float slope = std::fabs(c) * kSqrtDims / std::sqrt(std::max(1 - c * c, kLeastSpread));
  float known = 0;
  float weights_squared = 0;
  float along = 0;  // sum of w |q|
  for (std::size_t g = 0; g < groups; ++g) {
    const auto weight = static_cast<float>(group_weight(g));
    const float mean = probe.sum[g] / kPlanesPerGroup;
    const float spread = std::max(probe.energy[g] - mean * probe.sum[g], 0.0F);
    const float z = slope * mean;
    const float twice_density = kMeanFactor * std::exp(-z * z / 2);
    const float agreement = std::erf(z * kInverseSqrt2);
    expected_ += weight * (kPlanesPerGroup * agreement - z * twice_density / 2 * slope * slope * spread);
    variance_ += weight * weight * kPlanesPerGroup * (1 - agreement * agreement);
    known += weight * probe.sum[g] * twice_density;
    weights_squared += weight * weight * kPlanesPerGroup;
    along += weight * probe.sum[g];
    total_ += weight * kPlanesPerGroup;
  }
  if (c < 0) expected_ = -expected_;
  variance_ -= known * known;
  // A row that its signs represent worse than average has a lower expectation and a higher variance.
  variance_of_factor_ = weights_squared - (weights_squared - along * along) * (1 - c * c);
}

std::uint16_t PlaneCut::at(float smallest_factor) const {
  const float f = expected_ > 0 ? smallest_factor : 1.0F;
  const float variance =
      variance_ + variance_of_factor_ * (kMeanFactor * kMeanFactor - smallest_factor * smallest_factor);
  const float least =
      expected_ * f / kMeanFactor - margin_ * std::sqrt(std::max(variance, 0.0F) * kDims / kFreedom);
  // The sum of w s is 2 (sum of the weights that agree) - (sum of the weights).
  const float cut = (least + total_) / 2;
  return static_cast<std::uint16_t>(std::clamp(std::floor(cut), 0.0F, total_));
}

std::uint16_t typical_sum(const ProbeCode& probe, std::size_t groups, float similarity) {
  float along = 0;
  float total = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    const auto weight = static_cast<float>(group_weight(g));
    along += weight * probe.sum[g];
    total += weight * kPlanesPerGroup;
  }
  const float sum = (similarity * kMeanFactor * kSqrtDims * along + total) / 2;
  return static_cast<std::uint16_t>(std::clamp(sum, 0.0F, total));
}

LevelCuts PlaneCut::levels(float smallest_factor) const {
  LevelCuts cuts;
  for (std::size_t level = 0; level < kFactorLevels; ++level)
    cuts[level] = at(std::max(smallest_factor_of(level), smallest_factor));
  return cuts;
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

float full_similarity(const ProbeCode& probe, StoredView stored, float scale) {
  return std::clamp(dot_full(stored.coarse, stored.fine, probe.values.data()) * scale, -1.0F, 1.0F);
}

}  // namespace sas::gallery
