#include "gallery/memory/neighbourhoods.h"

#include <cstdint>

namespace sas::gallery {
namespace {

// A search costs a fifth of a pass, and every row needs one after everything is forgotten.
constexpr std::size_t kManyChanges = 4;  // a change for each so many rows
// The writer does not stop for longer than some five seconds.
constexpr std::size_t kMostCompared = 200'000'000;
// The cosines in a neighbourhood are estimates with a deviation of 0.005 (scan.cpp).
constexpr float kEstimated = 0.02F;
constexpr float kMargin = 4.25F;

}  // namespace

void forget_neighbourhoods(const PartitionView& view, const std::vector<ChangedRow>& changed) {
  std::vector<std::uint16_t> known;
  std::vector<std::int32_t> dots;
  std::size_t all = 0;
  for (const ChunkView& rows : view.chunks) all += rows.rows;
  const bool many = changed.size() * kManyChanges > all || changed.size() * all > kMostCompared;
  for (const ChunkView& rows : view.chunks) {
    Chunk& chunk = *rows.chunk;
    known.clear();
    for (std::size_t row = 0; row < rows.rows; ++row) {
      if (!chunk.neighbourhood(row)) continue;
      if (many)
        chunk.set_neighbourhood(row, std::nullopt);
      else
        known.push_back(static_cast<std::uint16_t>(row));
    }
    if (known.empty()) continue;
    dots.resize(known.size());
    for (const ChangedRow& change : changed) {
      const ProbeCode probe(change.stored, row_code(change.stored).numbers.scale);
      dots_coarse(chunk.coarse(0), known.data(), known.size(), probe.values16.data(), dots.data());
      for (std::size_t i = 0; i < known.size(); ++i) {
        const std::size_t row = known[i];
        const auto now = chunk.neighbourhood(row);
        if (!now || chunk.ids(row).person == change.person) continue;
        const RowNumbers& numbers = chunk.numbers(row);
        const float least = now->eleventh - kEstimated;
        if (coarse_estimate(probe, dots[i], numbers) + coarse_allowance(numbers, kMargin) < least) continue;
        if (full_similarity(probe, chunk.stored(row), numbers.scale) >= least)
          chunk.set_neighbourhood(row, std::nullopt);
      }
    }
  }
}

}  // namespace sas::gallery
