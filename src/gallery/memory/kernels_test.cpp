#include "gallery/memory/kernels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include "gallery/memory/kernels_portable.h"

namespace sas::gallery {
namespace {

// Every case runs once for each instruction set that was compiled and that this CPU has.
class Kernels : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override { use(GetParam()); }
  void TearDown() override { use(0); }

  std::vector<std::uint8_t> random_bytes(std::size_t count, unsigned largest = 255) {
    std::uniform_int_distribution<unsigned> byte(0, largest);
    std::vector<std::uint8_t> bytes(count);
    for (auto& b : bytes) b = static_cast<std::uint8_t>(byte(random_));
    return bytes;
  }
  // A copy aligned to 64 bytes, as the kernels require.
  static std::vector<std::byte> aligned_copy(const std::vector<std::uint8_t>& bytes, std::uint8_t*& start) {
    std::vector<std::byte> memory(bytes.size() + 64);
    void* at = memory.data();
    std::size_t space = memory.size();
    start = static_cast<std::uint8_t*>(std::align(64, bytes.size(), at, space));
    std::copy(bytes.begin(), bytes.end(), start);
    return memory;
  }

  std::mt19937 random_{7};

 private:
  static void use(std::int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

TEST_P(Kernels, RunOnTheTargetUnderTest) { EXPECT_STREQ(kernel_target(), hwy::TargetName(GetParam())); }

TEST_P(Kernels, RotateMatchesThePortableVersion) {
  std::normal_distribution<float> normal;
  std::array<float, kDims> in{};
  for (auto& value : in) value = normal(random_);
  std::array<float, kDims> expected{};
  std::array<float, kDims> got{};
  portable::rotate(in.data(), expected.data());
  rotate(in.data(), got.data());
  for (std::size_t i = 0; i < kDims; ++i) EXPECT_NEAR(got[i], expected[i], 1e-4F) << i;
  // In place.
  rotate(in.data(), in.data());
  EXPECT_EQ(in, got);
}

TEST_P(Kernels, RotationKeepsDotProductsAndSpreadsConcentratedVectors) {
  std::array<float, kDims> one{};
  one[3] = 1;
  std::array<float, kDims> other{};
  other[3] = 0.6F;
  other[400] = 0.8F;
  rotate(one.data(), one.data());
  rotate(other.data(), other.data());
  EXPECT_NEAR(std::inner_product(one.begin(), one.end(), one.begin(), 0.0), 1.0, 1e-5);
  EXPECT_NEAR(std::inner_product(one.begin(), one.end(), other.begin(), 0.0), 0.6, 1e-5);
  for (const float value : one) EXPECT_LT(std::fabs(value), 0.25F);
}

// A probe's planes in random order, with random signs.
struct RandomOrder {
  explicit RandomOrder(std::mt19937& random) {
    std::iota(planes.begin(), planes.end(), std::uint16_t{0});
    std::shuffle(planes.begin(), planes.end(), random);
    for (auto& flip : flips) flip = random() % 2 == 0 ? 0 : ~std::uint64_t{0};
  }
  [[nodiscard]] PlaneOrder order() const { return {planes.data(), flips.data()}; }

  std::array<std::uint16_t, kDims> planes{};
  std::array<std::uint64_t, kDims> flips{};
};

TEST_P(Kernels, PlaneSumsAreExact) {
  constexpr std::size_t kRows = 3 * kBlockRows;
  constexpr std::size_t kStride = kRows / 8 + 8;  // valid: lines need not be aligned to 64 bytes
  std::uint8_t* codes = nullptr;
  const auto memory = aligned_copy(random_bytes(kDims * kStride), codes);
  const RandomOrder random(random_);
  for (const std::size_t rows : {kBlockRows, kRows}) {
    for (const std::size_t groups :
         {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{13}, kDims / kPlanesPerGroup}) {
      alignas(64) std::array<std::uint8_t, sum_bytes(kRows)> expected{};
      alignas(64) std::array<std::uint8_t, sum_bytes(kRows)> got{};
      portable::plane_sums(codes, kStride, rows, random.order(), groups, expected.data());
      plane_sums(codes, kStride, rows, random.order(), groups, {codes, std::min(groups + 1, kGroups)},
                 got.data());
      for (std::size_t row = 0; row < rows; ++row)
        ASSERT_EQ(portable::sum_of(got.data(), row), portable::sum_of(expected.data(), row))
            << "row " << row << " of " << rows << ", " << groups << " groups";
    }
  }
}

TEST_P(Kernels, PlaneSumsDoNotOverflow) {
  constexpr std::size_t kStride = kBlockRows / 8;
  alignas(64) std::array<std::uint8_t, kDims * kStride> codes{};
  RandomOrder all(random_);
  all.flips.fill(~std::uint64_t{0});  // no bit is wanted and none is set: every dimension agrees
  alignas(64) std::array<std::uint8_t, sum_bytes(kBlockRows)> sums{};
  for (std::size_t groups = 1; groups <= kGroups; ++groups) {
    unsigned total = 0;
    for (std::size_t g = 0; g < groups; ++g)
      total += static_cast<unsigned>(kPlanesPerGroup) * group_weight(g);
    plane_sums(codes.data(), kStride, kBlockRows, all.order(), groups, {}, sums.data());
    for (std::size_t row = 0; row < kBlockRows; ++row) EXPECT_EQ(portable::sum_of(sums.data(), row), total);
  }
}

TEST_P(Kernels, SelectRowsReturnsRowsAtOrAboveTheirLevelsCutInOrder) {
  constexpr std::size_t kRows = 1200;
  alignas(64) std::array<std::uint8_t, sum_bytes(kRows)> sums{};
  for (auto& byte : sums) byte = static_cast<std::uint8_t>(random_());
  const auto levels = random_bytes(kRows, kFactorLevels - 1);
  for (const std::size_t rows :
       {std::size_t{1}, std::size_t{63}, std::size_t{512}, std::size_t{1000}, kRows}) {
    for (const unsigned lowest : {0U, 1U, 300U, 900U, 1000U}) {
      LevelCuts cuts{};
      for (auto& cut : cuts) cut = static_cast<std::uint16_t>(lowest + random_() % 24);
      std::array<std::uint16_t, kRows> expected{};
      std::array<std::uint16_t, kRows> got{};
      const std::vector<std::uint8_t> own(levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(rows));
      const std::size_t count = portable::select_rows(sums.data(), own.data(), rows, cuts, expected.data());
      EXPECT_EQ(select_rows(sums.data(), own.data(), rows, cuts, got.data()), count) << lowest;
      EXPECT_EQ(got, expected) << lowest;
    }
  }
}

TEST_P(Kernels, SelectRowsLosesNoneIfTheCutsAreFarApart) {
  alignas(64) std::array<std::uint8_t, sum_bytes(kBlockRows)> sums{};
  for (auto& byte : sums) byte = static_cast<std::uint8_t>(random_());
  const auto levels = random_bytes(kBlockRows, kFactorLevels - 1);
  LevelCuts cuts{};
  for (std::size_t level = 0; level < kFactorLevels; ++level)
    cuts[level] = static_cast<std::uint16_t>(60 * level);
  std::array<std::uint16_t, kBlockRows> expected{};
  std::array<std::uint16_t, kBlockRows> got{};
  const std::size_t count =
      portable::select_rows(sums.data(), levels.data(), kBlockRows, cuts, expected.data());
  const std::size_t found = select_rows(sums.data(), levels.data(), kBlockRows, cuts, got.data());
  EXPECT_TRUE(std::includes(got.begin(), got.begin() + static_cast<std::ptrdiff_t>(found), expected.begin(),
                            expected.begin() + static_cast<std::ptrdiff_t>(count)));
}

TEST_P(Kernels, AgreeingMagnitudesAreExact) {
  std::uint8_t* bits = nullptr;
  const auto memory = aligned_copy(random_bytes(64 * kCodeBytes), bits);
  std::uint8_t* probe = nullptr;
  const auto probe_memory = aligned_copy(random_bytes(kCodeBytes), probe);
  std::uint8_t* magnitudes = nullptr;
  auto values = random_bytes(kDims, kMagnitudeMax);
  std::fill(values.begin(), values.begin() + 256, kMagnitudeMax);
  const auto magnitude_memory = aligned_copy(values, magnitudes);
  std::copy(probe, probe + kCodeBytes, bits);  // a row that agrees everywhere
  std::vector<std::uint16_t> rows;
  for (std::uint16_t row = 0; row < 64; row = static_cast<std::uint16_t>(row + 3)) rows.push_back(row);
  std::vector<std::uint32_t> expected(rows.size());
  std::vector<std::uint32_t> got(rows.size());
  portable::agreeing_magnitudes(bits, rows.data(), rows.size(), probe, magnitudes, expected.data());
  agreeing_magnitudes(bits, rows.data(), rows.size(), probe, magnitudes, got.data());
  EXPECT_EQ(got, expected);
}

TEST_P(Kernels, DotProductsMatchThePortableVersion) {
  constexpr std::size_t kRows = 40;
  std::uint8_t* coarse = nullptr;
  const auto coarse_memory = aligned_copy(random_bytes(kRows * kCoarseBytes), coarse);
  std::uint8_t* fine = nullptr;
  const auto fine_memory = aligned_copy(random_bytes(kFineBytes), fine);
  alignas(64) std::array<std::int16_t, kDims> probe16{};
  alignas(64) std::array<float, kDims> probe{};
  std::uniform_int_distribution<int> probe_of(-32767, 32767);
  std::normal_distribution<float> normal(0, 0.044F);
  for (std::size_t i = 0; i < kDims; ++i) {
    probe16[i] = static_cast<std::int16_t>(probe_of(random_));
    probe[i] = normal(random_);
  }
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{3}, kRows}) {
    std::array<std::uint16_t, kRows> rows{};
    for (auto& row : rows) row = static_cast<std::uint16_t>(random_() % kRows);
    std::array<std::int32_t, kRows> expected{};
    std::array<std::int32_t, kRows> got{};
    portable::dots_coarse(coarse, rows.data(), count, probe16.data(), expected.data());
    dots_coarse(coarse, rows.data(), count, probe16.data(), got.data());
    EXPECT_EQ(got, expected) << count << " rows";
  }
  EXPECT_NEAR(dot_full(coarse, fine, probe.data()), portable::dot_full(coarse, fine, probe.data()), 0.05F);
}

TEST_P(Kernels, CoarseDotProductsDoNotOverflow) {
  alignas(64) std::array<std::uint8_t, kCoarseBytes> coarse{};
  coarse.fill(0xFF);
  alignas(64) std::array<std::int16_t, kDims> probe{};
  const std::uint16_t row = 0;
  for (const int value : {32767, -32767}) {
    probe.fill(static_cast<std::int16_t>(value));
    std::int32_t dot = 0;
    dots_coarse(coarse.data(), &row, 1, probe.data(), &dot);
    EXPECT_EQ(dot, 15 * 512 * value);
  }
}

std::vector<std::int64_t> targets() {
  std::vector<std::int64_t> all;
  for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1)
    all.push_back(left & -left);
  return all;
}

INSTANTIATE_TEST_SUITE_P(EveryTarget, Kernels, testing::ValuesIn(targets()),
                         [](const auto& instance) { return std::string(hwy::TargetName(instance.param)); });

}  // namespace
}  // namespace sas::gallery
