#pragma once
// Searching one partition as it was at one moment. Pure functions; thread-safe.

#include <cstddef>
#include <span>
#include <vector>

#include "gallery/gallery.h"
#include "gallery/memory/chunk.h"
#include "gallery/memory/group_rows.h"

namespace sas::gallery {

// How many rows reached each step, summed over the probes. For tests, benchmarks and metrics.
struct ScanTrace {
  std::size_t rows = 0;       // scanned by some of their sign bits
  std::size_t planes = 0;     // sign bits read in that scan
  std::size_t survivors = 0;  // whose whole sign code was read
  std::size_t finalists = 0;  // whose coarse bits were read
  std::size_t full = 0;       // compared in full precision
};

// One answer a probe, in order. `margin`, in standard deviations, is how far below what is needed an estimate
// may lie before its row is given up: a row that belongs in the answer is lost with a probability of at most
// 2 Phi(-margin), and of far less when it is not level with the runner-up.
// `group`, made for this view, may be null: everyone.
[[nodiscard]] std::vector<GalleryAnswer> scan(const PartitionView& view, const GroupRows* group,
                                              std::span<const Embedding> probes, float margin,
                                              ScanTrace* trace);

// The same by comparing every row in full precision, those of `people` where it is not null.
[[nodiscard]] std::vector<GalleryAnswer> full_scan(const PartitionView& view, const PersonGroup* people,
                                                   std::span<const Embedding> probes);

}  // namespace sas::gallery
