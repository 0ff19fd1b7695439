#include "gallery/memory/kernels.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "gallery/memory/kernels_portable.h"
#include "gallery/memory/prefetch.h"
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
void PlaneSums(const std::uint8_t* codes, std::size_t stride, std::size_t rows, const PlaneOrder& order,
               std::size_t groups, const NextPlanes& /*next*/, std::uint8_t* sums) {
  portable::plane_sums(codes, stride, rows, order, groups, sums);
}
std::size_t SelectRows(const std::uint8_t* sums, const std::uint8_t* levels, std::size_t rows,
                       const LevelCuts& cuts, std::uint16_t* out) {
  return portable::select_rows(sums, levels, rows, cuts, out);
}
void AgreeingMagnitudes(const std::uint8_t* bits, const std::uint16_t* rows, std::size_t count,
                        const std::uint8_t* probe_bits, const std::uint8_t* magnitudes, std::uint32_t* out) {
  portable::agreeing_magnitudes(bits, rows, count, probe_bits, magnitudes, out);
}
void DotsCoarse(const std::uint8_t* coarse, const std::uint16_t* rows, std::size_t count,
                const std::int16_t* probe, std::int32_t* out) {
  portable::dots_coarse(coarse, rows, count, probe, out);
}
float DotFull(const std::uint8_t* coarse, const std::uint8_t* fine, const float* probe) {
  return portable::dot_full(coarse, fine, probe);
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
  // The number of stages is odd: the result ends up in the caller's b.
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

// Bits of rows, 64 per lane. They are added bit-serially (the Harley-Seal population count, applied across
// rows): a full adder turns three bits of one weight into one of that weight and one of twice the weight.
using Rows = hn::CappedTag<std::uint64_t, kBlockRows / 64>;

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
template <class V>
HWY_INLINE V Majority(V a, V b, V c) {
  constexpr int kTwoOfThree = 0xE8;
  return V{_mm512_ternarylogic_epi64(a.raw, b.raw, c.raw, kTwoOfThree)};
}
#else
template <class V>
HWY_INLINE V Majority(V a, V b, V c) {
  return hn::Or(hn::And(a, b), hn::And(c, hn::Xor(a, b)));
}
#endif

// sum += a + b; returns the carry, which has twice the weight.
template <class V>
HWY_INLINE V AddTwo(V& sum, V a, V b) {
  const V carry = Majority(sum, a, b);
  sum = hn::Xor3(sum, a, b);
  return carry;
}

template <class V>
HWY_INLINE V AddOne(V& sum, V a) {
  const V carry = hn::And(sum, a);
  sum = hn::Xor(sum, a);
  return carry;
}

// Sixteen planes at one position of the rows.
struct GroupAt {
  const std::uint8_t* rows;  // of plane 0
  const std::uint32_t* offsets;
  const std::uint64_t* flips;

  // The bits that equal the probe's.
  template <class D>
  HWY_INLINE hn::VFromD<D> Agreeing(D d, std::size_t k) const {
    const std::uint8_t* bits = rows + offsets[k];
    return hn::Xor(hn::LoadU(d, reinterpret_cast<const std::uint64_t*>(bits)), hn::Set(d, flips[k]));
  }
  HWY_INLINE void Next() {
    offsets += kPlanesPerGroup;
    flips += kPlanesPerGroup;
  }
};

template <class D, class V>
HWY_INLINE V AddFour(D d, const GroupAt& group, std::size_t first, V& b0, V& b1) {
  const V low = AddTwo(b0, group.Agreeing(d, first), group.Agreeing(d, first + 1));
  const V high = AddTwo(b0, group.Agreeing(d, first + 2), group.Agreeing(d, first + 3));
  return AddTwo(b1, low, high);
}

// Adds the group's bits, each with the weight of b0.
template <class D, class V>
HWY_INLINE V AddGroup(D d, const GroupAt& group, V& b0, V& b1, V& b2, V& b3) {
  const V u0 = AddFour(d, group, 0, b0, b1);
  const V u1 = AddFour(d, group, 4, b0, b1);
  const V w0 = AddTwo(b2, u0, u1);
  const V u2 = AddFour(d, group, 8, b0, b1);
  const V u3 = AddFour(d, group, 12, b0, b1);
  const V w1 = AddTwo(b2, u2, u3);
  return AddTwo(b3, w0, w1);
}

// Prefetches what will be scanned next into the L2 cache during the sum: one line of each of sixteen planes
// at a time, because memory is fastest with several sequential streams.
struct Ahead {
  const std::uint8_t* codes = nullptr;
  const std::uint32_t* offsets = nullptr;
  std::size_t lines = 1;  // per plane
  std::size_t end = 0;    // lines of all groups
  std::size_t next = 0;

  [[nodiscard]] HWY_INLINE bool is_done() const { return next == end; }
  HWY_INLINE void Fetch() {
    if (is_done()) return;
    const std::uint32_t* group = offsets + next / lines * kPlanesPerGroup;
    const std::uint8_t* line = codes + next % lines * kCacheLine;
    for (std::size_t k = 0; k < kPlanesPerGroup; ++k) __builtin_prefetch(line + group[k], 0, 2);
    ++next;
  }
};

// The sums of one vector of rows, starting at `codes`.
HWY_INLINE void SumRows(const std::uint8_t* codes, const std::uint32_t* offsets, const std::uint64_t* flips,
                        std::size_t groups, Ahead& ahead, std::uint64_t* HWY_RESTRICT out) {
  const Rows d;
  auto b0 = hn::Zero(d);
  auto b1 = b0;
  auto b2 = b0;
  auto b3 = b0;
  auto b4 = b0;
  auto b5 = b0;
  auto b6 = b0;
  auto b7 = b0;
  auto b8 = b0;
  auto b9 = b0;
  GroupAt group{codes, offsets, flips};
  std::size_t g = 0;
  const std::size_t fourfold = std::min(groups, kFourfoldGroups);
  const std::size_t twofold = std::min(groups, kTwofoldGroups);
  for (; g < fourfold; ++g, group.Next()) {
    ahead.Fetch();
    const auto carry = AddGroup(d, group, b2, b3, b4, b5);
    b7 = hn::Or(b7, AddOne(b6, carry));
  }
  for (; g < twofold; ++g, group.Next()) {
    ahead.Fetch();
    auto carry = AddGroup(d, group, b1, b2, b3, b4);
    carry = AddOne(b5, carry);
    carry = AddOne(b6, carry);
    carry = AddOne(b7, carry);
    b8 = hn::Or(b8, carry);
  }
  for (; g < groups; ++g, group.Next()) {
    ahead.Fetch();
    auto carry = AddGroup(d, group, b0, b1, b2, b3);
    carry = AddOne(b4, carry);
    carry = AddOne(b5, carry);
    carry = AddOne(b6, carry);
    carry = AddOne(b7, carry);
    b9 = hn::Or(b9, AddOne(b8, carry));
  }
  constexpr std::size_t kLine = kBlockRows / 64;
  hn::StoreU(b0, d, out);
  hn::StoreU(b1, d, out + kLine);
  hn::StoreU(b2, d, out + 2 * kLine);
  hn::StoreU(b3, d, out + 3 * kLine);
  hn::StoreU(b4, d, out + 4 * kLine);
  hn::StoreU(b5, d, out + 5 * kLine);
  hn::StoreU(b6, d, out + 6 * kLine);
  hn::StoreU(b7, d, out + 7 * kLine);
  hn::StoreU(b8, d, out + 8 * kLine);
  hn::StoreU(b9, d, out + 9 * kLine);
}

void PlaneSums(const std::uint8_t* codes, std::size_t stride, std::size_t rows, const PlaneOrder& order,
               std::size_t groups, const NextPlanes& next, std::uint8_t* sums) {
  const Rows d;
  const std::size_t step = hn::Lanes(d) * sizeof(std::uint64_t);
  constexpr std::size_t kBlockBytes = kBlockRows / 8;
  const std::size_t blocks = rows / kBlockRows;
  const std::size_t planes = std::max(groups, next.groups) * kPlanesPerGroup;
  HWY_ALIGN std::uint32_t offsets[kDims];
  for (std::size_t k = 0; k < planes; ++k) offsets[k] = static_cast<std::uint32_t>(order.planes[k] * stride);
  Ahead ahead{next.codes, offsets, blocks, next.codes == nullptr ? 0 : next.groups * blocks};
  Ahead nothing{};
  for (std::size_t b = 0; b < blocks; ++b) {
    std::uint8_t* out = sums + b * kSumBits * kBlockBytes;
    for (std::size_t at = 0; at < kBlockBytes; at += step)
      SumRows(codes + b * kBlockBytes + at, offsets, order.flips, groups, at == 0 ? ahead : nothing,
              reinterpret_cast<std::uint64_t*>(out + at));
  }
  while (!ahead.is_done()) ahead.Fetch();
}

// How far the rows of one block are above the lowest cut, in the layout of their sums but with kExcessBits
// lines; saturates at kExcessMax.
constexpr std::size_t kExcessBits = 6;
constexpr std::uint8_t kExcessMax = (1U << kExcessBits) - 1;

// `passes`: the rows that are not below the cut.
void Excess(const std::uint64_t* HWY_RESTRICT sums, std::uint16_t lowest_cut,
            std::uint64_t* HWY_RESTRICT excess, std::uint64_t* HWY_RESTRICT passes) {
  const Rows d;
  constexpr std::size_t kLine = kBlockRows / 64;
  const std::uint64_t none = 0;
  for (std::size_t at = 0; at < kLine; at += hn::Lanes(d)) {
    // sum - cut = sum + ~cut + 1; a carry out of the highest bit means the result is not negative.
    auto carry = hn::Set(d, ~none);
    auto more = hn::Zero(d);
    for (std::size_t bit = 0; bit < kSumBits; ++bit) {
      const auto not_cut = hn::Set(d, ((lowest_cut >> bit) & 1U) != 0 ? none : ~none);
      auto difference = hn::LoadU(d, sums + bit * kLine + at);
      carry = AddTwo(difference, not_cut, carry);
      if (bit < kExcessBits)
        hn::StoreU(difference, d, excess + bit * kLine + at);
      else
        more = hn::Or(more, difference);
    }
    hn::StoreU(carry, d, passes + at);
    for (std::size_t bit = 0; bit < kExcessBits; ++bit) {
      std::uint64_t* line = excess + bit * kLine + at;
      hn::StoreU(hn::Or(hn::LoadU(d, line), more), d, line);
    }
  }
}

std::size_t SelectRows(const std::uint8_t* sums, const std::uint8_t* levels, std::size_t rows,
                       const LevelCuts& cuts, std::uint16_t* out) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::size_t kWord = 64;
  const hn::CappedTag<std::uint8_t, kWord> d;
  const std::size_t lanes = hn::Lanes(d);
  constexpr std::size_t kLine = kBlockRows / kWord;
  const std::uint16_t lowest = *std::min_element(cuts.begin(), cuts.end());
  HWY_ALIGN std::uint8_t needed[kFactorLevels];
  for (std::size_t level = 0; level < kFactorLevels; ++level)
    needed[level] = static_cast<std::uint8_t>(std::min<unsigned>(cuts[level] - lowest, kExcessMax));
  const auto needs = hn::LoadDup128(d, needed);

  HWY_ALIGN std::uint64_t excess[kExcessBits * kLine];
  HWY_ALIGN std::uint64_t passes[kLine];
  HWY_ALIGN std::uint8_t last_levels[kWord] = {};
  std::size_t found = 0;
  for (std::size_t first = 0; first < rows; first += kBlockRows) {
    Excess(reinterpret_cast<const std::uint64_t*>(sums + first * kSumBits / 8), lowest, excess, passes);
    for (std::size_t word = 0; word < kLine && first + word * kWord < rows; ++word) {
      std::uint64_t bits = passes[word];
      if (bits == 0) continue;
      const std::size_t row = first + word * kWord;
      const std::uint8_t* level = levels + row;
      if (rows - row < kWord) {
        std::copy(level, level + (rows - row), last_levels);
        level = last_levels;
        bits &= (std::uint64_t{1} << (rows - row)) - 1;
      }
      std::uint8_t enough[8] = {};
      for (std::size_t at = 0; at < kWord; at += lanes) {
        auto value = hn::Zero(d);
        for (std::size_t bit = 0; bit < kExcessBits; ++bit) {
          const auto* line = reinterpret_cast<const std::uint8_t*>(excess + bit * kLine + word);
          const auto weight = hn::Set(d, static_cast<std::uint8_t>(1U << bit));
          value = hn::Or(value, hn::IfThenElseZero(hn::LoadMaskBits(d, line + at / 8), weight));
        }
        const auto need = hn::TableLookupBytes(needs, hn::LoadU(d, level + at));
        hn::StoreMaskBits(d, hn::Eq(hn::Max(value, need), value), enough + at / 8);
      }
      std::uint64_t also = 0;
      std::memcpy(&also, enough, sizeof also);
      for (bits &= also; bits != 0; bits &= bits - 1)
        out[found++] = static_cast<std::uint16_t>(row + static_cast<std::size_t>(std::countr_zero(bits)));
    }
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
      // Up to eight magnitudes fit in a byte.
      auto bytes = hn::Zero(d);
      for (std::size_t k = 0; k < kMagnitudesPerByte && i < kDims; ++k, i += lanes)
        bytes = hn::Add(bytes,
                        hn::IfThenElseZero(hn::LoadMaskBits(d, agree + i / 8), hn::Load(d, magnitudes + i)));
      sum = hn::Add(sum, hn::SumsOf8(bytes));
    }
    out[n] = static_cast<std::uint32_t>(hn::GetLane(hn::SumOfLanes(d64, sum)));
  }
}

