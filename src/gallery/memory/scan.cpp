#include "gallery/memory/scan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gallery/memory/prefetch.h"

namespace sas::gallery {
namespace {

// The eighth of the dimensions in which a probe's values are largest holds about half of its energy, the
// quarter more than two thirds. When a million rows have to come from memory, it is fastest to read no more
// than that of most rows at first.
constexpr std::size_t kFirstGroups = 8;
constexpr std::size_t kFewestGroups = 4;
// In a gallery that fits in the caches, reading more planes is cheap and survivors are the main cost. After
// this many planes the whole code adds hardly any information, so it is not read.
constexpr std::size_t kCachedChunks = 8;
constexpr std::size_t kCachedGroups = 16;
// More planes cost every row a little and reduce the survivors, each of which costs a cache miss; the two
// balance when about this share of the rows survives. In a gallery of a million, with limits of 1/64 and
// 1/20, 154 planes were read and 3 rows in 100 survived. With these limits it is 120 and 4.5, in six sevenths
// of the time. Limits of 1/20 and 1/7 (95 and 7) are no faster.
constexpr std::size_t kFewSurvivors = kChunkRows / 32;
constexpr std::size_t kManySurvivors = kChunkRows / 10;
// Rows of the first chunk that are compared before all others, to get a first floor to compare against.
constexpr std::size_t kSeeds = 8;
constexpr float kSeedsFrom = 0.44F;  // search for seeds from this estimate downwards
constexpr float kSeedsStep = 0.06F;
constexpr std::size_t kCoarseAhead = 4;
constexpr float kNothingYet = -2;  // below any cosine
constexpr std::uint32_t kNoCutYet = 0xFFFFFFFF;

bool better(const GalleryMatch& a, const GalleryMatch& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity : a.face < b.face;
}

// The best template and the best of any other person.
class TopTwo {
 public:
  void offer(const GalleryMatch& match) {
    if (!answer_.best || match.person == answer_.best->person) {
      if (!answer_.best || better(match, *answer_.best)) answer_.best = match;
    } else if (better(match, *answer_.best)) {
      answer_.runner_up = answer_.best;
      answer_.best = match;
    } else if (!answer_.runner_up || better(match, *answer_.runner_up)) {
      answer_.runner_up = match;
    }
  }
  // The similarity a row must exceed to change the answer.
  [[nodiscard]] float floor() const {
    return answer_.runner_up ? answer_.runner_up->similarity : kNothingYet;
  }
  [[nodiscard]] const GalleryAnswer& answer() const { return answer_; }

 private:
  GalleryAnswer answer_;
};

// A row that may still belong in the answer at the end of the scan.
struct Finalist {
  std::uint32_t chunk;
  std::uint32_t row;
  float estimate;
  float factor;
};

struct Scratch {
  alignas(64) std::array<std::uint8_t, sum_bytes(kChunkRows)> sums;
  std::array<std::uint16_t, kChunkRows> survivors;
  std::array<std::uint32_t, kChunkRows> agreeing;
  std::array<std::int32_t, kChunkRows> dots;
  std::array<float, kChunkRows> estimates;
  std::array<std::uint16_t, kChunkRows> order;
};

class ProbeScan {
 public:
  // `chunks`: number of chunks in the partition.
  ProbeScan(const Embedding& probe, float margin, std::size_t chunks)
      : probe_(probe),
        margin_(margin),
        fewest_groups_(chunks > kCachedChunks ? kFewestGroups : kCachedGroups),
        groups_(chunks > kCachedChunks ? kFirstGroups : kCachedGroups),
        next_groups_(groups_) {}

