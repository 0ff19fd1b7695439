#pragma once
// What is measured of the gallery in memory alone: several searches together, groups of people, start, and
// recall by so many queries that the bar can be believed.

#include <cstdint>
#include <span>

#include "bench_report.h"
#include "engine_ours.h"
#include "float_scan.h"

namespace sas::bench {

// Compares the answers with those of the full scan. Throws std::runtime_error when the gallery reports
// another similarity than the vectors have.
struct Agreement {
  double best = 0;       // the share of the probes
  double runner_up = 0;  // likewise
};
[[nodiscard]] Agreement compare(std::span<const GalleryAnswer> answers, std::span<const NearestTwo> truth);

// Several probes a call, and threads side by side.
void measure_together(const Ours& ours, std::span<const Embedding> probes, std::size_t repeats, Report& into);
// Groups of ten people to everybody. `probes` are pictures of the first people of the gallery, one each.
// False: an answer was not that of the full scan among the group.
[[nodiscard]] bool measure_groups(const Ours& ours, std::span<const Embedding> probes, std::size_t repeats,
                                  Report& into);
void measure_start(const Ours& ours, double add_seconds, Report& into);
// `queries` pictures at that cosine of people chosen at random, a quarter of them by each of four seeds.
// False: below `least`.
[[nodiscard]] bool measure_recall(const Ours& ours, const Identities& identities, std::size_t effective_dims,
                                  double cosine, std::size_t queries, double least, std::uint64_t seed,
                                  Report& into);

}  // namespace sas::bench
