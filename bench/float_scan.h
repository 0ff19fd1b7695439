#pragma once
// The search that cannot miss: every identity in float32, with this CPU's best vector instructions. It is the
// ground truth for recall, and the simplest baseline for speed.

#include <cstddef>
#include <span>
#include <vector>

#include "synthetic_faces.h"

namespace sas::bench {

struct NearestTwo {
  std::size_t best = 0;
  std::size_t second = 0;
  float best_similarity = -2;
  float second_similarity = -2;

  void offer(std::size_t row, float similarity) {
    if (similarity > best_similarity) {
      second = best;
      second_similarity = best_similarity;
      best = row;
      best_similarity = similarity;
    } else if (similarity > second_similarity) {
      second = row;
      second_similarity = similarity;
    }
  }
};

[[nodiscard]] NearestTwo float_scan(const Identities& identities, const Embedding& probe);

// The same for many probes, on all cores; each block of identities is read once for all of them.
[[nodiscard]] std::vector<NearestTwo> float_scan_all(const Identities& identities,
                                                     std::span<const Embedding> probes);

}  // namespace sas::bench
