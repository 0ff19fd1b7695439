// The gallery's inner loops, one by one. Run with --benchmark_min_time=0.2; on a machine with other load
// compare instructions as well as times.

#include <array>
#include <numeric>
#include <vector>

#include <benchmark/benchmark.h>

#include "gallery/memory/chunk.h"
#include "gallery/memory/vector_code.h"
#include "synthetic_faces.h"

namespace sas::bench {
namespace {

using gallery::kChunkRows;

// A full chunk of synthetic faces and a probe.
struct Fixture {
  Fixture() : faces(128, 1), face(faces.identity()), probe(face) {
    view.chunk = std::make_shared<gallery::Chunk>(kChunkRows);
    for (std::size_t row = 0; row < kChunkRows; ++row) {
      const auto stored = gallery::quantise(faces.identity());
      gallery::append_row(view, {}, stored);
    }
    gallery::seal(view);
  }
  SyntheticFaces faces;
  Embedding face;
  gallery::ProbeCode probe;
  gallery::ChunkView view;
};

Fixture& fixture() {
  static Fixture the;
  return the;
}

void rotate(benchmark::State& state) {
  const Fixture& f = fixture();
  std::array<float, gallery::kDims> out{};
  for (auto _ : state) {
    gallery::rotate(f.face.values().data(), out.data());
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(rotate);

void quantise(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(gallery::quantise(fixture().face));
}
BENCHMARK(quantise);

void prepare_probe(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(gallery::ProbeCode(fixture().face));
}
BENCHMARK(prepare_probe);

// Argument: groups of sixteen planes, out of 32.
void plane_sums(benchmark::State& state) {
  const Fixture& f = fixture();
  alignas(64) static std::array<std::uint8_t, gallery::sum_bytes(kChunkRows)> sums;
  for (auto _ : state) {
    gallery::plane_sums(f.view.chunk->planes(), f.view.chunk->plane_stride(), kChunkRows, f.probe.order(),
                        static_cast<std::size_t>(state.range(0)), {}, sums.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kChunkRows));
  state.SetBytesProcessed(state.iterations() * state.range(0) *
                          static_cast<std::int64_t>(gallery::kPlanesPerGroup * kChunkRows / 8));
}
BENCHMARK(plane_sums)->Arg(4)->Arg(8)->Arg(12)->Arg(20)->Arg(32);

// Argument: per cent of the rows that pass.
void select_rows(benchmark::State& state) {
  const Fixture& f = fixture();
  constexpr std::size_t kGroups = 20;
  alignas(64) static std::array<std::uint8_t, gallery::sum_bytes(kChunkRows)> sums;
  static std::array<std::uint16_t, kChunkRows> rows;
  gallery::plane_sums(f.view.chunk->planes(), f.view.chunk->plane_stride(), kChunkRows, f.probe.order(),
                      kGroups, {}, sums.data());
  gallery::LevelCuts cuts;
  const std::uint8_t* levels = f.view.chunk->factor_levels();
  for (std::uint16_t cut = 0;; ++cut) {
    cuts.fill(cut);
    const std::size_t passing = gallery::select_rows(sums.data(), levels, kChunkRows, cuts, rows.data());
    if (passing * 100 <= kChunkRows * static_cast<std::size_t>(state.range(0))) break;
  }
  for (auto _ : state)
    benchmark::DoNotOptimize(gallery::select_rows(sums.data(), levels, kChunkRows, cuts, rows.data()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kChunkRows));
}
BENCHMARK(select_rows)->Arg(0)->Arg(5)->Arg(50);

void agreeing_magnitudes(benchmark::State& state) {
  const Fixture& f = fixture();
  std::vector<std::uint16_t> rows;
  for (std::size_t row = 0; row < kChunkRows; row += 20) rows.push_back(static_cast<std::uint16_t>(row));
  std::vector<std::uint32_t> out(rows.size());
  for (auto _ : state) {
    gallery::agreeing_magnitudes(f.view.chunk->bits(0), rows.data(), rows.size(), f.probe.bits.data(),
                                 f.probe.magnitudes.data(), out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows.size()));
}
BENCHMARK(agreeing_magnitudes);

void dots_coarse(benchmark::State& state) {
  const Fixture& f = fixture();
  std::vector<std::uint16_t> rows;
  for (std::size_t row = 0; row < kChunkRows; row += 40) rows.push_back(static_cast<std::uint16_t>(row));
  std::vector<std::int32_t> out(rows.size());
  for (auto _ : state) {
    gallery::dots_coarse(f.view.chunk->coarse(0), rows.data(), rows.size(), f.probe.values16.data(),
                         out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows.size()));
}
BENCHMARK(dots_coarse);

void full_similarity(benchmark::State& state) {
  const Fixture& f = fixture();
  std::size_t row = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(gallery::full_similarity(f.probe, f.view.chunk->stored(row), 1));
    row = (row + 1) % 256;
  }
}
BENCHMARK(full_similarity);

}  // namespace
}  // namespace sas::bench

BENCHMARK_MAIN();