void DotsCoarse(const std::uint8_t* coarse, const std::uint16_t* rows, std::size_t count,
                const std::int16_t* probe, std::int32_t* HWY_RESTRICT out) {
  static_assert(std::endian::native == std::endian::little);
  const hn::CappedTag<std::int16_t, 32> d16;
  const hn::RebindToUnsigned<decltype(d16)> du16;
  const hn::Repartition<std::int32_t, decltype(d16)> d32;
  const std::size_t lanes = hn::Lanes(d16);
  const auto nibble = hn::Set(du16, 15);
  constexpr std::size_t kAhead = 8;  // rows to prefetch ahead
  for (std::size_t n = 0; n < std::min(kAhead, count); ++n)
    prefetch(coarse + rows[n] * kCoarseBytes, kCoarseBytes);
  for (std::size_t n = 0; n < count; ++n) {
    if (n + kAhead < count) prefetch(coarse + rows[n + kAhead] * kCoarseBytes, kCoarseBytes);
    const auto* words = reinterpret_cast<const std::uint16_t*>(coarse + rows[n] * kCoarseBytes);
    auto sum0 = hn::Zero(d32);
    auto sum1 = hn::Zero(d32);
    const auto add = [&](auto nibbles, std::size_t first) {
      sum0 = hn::ReorderWidenMulAccumulate(d32, hn::BitCast(d16, nibbles), hn::Load(d16, probe + first), sum0,
                                           sum1);
    };
    for (std::size_t w = 0; w < kCoarseWords; w += lanes) {
      const auto four = hn::Load(du16, words + w);
      add(hn::And(four, nibble), w);
      add(hn::And(hn::ShiftRight<4>(four), nibble), kCoarseWords + w);
      add(hn::And(hn::ShiftRight<8>(four), nibble), 2 * kCoarseWords + w);
      add(hn::ShiftRight<12>(four), 3 * kCoarseWords + w);
    }
    out[n] = hn::GetLane(hn::SumOfLanes(d32, hn::Add(sum0, sum1)));
  }
}

