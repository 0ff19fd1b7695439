#include "float_scan.h"

#include <algorithm>
#include <array>
#include <thread>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "float_scan.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sas::bench::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void ScanRange(const float* HWY_RESTRICT identities, std::size_t first, std::size_t last,
               const float* HWY_RESTRICT probe, NearestTwo* nearest) {
  const hn::CappedTag<float, 16> d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t row = first; row < last; ++row) {
    const float* values = identities + row * kEmbeddingSize;
    auto sum0 = hn::Zero(d);
    auto sum1 = hn::Zero(d);
    auto sum2 = hn::Zero(d);
    auto sum3 = hn::Zero(d);
    for (std::size_t i = 0; i < kEmbeddingSize; i += 4 * lanes) {
      sum0 = hn::MulAdd(hn::LoadU(d, values + i), hn::LoadU(d, probe + i), sum0);
      sum1 = hn::MulAdd(hn::LoadU(d, values + i + lanes), hn::LoadU(d, probe + i + lanes), sum1);
      sum2 = hn::MulAdd(hn::LoadU(d, values + i + 2 * lanes), hn::LoadU(d, probe + i + 2 * lanes), sum2);
      sum3 = hn::MulAdd(hn::LoadU(d, values + i + 3 * lanes), hn::LoadU(d, probe + i + 3 * lanes), sum3);
    }
    const float similarity =
        hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3))));
    nearest->offer(row, similarity);
  }
}

// Compares rows first..last-1 with four probes at once: each loaded number is used several times, so that the
// multipliers are the limit. An odd last row is paired with itself, which only offers it twice.
void ScanFour(const float* HWY_RESTRICT identities, std::size_t first, std::size_t last,
              const float* const* probes, NearestTwo* nearest) {
  const hn::CappedTag<float, 16> d;
  const std::size_t lanes = hn::Lanes(d);
  const float* HWY_RESTRICT p0 = probes[0];
  const float* HWY_RESTRICT p1 = probes[1];
  const float* HWY_RESTRICT p2 = probes[2];
  const float* HWY_RESTRICT p3 = probes[3];
  for (std::size_t row = first; row < last; row += 2) {
    const float* HWY_RESTRICT x = identities + row * kEmbeddingSize;
    const float* HWY_RESTRICT y = row + 1 < last ? x + kEmbeddingSize : x;
    auto x0 = hn::Zero(d), x1 = hn::Zero(d), x2 = hn::Zero(d), x3 = hn::Zero(d);
    auto y0 = hn::Zero(d), y1 = hn::Zero(d), y2 = hn::Zero(d), y3 = hn::Zero(d);
    for (std::size_t i = 0; i < kEmbeddingSize; i += lanes) {
      const auto a = hn::LoadU(d, x + i);
      const auto b = hn::LoadU(d, y + i);
      const auto q0 = hn::LoadU(d, p0 + i);
      const auto q1 = hn::LoadU(d, p1 + i);
      const auto q2 = hn::LoadU(d, p2 + i);
      const auto q3 = hn::LoadU(d, p3 + i);
      x0 = hn::MulAdd(a, q0, x0);
      x1 = hn::MulAdd(a, q1, x1);
      x2 = hn::MulAdd(a, q2, x2);
      x3 = hn::MulAdd(a, q3, x3);
      y0 = hn::MulAdd(b, q0, y0);
      y1 = hn::MulAdd(b, q1, y1);
      y2 = hn::MulAdd(b, q2, y2);
      y3 = hn::MulAdd(b, q3, y3);
    }
    const auto sum = [&](auto v) { return hn::GetLane(hn::SumOfLanes(d, v)); };
    const float of_x[4] = {sum(x0), sum(x1), sum(x2), sum(x3)};
    const float of_y[4] = {sum(y0), sum(y1), sum(y2), sum(y3)};
    for (std::size_t p = 0; p < 4; ++p) {
      nearest[p].offer(row, of_x[p]);
      if (row + 1 < last) nearest[p].offer(row + 1, of_y[p]);
    }
  }
}

}  // namespace sas::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sas::bench {

HWY_EXPORT(ScanRange);
HWY_EXPORT(ScanFour);

NearestTwo float_scan(const Identities& identities, const Embedding& probe) {
  NearestTwo nearest;
  HWY_DYNAMIC_DISPATCH(ScanRange)
  (identities.values.data(), 0, identities.size(), probe.values().data(), &nearest);
  return nearest;
}

namespace {

// Processes one thread's share of the probes.
void scan_share(const Identities& identities, std::span<const Embedding> probes,
                std::span<NearestTwo> nearest) {
  constexpr std::size_t kTogether = 4;
  constexpr std::size_t kBlock = 64;  // 128 KiB: fits in the L2 cache
  for (std::size_t first = 0; first < identities.size(); first += kBlock) {
    const std::size_t last = std::min(first + kBlock, identities.size());
    for (std::size_t p = 0; p < probes.size(); p += kTogether) {
      // If fewer than kTogether probes are left, repeat the last one and discard the extra answers.
      std::array<const float*, kTogether> values;
      std::array<NearestTwo, kTogether> found;
      for (std::size_t i = 0; i < kTogether; ++i) {
        const std::size_t at = std::min(p + i, probes.size() - 1);
        values[i] = probes[at].values().data();
        found[i] = nearest[at];
      }
      HWY_DYNAMIC_DISPATCH(ScanFour)(identities.values.data(), first, last, values.data(), found.data());
      for (std::size_t i = 0; i < kTogether && p + i < probes.size(); ++i) nearest[p + i] = found[i];
    }
  }
}

}  // namespace

std::vector<NearestTwo> float_scan_all(const Identities& identities, std::span<const Embedding> probes) {
  std::vector<NearestTwo> nearest(probes.size());
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t share = (probes.size() + threads - 1) / threads;
  std::vector<std::thread> pool;
  for (std::size_t first = 0; first < probes.size(); first += share) {
    const std::size_t count = std::min(share, probes.size() - first);
    pool.emplace_back(
        [&identities, mine = probes.subspan(first, count), into = std::span(nearest).subspan(first, count)] {
          scan_share(identities, mine, into);
        });
  }
  for (auto& thread : pool) thread.join();
  return nearest;
}

}  // namespace sas::bench
#endif  // HWY_ONCE
