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
void ColumnSums(const std::uint8_t* codes, std::size_t stride, std::size_t rows, const std::uint8_t* columns,
                const std::uint8_t* tables, std::size_t count, const std::uint8_t* /*next_codes*/,
                std::uint16_t* sums) {
  portable::column_sums(codes, stride, rows, columns, tables, count, sums);
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

void ColumnSums(const std::uint8_t* codes, std::size_t stride, std::size_t rows, const std::uint8_t* columns,
                const std::uint8_t* tables, std::size_t count, const std::uint8_t* next_codes,
                std::uint16_t* HWY_RESTRICT sums) {
  const hn::CappedTag<std::uint8_t, kBlockRows> d8;
  const hn::Repartition<std::uint16_t, decltype(d8)> d16;
  const std::size_t lanes = hn::Lanes(d8);
  const auto nibble = hn::Set(d8, 0x0F);
  const auto low_byte = hn::Set(d16, 0x00FF);

  for (std::size_t g = 0; g < count; g += kColumnsPerGroup) {
    const std::uint8_t* HWY_RESTRICT c0 = codes + columns[g] * stride;
    const std::uint8_t* HWY_RESTRICT c1 = codes + columns[g + 1] * stride;
    const std::uint8_t* HWY_RESTRICT c2 = codes + columns[g + 2] * stride;
    const std::uint8_t* HWY_RESTRICT c3 = codes + columns[g + 3] * stride;
    const std::uint8_t* t = tables + g * kTableBytesPerColumn;
    const auto t0 = hn::LoadDup128(d8, t);
    const auto t1 = hn::LoadDup128(d8, t + 16);
    const auto t2 = hn::LoadDup128(d8, t + 32);
    const auto t3 = hn::LoadDup128(d8, t + 48);
    const auto t4 = hn::LoadDup128(d8, t + 64);
    const auto t5 = hn::LoadDup128(d8, t + 80);
    const auto t6 = hn::LoadDup128(d8, t + 96);
    const auto t7 = hn::LoadDup128(d8, t + 112);

    const bool first = g == 0;
    const bool last = g + kColumnsPerGroup == count;
    // A hardware prefetcher stops at the end of a page, and in a full chunk every column is one: the next
    // group's lines are asked for while this group's are used.
    const std::uint8_t* ahead = last ? next_codes : codes;
    const std::uint8_t* next = columns + (last ? 0 : g + kColumnsPerGroup);
    // Where there is nothing ahead, what is being read is asked for again, which costs nothing.
    const std::uint8_t* a0 = ahead == nullptr ? c0 : ahead + next[0] * stride;
    const std::uint8_t* a1 = ahead == nullptr ? c0 : ahead + next[1] * stride;
    const std::uint8_t* a2 = ahead == nullptr ? c0 : ahead + next[2] * stride;
    const std::uint8_t* a3 = ahead == nullptr ? c0 : ahead + next[3] * stride;

    for (std::size_t r = 0; r < rows; r += lanes) {
      if (r % kBlockRows == 0) {
        __builtin_prefetch(a0 + r, 0, 2);
        __builtin_prefetch(a1 + r, 0, 2);
        __builtin_prefetch(a2 + r, 0, 2);
        __builtin_prefetch(a3 + r, 0, 2);
      }
      const auto x0 = hn::Load(d8, c0 + r);
      const auto x1 = hn::Load(d8, c1 + r);
      const auto x2 = hn::Load(d8, c2 + r);
      const auto x3 = hn::Load(d8, c3 + r);
      const auto high = [&](auto x) {
        return hn::And(hn::BitCast(d8, hn::ShiftRight<4>(hn::BitCast(d16, x))), nibble);
      };
      auto s0 = hn::TableLookupBytes(t0, hn::And(x0, nibble));
      auto s1 = hn::TableLookupBytes(t1, high(x0));
      s0 = hn::Add(s0, hn::TableLookupBytes(t2, hn::And(x1, nibble)));
      s1 = hn::Add(s1, hn::TableLookupBytes(t3, high(x1)));
      s0 = hn::Add(s0, hn::TableLookupBytes(t4, hn::And(x2, nibble)));
      s1 = hn::Add(s1, hn::TableLookupBytes(t5, high(x2)));
      s0 = hn::Add(s0, hn::TableLookupBytes(t6, hn::And(x3, nibble)));
      s1 = hn::Add(s1, hn::TableLookupBytes(t7, high(x3)));
      const auto s = hn::BitCast(d16, hn::Add(s0, s1));
      // Until the last group the even rows' sums and then the odd rows' are kept side by side; then they are
      // put in order.
      auto even = hn::And(s, low_byte);
      auto odd = hn::ShiftRight<8>(s);
      if (!first) {
        even = hn::Add(even, hn::Load(d16, sums + r));
        odd = hn::Add(odd, hn::Load(d16, sums + r + lanes / 2));
      }
      if (last) {
        hn::StoreInterleaved2(even, odd, d16, sums + r);
      } else {
        hn::Store(even, d16, sums + r);
        hn::Store(odd, d16, sums + r + lanes / 2);
      }
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
HWY_EXPORT(ColumnSums);
HWY_EXPORT(SelectRows);
HWY_EXPORT(AgreeingMagnitudes);
HWY_EXPORT(DotHigh);
HWY_EXPORT(DotFull);
HWY_EXPORT(Target);

void rotate(const float* in, float* out) { HWY_DYNAMIC_DISPATCH(Rotate)(in, out); }

void column_sums(const std::uint8_t* codes, std::size_t stride, std::size_t rows, const std::uint8_t* columns,
                 const std::uint8_t* tables, std::size_t count, const std::uint8_t* next_codes,
                 std::uint16_t* sums) {
  HWY_DYNAMIC_DISPATCH(ColumnSums)(codes, stride, rows, columns, tables, count, next_codes, sums);
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