  // Scans rows first..first+count-1 of a chunk, whose planes begin at `codes`. `next_codes` may be null.
  void scan_rows(const PartitionView& view, std::uint32_t chunk, std::size_t first, std::size_t count,
                 const std::uint8_t* codes, std::size_t stride, const std::uint8_t* next_codes,
                 Scratch& scratch) {
    const ChunkView& rows = view.chunks[chunk];
    const std::size_t padded = (count + kBlockRows - 1) / kBlockRows * kBlockRows;
    const std::uint8_t* levels = rows.chunk->factor_levels() + first;
    // Into L2, because all sums are computed first: in L1 the levels would only displace other data (8 % of a
    // search in a million templates).
    prefetch<2>(levels, count);
    plane_sums(codes, stride, padded, probe_.order(), groups_, {next_codes, next_groups_},
               scratch.sums.data());
    trace_.rows += count;
    trace_.planes += groups_ * kPlanesPerGroup * count;
    if (top_.floor() == kNothingYet) seed(rows, levels, first, count, scratch);

    const bool all = top_.floor() == kNothingYet;
    const LevelCuts cuts = all ? LevelCuts{} : plane_cut().levels(rows.smallest_factor);
    const std::size_t survivors = select(levels, count, cuts, scratch);
    adapt(count, survivors);
    if (groups_ >= kCachedGroups) {
      compare_coarsely(rows, first, survivors, scratch);
      return;
    }
    const std::uint8_t* bits = rows.chunk->bits(first);
    for (std::size_t i = 0; i < survivors; ++i) __builtin_prefetch(bits + scratch.survivors[i] * kCodeBytes);
    agreeing_magnitudes(bits, scratch.survivors.data(), survivors, probe_.bits.data(),
                        probe_.magnitudes.data(), scratch.agreeing.data());
    trace_.survivors += survivors;
    // The row's own factor is on another cache line: it is read, and prefetched, only if its level lets the
    // row pass.
    std::size_t passed = 0;
    for (std::size_t i = 0; i < survivors; ++i) {
      const std::uint16_t row = scratch.survivors[i];
      const std::uint32_t agreeing = scratch.agreeing[i];
      if (!all && agreeing < code_cut(levels[row])) continue;
      scratch.survivors[passed] = row;
      scratch.agreeing[passed++] = agreeing;
      __builtin_prefetch(&rows.chunk->numbers(first + row));
    }
    for (std::size_t i = 0; i < passed; ++i)
      consider(rows, chunk, first + scratch.survivors[i], scratch.agreeing[i]);
  }

  GalleryAnswer finish(const PartitionView& view) {
    std::erase_if(finalists_, [&](const Finalist& f) { return !may_belong(f.estimate, f.factor); });
    for (std::size_t i = 0; i < finalists_.size(); ++i) {
      if (i + kCoarseAhead < finalists_.size()) {
        const Finalist& ahead = finalists_[i + kCoarseAhead];
        prefetch(view.chunks[ahead.chunk].chunk->coarse(ahead.row), kCoarseBytes);
      }
      const Finalist& finalist = finalists_[i];
      if (!may_belong(finalist.estimate, finalist.factor)) continue;  // the floor has risen since
      ++trace_.finalists;
      const Chunk& chunk = *view.chunks[finalist.chunk].chunk;
      const auto row = static_cast<std::uint16_t>(finalist.row);
      std::int32_t dot = 0;
      dots_coarse(chunk.coarse(0), &row, 1, probe_.values16.data(), &dot);
      compare_if_close(view.chunks[finalist.chunk], row, coarse_estimate(probe_, dot, chunk.numbers(row)));
    }
    return top_.answer();
  }

  void compare(const Chunk& chunk, std::size_t row) {
    ++trace_.full;
    const RowIds& ids = chunk.ids(row);
    top_.offer({.person = ids.person,
                .face = ids.face,
                .similarity = full_similarity(probe_, chunk.stored(row), chunk.numbers(row).scale)});
  }

  [[nodiscard]] const ScanTrace& trace() const { return trace_; }
  [[nodiscard]] const GalleryAnswer& answer() const { return top_.answer(); }

 private:
  // The rows whose sums are at least the cut, into scratch.survivors.
  static std::size_t select(const std::uint8_t* levels, std::size_t count, const LevelCuts& cuts,
                            Scratch& scratch) {
    return select_rows(scratch.sums.data(), levels, count, cuts, scratch.survivors.data());
  }

