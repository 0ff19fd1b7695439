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
constexpr std::size_t kSeeds = 16;
constexpr float kSeedsFrom = 0.44F;  // search for seeds from this estimate downwards
constexpr float kSeedsStep = 0.06F;
constexpr std::size_t kCoarseAhead = 4;
constexpr std::size_t kFewRows = kBlockRows;
constexpr float kNothingYet = -2;  // below any cosine
// How much smaller the margin of the third to the eleventh person is than that of the first two (scan.h).
constexpr float kOthersBelow = 2.5F;
constexpr float kLeastMargin = 1;
constexpr float kLeastDeviation = 0.03F;  // of an estimate from any number of planes: that from all of them
constexpr std::uint32_t kNoCutYet = 0xFFFFFFFF;

bool better(const GalleryMatch& a, const GalleryMatch& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity : a.face < b.face;
}

// The nearest people of a probe as far as it has been compared.
class NearestPeople {
 public:
  explicit NearestPeople(const RowIds* except) {
    if (except != nullptr) except_ = *except;
  }

  void offer(const NearPerson& found) {
    const GalleryMatch& match = found.match;
    if (except_ && match.person == except_->person) {
      auto& own = nearest_.own;
      if (match.face != except_->face && (!own || better(match, own->match))) own = found;
      return;
    }
    auto& people = nearest_.people;
    std::size_t& count = nearest_.count;
    std::size_t at = 0;
    while (at < count && people[at].match.person != match.person) ++at;
    if (at < count) {
      if (!better(match, people[at].match)) return;
    } else if (count < people.size()) {
      at = count++;
    } else {
      if (!better(match, people.back().match)) return;
      at = count - 1;
    }
    for (; at > 0 && better(match, people[at - 1].match); --at) people[at] = people[at - 1];
    people[at] = found;
  }

  // The similarity a row must exceed to be the best or the runner-up.
  [[nodiscard]] float second() const {
    return nearest_.count > 1 ? nearest_.people[1].match.similarity : kNothingYet;
  }
  // The similarity a row must exceed to change anything.
  [[nodiscard]] float last() const {
    return nearest_.count == nearest_.people.size() ? nearest_.people.back().match.similarity : kNothingYet;
  }
  // Whether that row is someone's best so far. Rows that were seeds come again.
  [[nodiscard]] bool holds(RowPlace place) const {
    for (std::size_t i = 0; i < nearest_.count; ++i)
      if (nearest_.people[i].place == place) return true;
    return false;
  }
  [[nodiscard]] const Nearest& nearest() const { return nearest_; }

 private:
  Nearest nearest_;
  std::optional<RowIds> except_;
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
  // `except`: as in scan_enrolled(); null: nobody.
  template <class... Probe>
  ProbeScan(float margin, std::size_t chunks, const RowIds* except, const Probe&... probe)
      : probe_(probe...),
        margin_(margin),
        others_margin_(std::max(margin - kOthersBelow, kLeastMargin)),
        top_(except),
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
    if (top_.last() == kNothingYet) seed(rows, chunk, levels, first, count, scratch);

