#pragma once
// Measurements of the in-memory gallery only: concurrent searches, startup, and recall with
// enough queries for a reliable result.

#include <cstdint>
#include <span>

#include "bench_report.h"
#include "engine_ours.h"
#include "float_scan.h"

namespace sas::bench {

// Compares the answers with those of the full scan. Throws std::runtime_error if the gallery reports another
// similarity than that of the vectors.
struct Agreement {
  double best = 0;       // share of the probes
  double runner_up = 0;  // same
};
[[nodiscard]] Agreement compare(std::span<const GalleryAnswer> answers, std::span<const NearestTwo> truth);

// Several probes per call, and several threads.
void measure_together(const Ours& ours, std::span<const Embedding> probes, std::size_t repeats, Report& into);
void measure_start(const Ours& ours, double add_seconds, Report& into);
// `queries` pictures, at that cosine, of randomly chosen people, a quarter for each of four seeds. False:
// recall is below `least`.
[[nodiscard]] bool measure_recall(const Ours& ours, const Identities& identities, std::size_t effective_dims,
                                  double cosine, std::size_t queries, double least, std::uint64_t seed,
                                  Report& into);

}  // namespace sas::bench
