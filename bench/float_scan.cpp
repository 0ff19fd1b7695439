#include "float_scan.h"

#include <algorithm>

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
    if (similarity > nearest->best_similarity) {
      nearest->second = nearest->best;
      nearest->second_similarity = nearest->best_similarity;
      nearest->best = row;
      nearest->best_similarity = similarity;
    } else if (similarity > nearest->second_similarity) {
      nearest->second = row;
      nearest->second_similarity = similarity;
    }
  }
}

}  // namespace sas::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sas::bench {

HWY_EXPORT(ScanRange);

NearestTwo float_scan(const Identities& identities, const Embedding& probe) {
  NearestTwo nearest;
  HWY_DYNAMIC_DISPATCH(ScanRange)
  (identities.values.data(), 0, identities.size(), probe.values().data(), &nearest);
  return nearest;
}

std::vector<NearestTwo> float_scan_all(const Identities& identities, std::span<const Embedding> probes) {
  constexpr std::size_t kBlock = 128;  // 256 KiB: stays in the second-level cache
  std::vector<NearestTwo> nearest(probes.size());
  for (std::size_t first = 0; first < identities.size(); first += kBlock) {
    const std::size_t last = std::min(first + kBlock, identities.size());
    for (std::size_t p = 0; p < probes.size(); ++p) HWY_DYNAMIC_DISPATCH(ScanRange)
    (identities.values.data(), first, last, probes[p].values().data(), &nearest[p]);
  }
  return nearest;
}

}  // namespace sas::bench
#endif  // HWY_ONCE
