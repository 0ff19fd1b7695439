#pragma once
// How a face and a probe are encoded for the scan. Reasoning and measurements: docs/gallery.md.

#include <array>
#include <cstddef>
#include <cstdint>

#include "domain/embedding.h"
#include "gallery/memory/kernels.h"

namespace sas::gallery {

// A rotated unit vector in twelve bits per dimension, in the layout of kernels.h: x[i] = scale * whole(i),
// whole(i) = 256 * coarse(i) + fine[i] - kTwelveBitZero.
struct StoredVector {
  alignas(64) std::array<std::uint8_t, kCoarseBytes> coarse;
  alignas(64) std::array<std::uint8_t, kFineBytes> fine;
};

// A non-owning view of a StoredVector.
struct StoredView {
  StoredView(const std::uint8_t* coarse_, const std::uint8_t* fine_) : coarse(coarse_), fine(fine_) {}
  StoredView(const StoredVector& vector) : coarse(vector.coarse.data()), fine(vector.fine.data()) {}

  const std::uint8_t* coarse;
  const std::uint8_t* fine;
};

[[nodiscard]] StoredVector quantise(const Embedding& embedding);

struct RowNumbers {
  float scale = 0;   // 1 / length of the whole-number vector, so that the stored vector has unit length
  float factor = 0;  // cosine between the vector and its signs, 0..1; about 0.8
  // For the vector with the coarse bits alone, each at the middle of its range: 1 / its dot product with the
  // stored unit vector, and an upper bound on the deviation of the resulting estimate, about 0.005.
  float coarse_scale = 0;
  float coarse_deviation = 0;
};

// Derived from a stored vector.
struct RowCode {
  // 1: not negative; dimension i is bit i % 8 of byte i / 8.
  alignas(64) std::array<std::uint8_t, kCodeBytes> bits;
  RowNumbers numbers;
};

// A zero vector, which quantise() never produces, has factor 0.
[[nodiscard]] RowCode row_code(StoredView stored);

// Factors rounded down to one of kFactorLevels.
[[nodiscard]] std::uint8_t factor_level(float factor);
[[nodiscard]] float smallest_factor_of(std::size_t level);

// A probe, prepared once for all rows it will be compared with.
struct ProbeCode {
  explicit ProbeCode(const Embedding& embedding);
  // For a template of the gallery; `scale`: its RowNumbers' scale.
  ProbeCode(StoredView stored, float scale);

  alignas(64) std::array<float, kDims> values;  // rotated
  alignas(64) std::array<std::int16_t, kDims> values16;
  alignas(64) std::array<std::uint8_t, kDims> magnitudes;
  alignas(64) std::array<std::uint8_t, kCodeBytes> bits;
  // By magnitude, largest first: a scan may stop after any group.
  std::array<std::uint16_t, kDims> planes;
  alignas(64) std::array<std::uint64_t, kDims> flips;  // as in PlaneOrder

  float step16 = 0;          // values = step16 * values16
  std::int32_t total16 = 0;  // the sum of values16
  float magnitude_step = 0;
  std::uint32_t magnitude_total = 0;
  std::array<float, kGroups> energy;  // per group of planes: the sum of the squares of its values
  std::array<float, kGroups> sum;     // per group: the sum of their magnitudes

  [[nodiscard]] PlaneOrder order() const { return {planes.data(), flips.data()}; }

 private:
  void prepare();  // everything else, from `values`
};

// The errors of the estimates. A row whose cosine to the probe is at least `similarity` is below the cut with
// a probability of at most Phi(-margin): the rotation makes the error of a sign code a random direction on
// the 512-dimensional sphere (RaBitQ, Gao and Long, SIGMOD 2024), whose projection is practically normal.
//
// Cuts for plane_sums() over the first `groups` groups, for rows of any factor whose cosine would be
// `similarity`.
class PlaneCut {
 public:
  PlaneCut() = default;
  PlaneCut(const ProbeCode& probe, std::size_t groups, float similarity, float margin);

  // For rows with at least that factor. 0: every row passes.
  [[nodiscard]] std::uint16_t at(float smallest_factor) const;

  // For each factor level, assuming no row is below `smallest_factor`.
  [[nodiscard]] LevelCuts levels(float smallest_factor) const;

 private:
  float margin_ = 0;
  // Of the sum of w s over the planes that are read (w: their weights, s: 1 if the row's sign equals the
  // probe's, -1 if not), for a row with the mean factor.
  float expected_ = 0;
  float variance_ = 0;
  float variance_of_factor_ = 0;  // added variance per unit that the squared factor is below the mean's
  float total_ = 0;               // the sum of w
};

// The approximate plane_sums() of a row at that cosine.
[[nodiscard]] std::uint16_t typical_sum(const ProbeCode& probe, std::size_t groups, float similarity);

// The unbiased estimate of the cosine from a whole sign code (its agreeing_magnitudes()), and its standard
// deviation for a row whose true cosine is `similarity`.
[[nodiscard]] float estimate(const ProbeCode& probe, std::uint32_t agreeing, float factor);
[[nodiscard]] float estimate_deviation(const ProbeCode& probe, float factor, float similarity);

// Whether an estimate is at most `margin` deviations below `floor`, for many rows: the same inequality,
// squared, so that no row needs a square root or a division.
struct EstimateBound {
  EstimateBound() = default;
  EstimateBound(const ProbeCode& probe, float floor, float margin);

  // Requires `estimate` below the floor.
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

// The unbiased estimate of the cosine from a row's dots_coarse(), by the same reasoning: the part of the
// vector that the coarse bits omit is a random direction orthogonal to it.
[[nodiscard]] inline float coarse_estimate(const ProbeCode& probe, std::int32_t dot,
                                           const RowNumbers& numbers) {
  constexpr float kMiddle = static_cast<float>(kTwelveBitZero) - static_cast<float>(kFineSteps - 1) / 2;
  return (static_cast<float>(kFineSteps) * static_cast<float>(dot) -
          kMiddle * static_cast<float>(probe.total16)) *
         probe.step16 * numbers.coarse_scale;
}

// How far a coarse estimate may be below the required similarity before its row is discarded. One deviation
// more than the margin of the earlier cuts, so that this adds next to nothing to their losses.
[[nodiscard]] inline float coarse_allowance(const RowNumbers& numbers, float margin) {
  constexpr float kArithmetic = 1e-4F;  // the probe's sixteen bits, and float's 24 in large sums
  return (margin + 1) * numbers.coarse_deviation + kArithmetic;
}

// The cosine, within 1e-4 of that of the original embeddings; -1..1.
[[nodiscard]] float full_similarity(const ProbeCode& probe, StoredView stored, float scale);

}  // namespace sas::gallery
