#pragma once
// Searching one partition in its state at one point in time. Pure functions; thread-safe.

#include <cstddef>
#include <span>
#include <vector>

#include "gallery/gallery.h"
#include "gallery/memory/chunk.h"

namespace sas::gallery {

// How many rows reached each step, summed over the probes. For tests, benchmarks and metrics.
struct ScanTrace {
  std::size_t rows = 0;       // scanned by some of their sign bits
  std::size_t planes = 0;     // sign bits read in that scan
  std::size_t survivors = 0;  // whole sign code read
  std::size_t finalists = 0;  // coarse bits read
  std::size_t full = 0;       // compared in full precision
};

// One answer per probe, in order. `margin`, in standard deviations, is how far below the required similarity
// an estimate may be before its row is discarded: a row that belongs in the answer is lost with a probability
// of at most 2 Phi(-margin), far less if it is clearly above the runner-up. Counts are added to `trace` unless it is null.
[[nodiscard]] std::vector<GalleryAnswer> scan(const PartitionView& view, std::span<const Embedding> probes,
                                              float margin, ScanTrace* trace);

// The same by comparing every row in full precision.
[[nodiscard]] std::vector<GalleryAnswer> full_scan(const PartitionView& view,
                                                   std::span<const Embedding> probes);

}  // namespace sas::gallery
