#pragma once
// Searching one partition in its state at one point in time. Pure functions; thread-safe.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "gallery/csls.h"
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

// Where a row is in a view.
struct RowPlace {
  std::uint32_t chunk = 0;
  std::uint32_t row = 0;

  bool operator==(const RowPlace&) const = default;
};

struct NearPerson {
  GalleryMatch match;  // the person's nearest template
  RowPlace place;      // of that template
};

// The people nearest to a probe, best first.
struct Nearest {
  std::array<NearPerson, kNeighbours + 1> people{};
  std::size_t count = 0;  // of people; fewer only if the partition has fewer
  std::optional<NearPerson>
      own;  // scan_enrolled(): the nearest of the person's other templates; none: there is none

  // The mean cosine (csls.h) of people[from] and those after it.
  [[nodiscard]] float neighbourhood(std::size_t from) const;
};

// One result per probe, in order. `margin`, in standard deviations, is how far below the required similarity an
// estimate may be before its row is discarded: a row of the best two people is lost with a probability of at most 2
// Phi(-margin), far less if it is clearly above the runner-up. The others only enter a mean, so their margin is smaller
// by 2.5, and their similarity is the estimate from the coarse bits: at a margin of 4.25, of those level with the last
// one in 25 is lost, and the next person takes the place, which changes the mean by a tenth of the difference, some
// 0.001. Counts are added to `trace` unless it is null.
[[nodiscard]] std::vector<Nearest> scan(const PartitionView& view, std::span<const Embedding> probes,
                                        float margin, ScanTrace* trace);

// The same for the templates in those rows, as if their people were not enrolled.
[[nodiscard]] std::vector<Nearest> scan_enrolled(const PartitionView& view, std::span<const RowPlace> places,
                                                 float margin);

// The same as scan() by comparing every row in full precision.
[[nodiscard]] std::vector<Nearest> full_scan(const PartitionView& view, std::span<const Embedding> probes);

}  // namespace sas::gallery
