#include "gallery/memory/kernels.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "gallery/memory/kernels_portable.h"
#include "gallery/memory/rotation_signs.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gallery/memory/kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sas::gallery::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void Rotate(const float* in, float* out) { portable::rotate(in, out); }
void PlaneSums(const std::uint8_t* codes, std::size_t stride, std::size_t rows, const PlaneWeights& weights,
               std::size_t groups, const std::uint8_t* /*next_codes*/, std::uint16_t* sums) {
  portable::plane_sums(codes, stride, rows, weights, groups, sums);
}
std::size_t SelectRows(const std::uint16_t* sums, std::size_t rows, std::uint16_t cut, std::uint16_t* out) {
  return portable::select_rows(sums, rows, cut, out);
}
void AgreeingMagnitudes(const std::uint8_t* bits, const std::uint16_t* rows, std::size_t count,
                        const std::uint8_t* probe_bits, const std::uint8_t* magnitudes, std::uint32_t* out) {
  portable::agreeing_magnitudes(bits, rows, count, probe_bits, magnitudes, out);
}
std::int32_t DotHigh(const std::int8_t* high, const std::int16_t* probe) {
  return portable::dot_high(high, probe);
}
float DotFull(const std::int8_t* high, const std::uint8_t* low, const float* probe) {
  return portable::dot_full(high, low, probe);
}

#else

// One round: signs, then nine butterfly stages in Pease's constant-geometry form (every stage reads i and
// i+256 and writes 2i and 2i+1), which needs no special case for strides shorter than a vector.
void rotation_round(const float* signs, float* a, float* b) {
  const hn::CappedTag<float, 16> d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < kDims; i += lanes)
    hn::Store(hn::Mul(hn::Load(d, a + i), hn::Load(d, signs + i)), d, a + i);
  constexpr int kStages = 9;
  for (int stage = 0; stage < kStages; ++stage) {
    for (std::size_t i = 0; i < kDims / 2; i += lanes) {
      const auto x = hn::Load(d, a + i);
      const auto y = hn::Load(d, a + i + kDims / 2);
      hn::StoreInterleaved2(hn::Add(x, y), hn::Sub(x, y), d, b + 2 * i);
    }
    std::swap(a, b);
  }
  // An odd number of stages: the result lies in what the caller calls b.
}

void Rotate(const float* in, float* out) {
  HWY_ALIGN float a[kDims];
  HWY_ALIGN float b[kDims];
  HWY_ALIGN float signs[kDims];
  std::copy(in, in + kDims, a);
  float* from = a;
  float* to = b;
  for (const auto& round : kRotationSigns) {
    std::copy(round.begin(), round.end(), signs);
    rotation_round(signs, from, to);
    std::swap(from, to);
  }
  std::copy(from, from + kDims, out);
}

// Adds one group's sums, bytes, to those of the groups before. Until the last group the even rows' sums and
// then the odd rows' are kept side by side; then they are put in order.
template <class V>
HWY_INLINE void AddGroup(V bytes, bool first, bool last, std::uint16_t* HWY_RESTRICT sums) {
  const hn::CappedTag<std::uint8_t, kBlockRows> d8;
  const hn::Repartition<std::uint16_t, decltype(d8)> d16;
  const std::size_t half = hn::Lanes(d16);
  const auto both = hn::BitCast(d16, bytes);
  auto even = hn::And(both, hn::Set(d16, 0x00FF));
  auto odd = hn::ShiftRight<8>(both);
  if (!first) {
    even = hn::Add(even, hn::Load(d16, sums));
    odd = hn::Add(odd, hn::Load(d16, sums + half));
  }
  if (last) {
    hn::StoreInterleaved2(even, odd, d16, sums);
  } else {
    hn::Store(even, d16, sums);
    hn::Store(odd, d16, sums + half);
  }
}