  // Compares the rows that look best, however good that is, until two people are found.
  void seed(const ChunkView& rows, const std::uint8_t* levels, std::size_t first, std::size_t count,
            Scratch& scratch) {
    float similarity = kSeedsFrom;
    do {
      LevelCuts cuts;
      cuts.fill(typical_sum(probe_, groups_, similarity));
      similarity -= kSeedsStep;
      const std::size_t found = select(levels, count, cuts, scratch);
      if (found >= kSeeds || similarity <= -1) compare_best_first(rows, first, found, scratch);
    } while (top_.floor() == kNothingYet && similarity > -1);
  }

  void compare_best_first(const ChunkView& rows, std::size_t first, std::size_t count, Scratch& scratch) {
    estimate_coarsely(*rows.chunk, first, count, scratch);
    const std::span<std::uint16_t> order(scratch.order.data(), count);
    std::iota(order.begin(), order.end(), std::uint16_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::uint16_t a, std::uint16_t b) { return scratch.estimates[a] > scratch.estimates[b]; });
    for (const std::uint16_t i : order)
      compare_if_close(rows, first + scratch.survivors[i], scratch.estimates[i]);
  }

  // `estimate`: from the coarse bits.
  void compare_if_close(const ChunkView& rows, std::size_t row, float estimate) {
    const float allowance = coarse_allowance(rows.chunk->numbers(row), margin_);
    if (estimate + allowance >= top_.floor() && !rows.is_dead(row)) compare(*rows.chunk, row);
  }

  // Estimates the rows in scratch.survivors, into scratch.estimates.
  void estimate_coarsely(const Chunk& chunk, std::size_t first, std::size_t count, Scratch& scratch) const {
    for (std::size_t i = 0; i < count; ++i) __builtin_prefetch(&chunk.numbers(first + scratch.survivors[i]));
    dots_coarse(chunk.coarse(first), scratch.survivors.data(), count, probe_.values16.data(),
                scratch.dots.data());
    for (std::size_t i = 0; i < count; ++i)
      scratch.estimates[i] =
          coarse_estimate(probe_, scratch.dots[i], chunk.numbers(first + scratch.survivors[i]));
  }

  // Compares the survivors by their coarse bits, and in full if that is inconclusive.
  void compare_coarsely(const ChunkView& rows, std::size_t first, std::size_t survivors, Scratch& scratch) {
    estimate_coarsely(*rows.chunk, first, survivors, scratch);
    trace_.finalists += survivors;
    for (std::size_t i = 0; i < survivors; ++i)
      compare_if_close(rows, first + scratch.survivors[i], scratch.estimates[i]);
  }

  // For the current floor and groups.
  const PlaneCut& plane_cut() {
    if (cuts_floor_ != top_.floor() || cuts_groups_ != groups_) {
      cuts_floor_ = top_.floor();
      cuts_groups_ = groups_;
      plane_cut_ = PlaneCut(probe_, groups_, cuts_floor_, margin_);
    }
    return plane_cut_;
  }

  // For the current floor.
  std::uint32_t code_cut(std::size_t level) {
    if (code_cuts_floor_ != top_.floor()) {
      code_cuts_floor_ = top_.floor();
      code_cuts_.fill(kNoCutYet);
    }
    std::uint32_t& cut = code_cuts_[level];
    if (cut == kNoCutYet) cut = agreeing_cut(probe_, smallest_factor_of(level), code_cuts_floor_, margin_);
    return cut;
  }

  [[nodiscard]] bool may_belong(float estimate, float factor) {
    const float floor = top_.floor();
    if (estimate >= floor || floor == kNothingYet) return true;
    if (bound_.floor != floor) bound_ = EstimateBound(probe_, floor, margin_);
    return bound_.admits(estimate, factor);
  }

