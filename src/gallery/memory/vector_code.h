#pragma once
// How a face and a probe are held for the scan. docs/gallery.md has the reasoning and the figures.

#include <array>
#include <cstddef>
#include <cstdint>

#include "domain/embedding.h"
#include "gallery/memory/kernels.h"

namespace sas::gallery {

// A rotated unit vector in twelve bits a dimension, as kernels.h lays them out: x[i] = scale * whole(i),
// whole(i) = 256 * coarse(i) + fine[i] - kTwelveBitZero.
struct StoredVector {
  alignas(64) std::array<std::uint8_t, kCoarseBytes> coarse;
  alignas(64) std::array<std::uint8_t, kFineBytes> fine;
};

// One that lies somewhere.
struct StoredView {
  StoredView(const std::uint8_t* coarse_, const std::uint8_t* fine_) : coarse(coarse_), fine(fine_) {}
  StoredView(const StoredVector& vector) : coarse(vector.coarse.data()), fine(vector.fine.data()) {}

  const std::uint8_t* coarse;
  const std::uint8_t* fine;
};

[[nodiscard]] StoredVector quantise(const Embedding& embedding);

struct RowNumbers {
  float scale = 0;   // 1 / length of the whole-number vector, so that what is stored has unit length
  float factor = 0;  // cosine between the vector and its signs, 0..1; about 0.8
  // Of the vector with the coarse bits alone, each in the middle of what it may stand for: 1 / its dot
  // product with the unit vector that is stored, and the deviation of the estimate that follows, at most;
  // about 0.005.
  float coarse_scale = 0;
  float coarse_deviation = 0;
};

// What follows from a stored vector.
struct RowCode {
  alignas(64)
      std::array<std::uint8_t, kCodeBytes> bits;  // 1: not negative; dimension i is bit i % 8 of byte i / 8
  RowNumbers numbers;
};

// A vector of zeros, which quantise() never makes, has factor 0.
[[nodiscard]] RowCode row_code(StoredView stored);

// Factors rounded down to one of kFactorLevels.
[[nodiscard]] std::uint8_t factor_level(float factor);
[[nodiscard]] float smallest_factor_of(std::size_t level);

// A probe, prepared once for all the rows it will be compared with.
struct ProbeCode {
  explicit ProbeCode(const Embedding& embedding);

  alignas(64) std::array<float, kDims> values;  // rotated
  alignas(64) std::array<std::int16_t, kDims> values16;
  alignas(64) std::array<std::uint8_t, kDims> magnitudes;
  alignas(64) std::array<std::uint8_t, kCodeBytes> bits;
  // By magnitude, the largest first: a scan may stop after any group.
  std::array<std::uint16_t, kDims> planes;
  alignas(64) std::array<std::uint64_t, kDims> flips;  // as PlaneOrder has them

  float step16 = 0;          // values = step16 * values16
  std::int32_t total16 = 0;  // the sum of values16
  float magnitude_step = 0;
  std::uint32_t magnitude_total = 0;
  std::array<float, kGroups> energy;  // of one group of planes: the sum of the squares of its values
  std::array<float, kGroups> sum;     // of their magnitudes

  [[nodiscard]] PlaneOrder order() const { return {planes.data(), flips.data()}; }
};

// The estimates' errors. A row whose cosine to the probe is at least `similarity` is below the cut with a
// probability of at most Phi(-margin): the rotation makes the error of a sign code a random direction of the
// 512-dimensional sphere (RaBitQ, Gao and Long, SIGMOD 2024), whose projection is normal in all but name.
//
// Cuts for plane_sums() over the first `groups` groups. For rows of any factor, whose cosine would be
// `similarity`.
class PlaneCut {
 public:
  PlaneCut() = default;
  PlaneCut(const ProbeCode& probe, std::size_t groups, float similarity, float margin);

  // For rows with at least that factor. 0: every row passes.
  [[nodiscard]] std::uint16_t at(float smallest_factor) const;

  // Of each level of factors, none of them below `smallest_factor`.
  [[nodiscard]] LevelCuts levels(float smallest_factor) const;

 private:
  float margin_ = 0;
  // Of the sum of w s over the planes that are read (w: their weights, s: 1 where the row's sign is the
  // probe's, -1 where it is not), for a row with the mean factor.
  float expected_ = 0;
  float variance_ = 0;
  float variance_of_factor_ = 0;  // how much more of it, a unit of the factor's square below the mean's
  float total_ = 0;               // the sum of w
};

// About what plane_sums() gives for a row at that cosine.
[[nodiscard]] std::uint16_t typical_sum(const ProbeCode& probe, std::size_t groups, float similarity);

// The unbiased estimate of the cosine from a whole sign code (its agreeing_magnitudes()), and its standard
// deviation for a row whose true cosine is `similarity`.
[[nodiscard]] float estimate(const ProbeCode& probe, std::uint32_t agreeing, float factor);
[[nodiscard]] float estimate_deviation(const ProbeCode& probe, float factor, float similarity);

// Whether an estimate lies at most `margin` deviations below `floor`, for many rows: the same inequality,
// squared, so that a row costs neither a root nor a division.
struct EstimateBound {
  EstimateBound() = default;
  EstimateBound(const ProbeCode& probe, float floor, float margin);

  // `estimate` is below the floor.
  [[nodiscard]] bool admits(float estimate, float factor) const {
    const float below = floor - estimate;
    return factor * factor * (below * below + coding) <= coding + rounding;
  }

  float floor = -3;  // below any cosine and any floor
  float coding = 0;
  float rounding = 0;
};

// The cut for agreeing_magnitudes() for rows with at least that factor. 0: every row passes.
[[nodiscard]] std::uint32_t agreeing_cut(const ProbeCode& probe, float smallest_factor, float similarity,
                                         float margin);

// The unbiased estimate of the cosine from a row's dots_coarse(), by the same reasoning: what the coarse bits
// leave out of the vector is a random direction orthogonal to it.
[[nodiscard]] inline float coarse_estimate(const ProbeCode& probe, std::int32_t dot,
                                           const RowNumbers& numbers) {
  constexpr float kMiddle = static_cast<float>(kTwelveBitZero) - static_cast<float>(kFineSteps - 1) / 2;
  return (static_cast<float>(kFineSteps) * static_cast<float>(dot) -
          kMiddle * static_cast<float>(probe.total16)) *
         probe.step16 * numbers.coarse_scale;
}

// How far a coarse estimate may lie below what is needed before its row is given up. One deviation more than
// the margin of the cuts before, so that this adds next to nothing to what those lose.
[[nodiscard]] inline float coarse_allowance(const RowNumbers& numbers, float margin) {
  constexpr float kArithmetic = 1e-4F;  // the probe's sixteen bits, and float's 24 in large sums
  return (margin + 1) * numbers.coarse_deviation + kArithmetic;
}

// The cosine, within 1e-4 of that of the original embeddings; -1..1.
[[nodiscard]] float full_similarity(const ProbeCode& probe, StoredView stored, float scale);

}  // namespace sas::gallery
