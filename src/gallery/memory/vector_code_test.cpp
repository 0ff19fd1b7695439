#include "gallery/memory/vector_code.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "gallery/memory/kernels_portable.h"

namespace sas::gallery {
namespace {

Embedding random_embedding(std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> values(kDims);
  for (auto& value : values) value = normal(random);
  return Embedding::normalised(values).value();
}

// A vector at cosine `c` to `target`.
Embedding near(const Embedding& target, double c, std::mt19937& random) {
  const Embedding noise = random_embedding(random);
  const double along = cosine(noise, target);
  const double across = std::sqrt(1 - along * along);
  std::vector<float> values(kDims);
  for (std::size_t i = 0; i < kDims; ++i) {
    const double orthogonal = (noise.values()[i] - along * target.values()[i]) / across;
    values[i] = static_cast<float>(c * target.values()[i] + std::sqrt(1 - c * c) * orthogonal);
  }
  return Embedding::normalised(values).value();
}

std::uint32_t agreeing(const ProbeCode& probe, const RowCode& code) {
  const std::uint16_t row = 0;
  std::uint32_t sum = 0;
  agreeing_magnitudes(code.bits.data(), &row, 1, probe.bits.data(), probe.magnitudes.data(), &sum);
  return sum;
}

float coarse(const ProbeCode& probe, const StoredVector& stored, const RowCode& code) {
  const std::uint16_t row = 0;
  std::int32_t dot = 0;
  dots_coarse(stored.coarse.data(), &row, 1, probe.values16.data(), &dot);
  return coarse_estimate(probe, dot, code.numbers);
}

// Errors in units of their stated deviation.
struct Errors {
  [[nodiscard]] double mean() const { return sum / kPairs; }
  [[nodiscard]] double deviation() const { return std::sqrt(squares / kPairs); }
  [[nodiscard]] double beyond_two() const { return far / static_cast<double>(kPairs); }