  void consider(const ChunkView& rows, std::uint32_t chunk, std::size_t row, std::uint32_t agreeing) {
    if (rows.is_dead(row)) return;
    const float factor = rows.chunk->numbers(row).factor;
    const float cosine = estimate(probe_, agreeing, factor);
    if (!may_belong(cosine, factor)) return;
    if (cosine > top_.floor() && top_.floor() != kNothingYet) {
      compare(*rows.chunk, row);  // raises the floor, most likely
    } else {
      finalists_.push_back({chunk, static_cast<std::uint32_t>(row), cosine, factor});
    }
  }

  void adapt(std::size_t count, std::size_t survivors) {
    if (count < kChunkRows / 2) return;
    if (groups_ != next_groups_) {
      groups_ = next_groups_;
      return;
    }
    if (survivors * kChunkRows > kManySurvivors * count && groups_ < kGroups)
      ++next_groups_;
    else if (survivors * kChunkRows < kFewSurvivors * count && groups_ > fewest_groups_)
      --next_groups_;
  }

  ProbeCode probe_;
  float margin_;
  TopTwo top_;
  std::vector<Finalist> finalists_;
  std::size_t fewest_groups_;
  std::size_t groups_;
  std::size_t next_groups_;  // the number of groups prefetched for the next chunk
  EstimateBound bound_;
  PlaneCut plane_cut_;
  std::array<std::uint32_t, kFactorLevels> code_cuts_{};  // for each factor level seen
  float code_cuts_floor_ = kNothingYet;
  float cuts_floor_ = kNothingYet;
  std::size_t cuts_groups_ = 0;
  ScanTrace trace_;
};

std::vector<ProbeScan> start(const PartitionView& view, std::span<const Embedding> probes, float margin) {
  std::vector<ProbeScan> scans;
  scans.reserve(probes.size());
  for (const Embedding& probe : probes) scans.emplace_back(probe, margin, view.chunks.size());
  return scans;
}

}  // namespace

std::vector<GalleryAnswer> scan(const PartitionView& view, std::span<const Embedding> probes, float margin,
                                ScanTrace* trace) {
  std::vector<ProbeScan> scans = start(view, probes, margin);
  Scratch scratch;
  for (std::uint32_t c = 0; c < view.chunks.size(); ++c) {
    const ChunkView& rows = view.chunks[c];
    const std::size_t full = rows.full_rows();
    const bool next_alike =
        c + 1 < view.chunks.size() && view.chunks[c + 1].chunk->capacity() == rows.chunk->capacity();
    // Process every probe in turn while the chunk's codes are in the L2 cache.
    for (std::size_t p = 0; p < scans.size(); ++p) {
      const std::uint8_t* next =
          next_alike && p + 1 == scans.size() ? view.chunks[c + 1].chunk->planes() : nullptr;
      if (full > 0)
        scans[p].scan_rows(view, c, 0, full, rows.chunk->planes(), rows.chunk->plane_stride(), next, scratch);
      if (rows.tail != nullptr)
        scans[p].scan_rows(view, c, full, rows.rows - full, rows.tail->bytes.data(), TailPlanes::kStride,
                           nullptr, scratch);
    }
  }
  std::vector<GalleryAnswer> answers;
  answers.reserve(scans.size());
  for (ProbeScan& probe : scans) {
    answers.push_back(probe.finish(view));
    if (trace != nullptr) {
      trace->rows += probe.trace().rows;
      trace->planes += probe.trace().planes;
      trace->survivors += probe.trace().survivors;
      trace->finalists += probe.trace().finalists;
      trace->full += probe.trace().full;
    }
  }
  return answers;
}

std::vector<GalleryAnswer> full_scan(const PartitionView& view, std::span<const Embedding> probes) {
  std::vector<ProbeScan> scans = start(view, probes, 0);
  for (const ChunkView& rows : view.chunks)
    for (std::size_t row = 0; row < rows.rows; ++row)
      if (!rows.is_dead(row))
        for (ProbeScan& probe : scans) probe.compare(*rows.chunk, row);
  std::vector<GalleryAnswer> answers;
  answers.reserve(scans.size());
  for (const ProbeScan& probe : scans) answers.push_back(probe.answer());
  return answers;
}

}  // namespace sas::gallery