    const bool all = top_.last() == kNothingYet;
    const LevelCuts cuts = all ? LevelCuts{} : plane_cuts(count, rows.smallest_factor);
    const std::size_t survivors = select(levels, count, cuts, scratch);
    adapt(count, survivors);
    if (groups_ >= kCachedGroups) {
      compare_coarsely(rows, chunk, first, survivors, scratch);
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

  const Nearest& finish(const PartitionView& view) {
    std::erase_if(finalists_, [&](const Finalist& f) { return !may_belong(f.estimate, f.factor); });
    for (std::size_t i = 0; i < finalists_.size(); ++i) {
      if (i + kCoarseAhead < finalists_.size()) {
        const Finalist& ahead = finalists_[i + kCoarseAhead];
        prefetch(view.chunks[ahead.chunk].chunk->coarse(ahead.row), kCoarseBytes);
      }
      const Finalist& finalist = finalists_[i];
      if (!may_belong(finalist.estimate, finalist.factor)) continue;  // the floor has risen since
      compare_coarsely(view.chunks[finalist.chunk], finalist.chunk, finalist.row);
    }
    return top_.nearest();
  }

  void compare(const Chunk& rows, RowPlace place) {
    ++trace_.full;
    offer(rows, place, full_similarity(probe_, rows.stored(place.row), rows.numbers(place.row).scale));
  }

  [[nodiscard]] const ScanTrace& trace() const { return trace_; }
  [[nodiscard]] const Nearest& nearest() const { return top_.nearest(); }

 private:
  void offer(const Chunk& rows, RowPlace place, float similarity) {
    const RowIds& ids = rows.ids(place.row);
    top_.offer({.match = {.person = ids.person, .face = ids.face, .similarity = similarity}, .place = place});
  }

  // The rows whose sums are at least the cut, into scratch.survivors.
  static std::size_t select(const std::uint8_t* levels, std::size_t count, const LevelCuts& cuts,
                            Scratch& scratch) {
    return select_rows(scratch.sums.data(), levels, count, cuts, scratch.survivors.data());
  }

  // Compares the rows that look best, however good that is, until enough people are found.
  void seed(const ChunkView& rows, std::uint32_t chunk, const std::uint8_t* levels, std::size_t first,
            std::size_t count, Scratch& scratch) {
    float similarity = kSeedsFrom;
    do {
      LevelCuts cuts;
      cuts.fill(typical_sum(probe_, groups_, similarity));
      similarity -= kSeedsStep;
      const std::size_t found = select(levels, count, cuts, scratch);
      if (found >= kSeeds || similarity <= -1) compare_coarsely(rows, chunk, first, found, scratch);
    } while (top_.last() == kNothingYet && similarity > -1);
  }

  // `estimate`: from the coarse bits. It is good enough for people who only enter a mean.
  void compare_if_close(const ChunkView& rows, std::uint32_t chunk, std::size_t row, float estimate) {
    const float allowance = coarse_allowance(rows.chunk->numbers(row), margin_);
    const bool close = estimate + allowance >= top_.second();
    if (!close && estimate <= top_.last()) return;
    const RowPlace place{chunk, static_cast<std::uint32_t>(row)};
    if (rows.is_dead(row) || top_.holds(place)) return;
    if (close)
      compare(*rows.chunk, place);
    else
      offer(*rows.chunk, place, estimate);
  }

  // Estimates the rows in scratch.survivors, into scratch.estimates.
  void estimate_coarsely(const Chunk& chunk, std::size_t first, std::size_t count, Scratch& scratch) const {
    for (std::size_t i = 0; i < count; ++i) __builtin_prefetch(&chunk.numbers(first + scratch.survivors[i]));
    dots_coarse(chunk.coarse(first), scratch.survivors.data(), count, probe_.values16.data(),
                scratch.dots.data());
    for (std::size_t i = 0; i < count; ++i) {
      const RowNumbers& numbers = chunk.numbers(first + scratch.survivors[i]);
      scratch.estimates[i] = coarse_estimate(probe_, scratch.dots[i], numbers);
    }
  }

  void compare_coarsely(const ChunkView& rows, std::uint32_t chunk, std::size_t row) {
    ++trace_.finalists;
    const auto one = static_cast<std::uint16_t>(row);
    std::int32_t dot = 0;
    dots_coarse(rows.chunk->coarse(0), &one, 1, probe_.values16.data(), &dot);
    compare_if_close(rows, chunk, row, coarse_estimate(probe_, dot, rows.chunk->numbers(row)));
  }

  // Compares the survivors by their coarse bits, and in full if that is inconclusive.
  void compare_coarsely(const ChunkView& rows, std::uint32_t chunk, std::size_t first, std::size_t survivors,
                        Scratch& scratch) {
    estimate_coarsely(*rows.chunk, first, survivors, scratch);
    trace_.finalists += survivors;
    for (std::size_t i = 0; i < survivors; ++i)
      compare_if_close(rows, chunk, first + scratch.survivors[i], scratch.estimates[i]);
  }

  // For the current groups and floors. Cuts for lower floors are valid too, and a few rows are not worth new ones.
  LevelCuts plane_cuts(std::size_t count, float smallest_factor) {
    const bool raised = cuts_second_ != top_.second() || cuts_last_ != top_.last();
    if (cuts_groups_ != groups_ || (raised && count > kFewRows)) {
      cuts_second_ = top_.second();
      cuts_last_ = top_.last();
      cuts_groups_ = groups_;
      second_cut_ = PlaneCut(probe_, groups_, cuts_second_, margin_);
      // The cut for the others is the lower one only if their floor is lower by more than the margins differ.
      last_counts_ = cuts_second_ - cuts_last_ > (margin_ - others_margin_) * kLeastDeviation;
      if (last_counts_) last_cut_ = PlaneCut(probe_, groups_, cuts_last_, others_margin_);
    }
    LevelCuts cuts = second_cut_.levels(smallest_factor);
    if (!last_counts_) return cuts;
    const LevelCuts last = last_cut_.levels(smallest_factor);
    for (std::size_t level = 0; level < cuts.size(); ++level)
      cuts[level] = std::min(cuts[level], last[level]);
    return cuts;
  }

  // For the current floors.
  std::uint32_t code_cut(std::size_t level) {
    if (code_cuts_second_ != top_.second() || code_cuts_last_ != top_.last()) {
      code_cuts_second_ = top_.second();
      code_cuts_last_ = top_.last();
      code_cuts_.fill(kNoCutYet);
    }
    std::uint32_t& cut = code_cuts_[level];
    if (cut == kNoCutYet) {
      const float factor = smallest_factor_of(level);
      cut = std::min(agreeing_cut(probe_, factor, code_cuts_second_, margin_),
                     agreeing_cut(probe_, factor, code_cuts_last_, others_margin_));
    }
    return cut;
  }

  [[nodiscard]] bool may_belong(float estimate, float factor) {
    const float last = top_.last();
    if (estimate >= last || last == kNothingYet) return true;
    const float second = top_.second();
    if (second_bound_.floor != second) second_bound_ = EstimateBound(probe_, second, margin_);
    if (last_bound_.floor != last) last_bound_ = EstimateBound(probe_, last, others_margin_);
    return last_bound_.admits(estimate, factor) || second_bound_.admits(estimate, factor);
  }

  void consider(const ChunkView& rows, std::uint32_t chunk, std::size_t row, std::uint32_t agreeing) {
    if (rows.is_dead(row)) return;
    const float factor = rows.chunk->numbers(row).factor;
    const float cosine = estimate(probe_, agreeing, factor);
    if (!may_belong(cosine, factor)) return;
    if (cosine > top_.last() && top_.last() != kNothingYet) {
      compare_coarsely(rows, chunk, row);  // raises a floor, most likely
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
  float others_margin_;
  NearestPeople top_;
  std::vector<Finalist> finalists_;
  std::size_t fewest_groups_;
  std::size_t groups_;
  std::size_t next_groups_;  // the number of groups prefetched for the next chunk
  EstimateBound second_bound_;
  EstimateBound last_bound_;
  PlaneCut second_cut_;
  PlaneCut last_cut_;
  bool last_counts_ = false;
  std::array<std::uint32_t, kFactorLevels> code_cuts_{};  // for each factor level seen
  float code_cuts_second_ = kNothingYet;
  float code_cuts_last_ = kNothingYet;
  float cuts_second_ = kNothingYet;
  float cuts_last_ = kNothingYet;
  std::size_t cuts_groups_ = 0;
  ScanTrace trace_;
};

std::vector<ProbeScan> start(const PartitionView& view, std::span<const Embedding> probes, float margin) {
  std::vector<ProbeScan> scans;
  scans.reserve(probes.size());
  for (const Embedding& probe : probes) scans.emplace_back(margin, view.chunks.size(), nullptr, probe);
  return scans;
}

std::vector<ProbeScan> start(const PartitionView& view, std::span<const RowPlace> places, float margin) {
  std::vector<ProbeScan> scans;
  scans.reserve(places.size());
  for (const RowPlace& place : places) {
    const Chunk& chunk = *view.chunks[place.chunk].chunk;
    scans.emplace_back(margin, view.chunks.size(), &chunk.ids(place.row), chunk.stored(place.row),
                       chunk.numbers(place.row).scale);
  }
  return scans;
}

std::vector<Nearest> run(const PartitionView& view, std::vector<ProbeScan> scans, ScanTrace* trace) {
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
  std::vector<Nearest> found;
  found.reserve(scans.size());
  for (ProbeScan& probe : scans) {
    found.push_back(probe.finish(view));
    if (trace != nullptr) {
      trace->rows += probe.trace().rows;
      trace->planes += probe.trace().planes;
      trace->survivors += probe.trace().survivors;
      trace->finalists += probe.trace().finalists;
      trace->full += probe.trace().full;
    }
  }
  return found;
}

}  // namespace

float Nearest::neighbourhood(std::size_t from) const {
  std::array<float, kNeighbours + 1> cosines{};
  for (std::size_t i = from; i < count; ++i) cosines[i - from] = people[i].match.similarity;
  return neighbourhood_mean({cosines.data(), count > from ? count - from : 0});
}

std::vector<Nearest> scan(const PartitionView& view, std::span<const Embedding> probes, float margin,
                          ScanTrace* trace) {
  return run(view, start(view, probes, margin), trace);
}

std::vector<Nearest> scan_enrolled(const PartitionView& view, std::span<const RowPlace> places,
                                   float margin) {
  return run(view, start(view, places, margin), nullptr);
}

std::vector<Nearest> full_scan(const PartitionView& view, std::span<const Embedding> probes) {
  std::vector<ProbeScan> scans = start(view, probes, 0);
  for (std::uint32_t c = 0; c < view.chunks.size(); ++c)
    for (std::uint32_t row = 0; row < view.chunks[c].rows; ++row)
      if (!view.chunks[c].is_dead(row))
        for (ProbeScan& probe : scans) probe.compare(*view.chunks[c].chunk, {c, row});
  std::vector<Nearest> found;
  found.reserve(scans.size());
  for (const ProbeScan& probe : scans) found.push_back(probe.nearest());
  return found;
}

}  // namespace sas::gallery