float DotFull(const std::uint8_t* coarse, const std::uint8_t* fine, const float* probe) {
  const hn::CappedTag<float, 16> df;
  const hn::Rebind<std::int32_t, decltype(df)> d32;
  const hn::Rebind<std::uint16_t, decltype(df)> du16;
  const hn::Rebind<std::uint8_t, decltype(df)> du8;
  const std::size_t lanes = hn::Lanes(df);
  const auto* words = reinterpret_cast<const std::uint16_t*>(coarse);
  const auto upper = hn::Set(d32, 0xF00);
  const auto zero = hn::Set(d32, kTwelveBitZero);
  auto sum0 = hn::Zero(df);
  auto sum1 = hn::Zero(df);
  // `shifted`: holds the dimensions' upper four bits in place, next to bits of other dimensions.
  const auto product = [&](auto shifted, std::size_t first, auto sum) {
    const auto lower = hn::PromoteTo(d32, hn::Load(du8, fine + first));
    const auto value = hn::Sub(hn::Or(hn::And(shifted, upper), lower), zero);
    return hn::MulAdd(hn::ConvertTo(df, value), hn::Load(df, probe + first), sum);
  };
  for (std::size_t w = 0; w < kCoarseWords; w += lanes) {
    const auto four = hn::PromoteTo(d32, hn::Load(du16, words + w));
    sum0 = product(hn::ShiftLeft<8>(four), w, sum0);
    sum1 = product(hn::ShiftLeft<4>(four), kCoarseWords + w, sum1);
    sum0 = product(four, 2 * kCoarseWords + w, sum0);
    sum1 = product(hn::ShiftRight<4>(four), 3 * kCoarseWords + w, sum1);
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
HWY_EXPORT(DotsCoarse);
HWY_EXPORT(DotFull);
HWY_EXPORT(Target);

void rotate(const float* in, float* out) { HWY_DYNAMIC_DISPATCH(Rotate)(in, out); }

void plane_sums(const std::uint8_t* codes, std::size_t stride, std::size_t rows, const PlaneOrder& order,
                std::size_t groups, const NextPlanes& next, std::uint8_t* sums) {
  HWY_DYNAMIC_DISPATCH(PlaneSums)(codes, stride, rows, order, groups, next, sums);
}

std::size_t select_rows(const std::uint8_t* sums, const std::uint8_t* levels, std::size_t rows,
                        const LevelCuts& cuts, std::uint16_t* out) {
  return HWY_DYNAMIC_DISPATCH(SelectRows)(sums, levels, rows, cuts, out);
}

void agreeing_magnitudes(const std::uint8_t* bits, const std::uint16_t* rows, std::size_t count,
                         const std::uint8_t* probe_bits, const std::uint8_t* magnitudes, std::uint32_t* out) {
  HWY_DYNAMIC_DISPATCH(AgreeingMagnitudes)(bits, rows, count, probe_bits, magnitudes, out);
}

void dots_coarse(const std::uint8_t* coarse, const std::uint16_t* rows, std::size_t count,
                 const std::int16_t* probe, std::int32_t* out) {
  HWY_DYNAMIC_DISPATCH(DotsCoarse)(coarse, rows, count, probe, out);
}

float dot_full(const std::uint8_t* coarse, const std::uint8_t* fine, const float* probe) {
  return HWY_DYNAMIC_DISPATCH(DotFull)(coarse, fine, probe);
}

const char* kernel_target() { return HWY_DYNAMIC_DISPATCH(Target)(); }

}  // namespace sas::gallery
#endif  // HWY_ONCE