void PlaneSums(const std::uint8_t* codes, std::size_t stride, std::size_t rows, const PlaneWeights& weights,
               std::size_t groups, const std::uint8_t* next_codes, std::uint16_t* HWY_RESTRICT sums) {
  const hn::CappedTag<std::uint8_t, kBlockRows> d8;
  const std::size_t lanes = hn::Lanes(d8);
  const std::size_t step = lanes / 8;  // bytes of a plane in a vector of rows
  const auto add = [&](auto sum, const std::uint8_t* plane, auto delta) {
    return hn::IfThenElse(hn::LoadMaskBits(d8, plane), hn::Add(sum, delta), sum);
  };

  // Eight vectors of rows at once, with 64 rows a vector a whole line of a plane: what a plane adds is loaded
  // once for all, and eight chains of additions run side by side.
  constexpr std::size_t kVectors = 8;
  const std::size_t whole = rows / (kVectors * lanes) * (kVectors * lanes);
  for (std::size_t g = 0; g < groups; ++g) {
    const bool first = g == 0;
    const bool last = g + 1 == groups;
    const std::uint8_t* ahead = !last ? codes : next_codes != nullptr ? next_codes : codes;
    const std::uint16_t* next = weights.planes + (last ? 0 : (g + 1) * kPlanesPerGroup);
    for (std::size_t r = 0; r < whole; r += kVectors * lanes) {
      const auto bias = hn::Set(d8, weights.biases[g]);
      auto s0 = bias;
      auto s1 = bias;
      auto s2 = bias;
      auto s3 = bias;
      auto s4 = bias;
      auto s5 = bias;
      auto s6 = bias;
      auto s7 = bias;
      for (std::size_t k = g * kPlanesPerGroup; k < (g + 1) * kPlanesPerGroup; ++k) {
        const std::uint8_t* plane = codes + weights.planes[k] * stride + r / 8;
        const auto delta = hn::Set(d8, weights.deltas[k]);
        __builtin_prefetch(ahead + next[k % kPlanesPerGroup] * stride + r / 8, 0, 2);
        s0 = add(s0, plane, delta);
        s1 = add(s1, plane + step, delta);
        s2 = add(s2, plane + 2 * step, delta);
        s3 = add(s3, plane + 3 * step, delta);
        s4 = add(s4, plane + 4 * step, delta);
        s5 = add(s5, plane + 5 * step, delta);
        s6 = add(s6, plane + 6 * step, delta);
        s7 = add(s7, plane + 7 * step, delta);
      }
      AddGroup(s0, first, last, sums + r);
      AddGroup(s1, first, last, sums + r + lanes);
      AddGroup(s2, first, last, sums + r + 2 * lanes);
      AddGroup(s3, first, last, sums + r + 3 * lanes);
      AddGroup(s4, first, last, sums + r + 4 * lanes);
      AddGroup(s5, first, last, sums + r + 5 * lanes);
      AddGroup(s6, first, last, sums + r + 6 * lanes);
      AddGroup(s7, first, last, sums + r + 7 * lanes);
    }
  }
  for (std::size_t r = whole; r < rows; r += lanes) {
    for (std::size_t g = 0; g < groups; ++g) {
      auto sum = hn::Set(d8, weights.biases[g]);
      for (std::size_t k = g * kPlanesPerGroup; k < (g + 1) * kPlanesPerGroup; ++k)
        sum = add(sum, codes + weights.planes[k] * stride + r / 8, hn::Set(d8, weights.deltas[k]));
      AddGroup(sum, g == 0, g + 1 == groups, sums + r);
    }
  }
}

std::size_t SelectRows(const std::uint16_t* sums, std::size_t rows, std::uint16_t cut, std::uint16_t* out) {
  const hn::CappedTag<std::uint16_t, kBlockRows / 2> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto cuts = hn::Set(d, cut);
  std::size_t found = 0;
  for (std::size_t r = 0; r < rows; r += lanes) {
    const auto values = hn::Load(d, sums + r);
    const auto mask = hn::Eq(hn::Max(values, cuts), values);
    if (hn::AllFalse(d, mask)) continue;
    std::uint8_t bytes[8] = {};
    hn::StoreMaskBits(d, mask, bytes);
    std::uint64_t bits = 0;
    static_assert(std::endian::native == std::endian::little);
    std::memcpy(&bits, bytes, sizeof bits);
    for (; bits != 0; bits &= bits - 1)
      out[found++] = static_cast<std::uint16_t>(r + static_cast<std::size_t>(std::countr_zero(bits)));
  }
  return found;
}

void AgreeingMagnitudes(const std::uint8_t* bits, const std::uint16_t* rows, std::size_t count,
                        const std::uint8_t* probe_bits, const std::uint8_t* magnitudes,
                        std::uint32_t* HWY_RESTRICT out) {
  const hn::CappedTag<std::uint8_t, 64> d;
  const hn::Repartition<std::uint64_t, decltype(d)> d64;
  const std::size_t lanes = hn::Lanes(d);
  constexpr std::size_t kMagnitudesPerByte = 255 / kMagnitudeMax;
  HWY_ALIGN std::uint8_t agree[kCodeBytes];
  for (std::size_t n = 0; n < count; ++n) {
    const std::uint8_t* row = bits + rows[n] * kCodeBytes;
    for (std::size_t k = 0; k < kCodeBytes; k += lanes)
      hn::Store(hn::Not(hn::Xor(hn::Load(d, row + k), hn::Load(d, probe_bits + k))), d, agree + k);
    auto sum = hn::Zero(d64);
    for (std::size_t i = 0; i < kDims;) {
      // Up to eight magnitudes fit into a byte.
      auto bytes = hn::Zero(d);
      for (std::size_t k = 0; k < kMagnitudesPerByte && i < kDims; ++k, i += lanes)
        bytes = hn::Add(bytes,
                        hn::IfThenElseZero(hn::LoadMaskBits(d, agree + i / 8), hn::Load(d, magnitudes + i)));
      sum = hn::Add(sum, hn::SumsOf8(bytes));
    }
    out[n] = static_cast<std::uint32_t>(hn::GetLane(hn::SumOfLanes(d64, sum)));
  }
}