  static constexpr int kPairs = 4000;
  double sum = 0;
  double squares = 0;
  int far = 0;
};

// Errors for random rows and probes at cosine `c`.
template <class ErrorOf>
Errors errors_at(float c, std::mt19937& random, ErrorOf error_of) {
  Errors errors;
  for (int i = 0; i < Errors::kPairs; ++i) {
    const Embedding enrolled = random_embedding(random);
    const StoredVector stored = quantise(enrolled);
    const double error = error_of(ProbeCode(near(enrolled, c, random)), stored, row_code(stored));
    errors.sum += error;
    errors.squares += error * error;
    errors.far += std::fabs(error) > 2 ? 1 : 0;
  }
  return errors;
}

TEST(VectorCode, KeepsTheCosineToTwelveBits) {
  std::mt19937 random(1);
  double largest = 0;
  for (int i = 0; i < 500; ++i) {
    const Embedding enrolled = random_embedding(random);
    const Embedding probe = near(enrolled, -0.9 + 0.0037 * i, random);
    const StoredVector stored = quantise(enrolled);
    const RowCode code = row_code(stored);
    const float full = full_similarity(ProbeCode(probe), stored, code.numbers.scale);
    const float truth = cosine(enrolled, probe);
    largest = std::max(largest, static_cast<double>(std::fabs(full - truth)));
  }
  EXPECT_LT(largest, 1e-4);
}

TEST(VectorCode, EncodesVectorsAlongOneAxis) {
  for (const std::size_t axis : {std::size_t{0}, std::size_t{255}, std::size_t{511}}) {
    std::vector<float> values(kDims);
    values[axis] = -1;
    const Embedding embedding = Embedding::normalised(values).value();
    const StoredVector stored = quantise(embedding);
    const RowCode code = row_code(stored);
    EXPECT_NEAR(full_similarity(ProbeCode(embedding), stored, code.numbers.scale), 1.0F, 1e-5F);
    EXPECT_GT(code.numbers.factor, 0.7F);
    EXPECT_NEAR(coarse(ProbeCode(embedding), stored, code), 1.0F, coarse_allowance(code.numbers, 3));
  }
}

// The gallery relies on this: the estimate is right on average and its spread is what the bound says.
TEST(VectorCode, EstimatesAreUnbiasedWithTheStatedDeviation) {
  std::mt19937 random(2);
  for (const float c : {0.0F, 0.3F, 0.6F}) {
    const Errors errors =
        errors_at(c, random, [c](const ProbeCode& probe, const StoredVector&, const RowCode& code) {
          return (estimate(probe, agreeing(probe, code), code.numbers.factor) - c) /
                 estimate_deviation(probe, code.numbers.factor, c);
        });
    EXPECT_NEAR(errors.mean(), 0, 0.08) << c;
    EXPECT_NEAR(errors.deviation(), 1, 0.08) << c;
  }
}

TEST(VectorCode, CoarseEstimatesAreUnbiasedWithTheStatedDeviation) {
  std::mt19937 random(4);
  for (const float c : {-0.4F, 0.0F, 0.3F, 0.6F}) {
    const Errors errors =
        errors_at(c, random, [c](const ProbeCode& probe, const StoredVector& stored, const RowCode& code) {
          // The stored deviation is for a cosine of zero, so it is no less than that for any other cosine.
          return (coarse(probe, stored, code) - c) / (code.numbers.coarse_deviation * std::sqrt(1 - c * c));
        });
    EXPECT_NEAR(errors.mean(), 0, 0.08) << c;
    EXPECT_NEAR(errors.deviation(), 1, 0.05) << c;
    EXPECT_NEAR(errors.beyond_two(), 0.0455, 0.013) << c << ": the tails are not normal";
  }
}

// A cut with margin 2 loses at most the normal tail's share (2.3 %) of rows that belong in the answer, for
// any number of planes.
TEST(VectorCode, CutsLoseNoMoreThanTheMarginAllows) {
  std::mt19937 random(3);
  constexpr int kPairs = 3000;
  constexpr float kMargin = 2;
  constexpr float kCosine = 0.45F;
  constexpr std::size_t kStride = kBlockRows / 8;
  for (const std::size_t groups :
       {std::size_t{4}, std::size_t{8}, std::size_t{12}, std::size_t{20}, kGroups}) {
    int lost = 0;
    int lost_whole = 0;
    for (int i = 0; i < kPairs; ++i) {
      const Embedding enrolled = random_embedding(random);
      const StoredVector stored = quantise(enrolled);
      const RowCode code = row_code(stored);
      const ProbeCode probe(near(enrolled, kCosine, random));
      alignas(64) std::array<std::uint8_t, kDims * kStride> codes{};
      for (std::size_t k = 0; k < kDims; ++k) codes[k * kStride] = (code.bits[k / 8] >> (k % 8)) & 1;
      alignas(64) std::array<std::uint8_t, sum_bytes(kBlockRows)> sums{};
      plane_sums(codes.data(), kStride, kBlockRows, probe.order(), groups, {}, sums.data());
      if (portable::sum_of(sums.data(), 0) <
          PlaneCut(probe, groups, kCosine, kMargin).at(code.numbers.factor))
        ++lost;
      if (agreeing(probe, code) < agreeing_cut(probe, code.numbers.factor, kCosine, kMargin)) ++lost_whole;
    }
    EXPECT_LT(lost, kPairs * 0.032) << groups;
    EXPECT_GT(lost, kPairs * 0.008) << groups << ": the cut is too loose";
    EXPECT_LT(lost_whole, kPairs * 0.032);
  }
}

TEST(VectorCode, FactorLevelsNeverOverstateAFactor) {
  for (float factor = 0.3F; factor < 1; factor += 0.001F)
    EXPECT_LE(smallest_factor_of(factor_level(factor)), factor + 1e-6F);
}

}  // namespace
}  // namespace sas::gallery
