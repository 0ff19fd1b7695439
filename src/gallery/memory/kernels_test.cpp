#include "gallery/memory/kernels.h"

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
  // A copy that begins at a multiple of 64, as the kernels want it.
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

TEST_P(Kernels, RotateAsThePortableOne) {
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

TEST_P(Kernels, RotationKeepsDotProductsAndSpreadsWhatIsConcentrated) {
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

// A probe's planes in any order, with any weights.
struct RandomWeights {
  explicit RandomWeights(std::mt19937& random) {
    std::iota(planes.begin(), planes.end(), std::uint16_t{0});
    std::shuffle(planes.begin(), planes.end(), random);
    for (std::size_t k = 0; k < kDims; ++k) {
      const auto weight = static_cast<std::uint8_t>(random() % (kWeightMax + 1));
      const bool set = random() % 2 == 0;
      deltas[k] = set ? weight : static_cast<std::uint8_t>(-weight);
      if (!set) biases[k / kPlanesPerGroup] = static_cast<std::uint8_t>(biases[k / kPlanesPerGroup] + weight);
    }
  }
  [[nodiscard]] PlaneWeights weights() const { return {planes.data(), deltas.data(), biases.data()}; }

  std::array<std::uint16_t, kDims> planes{};
  std::array<std::uint8_t, kDims> deltas{};
  std::array<std::uint8_t, kDims / kPlanesPerGroup> biases{};
};

TEST_P(Kernels, PlaneSumsAreExact) {
  constexpr std::size_t kRows = 1216;  // blocks of 512 rows and some
  constexpr std::size_t kStride = 192;
  std::uint8_t* codes = nullptr;
  const auto memory = aligned_copy(random_bytes(kDims * kStride), codes);
  const RandomWeights random(random_);
  for (const std::size_t rows : {kBlockRows, std::size_t{512}, kRows}) {
    for (const std::size_t groups :
         {std::size_t{1}, std::size_t{2}, std::size_t{7}, kDims / kPlanesPerGroup}) {
      alignas(64) std::array<std::uint16_t, kRows> expected{};
      alignas(64) std::array<std::uint16_t, kRows> got{};
      portable::plane_sums(codes, kStride, rows, random.weights(), groups, expected.data());
      plane_sums(codes, kStride, rows, random.weights(), groups, codes, got.data());
      EXPECT_EQ(got, expected) << rows << " rows, " << groups << " groups";
    }
  }
}

TEST_P(Kernels, PlaneSumsDoNotOverflow) {
  constexpr std::size_t kStride = kBlockRows / 8;
  alignas(64) std::array<std::uint8_t, kDims * kStride> codes{};
  RandomWeights all(random_);
  all.deltas.fill(
      static_cast<std::uint8_t>(-kWeightMax));  // no bit is wanted and none is set: every dimension agrees
  all.biases.fill(kPlanesPerGroup * kWeightMax);
  alignas(64) std::array<std::uint16_t, kBlockRows> sums{};
  plane_sums(codes.data(), kStride, kBlockRows, all.weights(), kDims / kPlanesPerGroup, nullptr, sums.data());
  for (const auto sum : sums) EXPECT_EQ(sum, kDims * kWeightMax);
}

TEST_P(Kernels, SelectRowsAtOrAboveTheCutInOrder) {
  alignas(64) std::array<std::uint16_t, 256> sums{};
  for (auto& sum : sums) sum = static_cast<std::uint16_t>(random_());
  sums[0] = 65535;
  sums[255] = 0;
  for (const std::uint16_t cut :
       {std::uint16_t{0}, std::uint16_t{1}, sums[17], std::uint16_t{50000}, std::uint16_t{65535}}) {
    std::array<std::uint16_t, 256> expected{};
    std::array<std::uint16_t, 256> got{};
    const std::size_t count = portable::select_rows(sums.data(), sums.size(), cut, expected.data());
    EXPECT_EQ(select_rows(sums.data(), sums.size(), cut, got.data()), count) << cut;
    EXPECT_EQ(got, expected) << cut;
  }
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

TEST_P(Kernels, DotProductsAgreeWithThePortableOnes) {
  alignas(64) std::array<std::int8_t, kDims> high{};
  alignas(64) std::array<std::uint8_t, kLowBytes> low{};
  alignas(64) std::array<std::int16_t, kDims> probe16{};
  alignas(64) std::array<float, kDims> probe{};
  std::uniform_int_distribution<int> high_of(-127, 127);
  std::uniform_int_distribution<int> probe_of(-32767, 32767);
  std::normal_distribution<float> normal(0, 0.044F);
  for (std::size_t i = 0; i < kDims; ++i) {
    high[i] = static_cast<std::int8_t>(high_of(random_));
    probe16[i] = static_cast<std::int16_t>(probe_of(random_));
    probe[i] = normal(random_);
  }
  for (auto& byte : low) byte = static_cast<std::uint8_t>(random_());
  EXPECT_EQ(dot_high(high.data(), probe16.data()), portable::dot_high(high.data(), probe16.data()));
  EXPECT_NEAR(dot_full(high.data(), low.data(), probe.data()),
              portable::dot_full(high.data(), low.data(), probe.data()), 0.05F);
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