std::int32_t DotHigh(const std::int8_t* high, const std::int16_t* probe) {
  const hn::CappedTag<std::int16_t, 32> d16;
  const hn::Rebind<std::int8_t, decltype(d16)> d8;
  const hn::Repartition<std::int32_t, decltype(d16)> d32;
  const std::size_t lanes = hn::Lanes(d16);
  auto sum0 = hn::Zero(d32);
  auto sum1 = hn::Zero(d32);
  for (std::size_t i = 0; i < kDims; i += lanes)
    sum0 = hn::ReorderWidenMulAccumulate(d32, hn::PromoteTo(d16, hn::Load(d8, high + i)),
                                         hn::Load(d16, probe + i), sum0, sum1);
  return hn::GetLane(hn::SumOfLanes(d32, hn::Add(sum0, sum1)));
}

float DotFull(const std::int8_t* high, const std::uint8_t* low, const float* probe) {
  const hn::CappedTag<float, 16> df;
  const hn::Rebind<std::int32_t, decltype(df)> d32;
  const hn::Rebind<std::int8_t, decltype(df)> di8;
  const hn::Rebind<std::uint8_t, decltype(df)> du8;
  const std::size_t lanes = hn::Lanes(df);
  const auto nibble = hn::Set(d32, 0x0F);
  const auto bias = hn::Set(d32, 8);
  auto sum0 = hn::Zero(df);
  auto sum1 = hn::Zero(df);
  const auto value = [&](auto h, auto l) {
    return hn::ConvertTo(df, hn::Add(hn::ShiftLeft<4>(h), hn::Sub(l, bias)));
  };
  for (std::size_t i = 0; i < kLowBytes; i += lanes) {
    const auto packed = hn::PromoteTo(d32, hn::Load(du8, low + i));
    const auto h0 = hn::PromoteTo(d32, hn::Load(di8, high + i));
    const auto h1 = hn::PromoteTo(d32, hn::Load(di8, high + kLowBytes + i));
    sum0 = hn::MulAdd(value(h0, hn::And(packed, nibble)), hn::Load(df, probe + i), sum0);
    sum1 = hn::MulAdd(value(h1, hn::ShiftRight<4>(packed)), hn::Load(df, probe + kLowBytes + i), sum1);
  }
  return hn::GetLane(hn::SumOfLanes(df, hn::Add(sum0, sum1)));
}

#endif

const char* Target() { return hwy::TargetName(HWY_TARGET); }

}  // namespace sas::gallery::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sas::gallery {

HWY_EXPORT(Rotate);
HWY_EXPORT(PlaneSums);
HWY_EXPORT(SelectRows);
HWY_EXPORT(AgreeingMagnitudes);
HWY_EXPORT(DotHigh);
HWY_EXPORT(DotFull);
HWY_EXPORT(Target);

void rotate(const float* in, float* out) { HWY_DYNAMIC_DISPATCH(Rotate)(in, out); }

void plane_sums(const std::uint8_t* codes, std::size_t stride, std::size_t rows, const PlaneWeights& weights,
                std::size_t groups, const std::uint8_t* next_codes, std::uint16_t* sums) {
  HWY_DYNAMIC_DISPATCH(PlaneSums)(codes, stride, rows, weights, groups, next_codes, sums);
}

std::size_t select_rows(const std::uint16_t* sums, std::size_t rows, std::uint16_t cut, std::uint16_t* out) {
  return HWY_DYNAMIC_DISPATCH(SelectRows)(sums, rows, cut, out);
}

void agreeing_magnitudes(const std::uint8_t* bits, const std::uint16_t* rows, std::size_t count,
                         const std::uint8_t* probe_bits, const std::uint8_t* magnitudes, std::uint32_t* out) {
  HWY_DYNAMIC_DISPATCH(AgreeingMagnitudes)(bits, rows, count, probe_bits, magnitudes, out);
}

std::int32_t dot_high(const std::int8_t* high, const std::int16_t* probe) {
  return HWY_DYNAMIC_DISPATCH(DotHigh)(high, probe);
}

float dot_full(const std::int8_t* high, const std::uint8_t* low, const float* probe) {
  return HWY_DYNAMIC_DISPATCH(DotFull)(high, low, probe);
}

const char* kernel_target() { return HWY_DYNAMIC_DISPATCH(Target)(); }

}  // namespace sas::gallery
#endif  // HWY_ONCE
