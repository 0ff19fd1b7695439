#include "gallery/memory/memory_gallery.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <utility>

#include "gallery/memory/row_table.h"
#include "gallery/memory/scan.h"
#include "gallery/memory/snapshot_file.h"

namespace sas {
namespace {

constexpr float kSmallestMargin = 1;
constexpr float kLargestMargin = 12;
constexpr float kNobodyElse = -2;
constexpr std::size_t kProbesAtOnce = 16;  // share a pass

// What searches see. Immutable once published.
struct Published {
  gallery::PartitionViews partitions;
  GalleryStats stats;
};

Result<void> check(std::span<const GalleryEntry> entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const GalleryEntry& entry = entries[i];
    const char* missing = nullptr;
    if (entry.partition.model.value.empty()) missing = "model";
    if (entry.person.is_nil()) missing = "person";
    if (entry.face.is_nil()) missing = "face";
    if (missing != nullptr)
      return Error::of(ErrorKind::invalid_argument, "invalid_entry",
                       "gallery entry " + std::to_string(i) + " has no " + missing);
  }
  return {};
}

bool same_person(const std::optional<GalleryMatch>& a, const std::optional<GalleryMatch>& b) {
  return a.has_value() == b.has_value() && (!a || a->person == b->person);
}

// Without the best's neighbourhood.
GalleryAnswer answer_of(const gallery::Nearest& nearest) {
  GalleryAnswer answer;
  if (nearest.count > 0) answer.best = nearest.people[0].match;
  if (nearest.count > 1) answer.runner_up = nearest.people[1].match;
  answer.probe_neighbourhood = nearest.neighbourhood(1);
  return answer;
}

// What a template finds, as its own neighbourhood.
gallery::RowNeighbourhood neighbourhood_of(const gallery::Nearest& others) {
  const bool more = others.count > kNeighbours;
  return {others.neighbourhood(0), more ? others.people[kNeighbours].match.similarity : kNobodyElse};
}

float difference(const std::optional<GalleryMatch>& a, const std::optional<GalleryMatch>& b) {
  return a && b ? std::fabs(a->similarity - b->similarity) : 0;
}

}  // namespace

class MemoryGallery::State {
 public:
  explicit State(float margin) : margin_(margin) {}

  [[nodiscard]] float margin() const { return margin_; }

  [[nodiscard]] std::shared_ptr<const Published> published() const {
    const std::lock_guard lock(published_mutex_);
    return published_;
  }

  [[nodiscard]] std::shared_ptr<const gallery::PartitionView> partition(const GalleryPartition& key) const {
    const auto now = published();
    const auto found = now->partitions.find(key);
    return found == now->partitions.end() ? nullptr : found->second;
  }

  // The neighbourhoods of the templates in those rows of `view`, the partition's state. Those that were missing are kept
  // for the next time unless the gallery is being changed.
  std::vector<gallery::RowNeighbourhood> neighbourhoods(
      const GalleryPartition& key, const std::shared_ptr<const gallery::PartitionView>& view,
      std::span<const gallery::RowPlace> places) {
    std::vector<gallery::RowNeighbourhood> known(places.size());
    std::vector<gallery::RowPlace> missing;
    std::vector<std::size_t> at;
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (const auto now = view->chunks[places[i].chunk].chunk->neighbourhood(places[i].row)) {
        known[i] = *now;
      } else {
        missing.push_back(places[i]);
        at.push_back(i);
      }
    }
    if (missing.empty()) return known;
    const auto found = gallery::scan_enrolled(*view, missing, margin_);
    for (std::size_t k = 0; k < missing.size(); ++k) known[at[k]] = neighbourhood_of(found[k]);
    keep(key, view, missing, found);
    return known;
  }

  void keep(const GalleryPartition& key, const std::shared_ptr<const gallery::PartitionView>& view,
            std::span<const gallery::RowPlace> places, std::span<const gallery::Nearest> found) {
    const std::unique_lock lock(change_mutex_, std::try_to_lock);
    if (!lock.owns_lock() || partition(key) != view) return;
    for (std::size_t i = 0; i < places.size(); ++i)
      view->chunks[places[i].chunk].chunk->set_neighbourhood(places[i].row, neighbourhood_of(found[i]));
  }

  // Runs `change` on the table under the lock and publishes the result.
  template <class Change>
  void change(const Change& change) {
    const std::lock_guard lock(change_mutex_);
    change(*table_);
    publish();
  }

  // Fills the empty table and publishes it, or leaves it empty.
  template <class Fill>
  Result<void> fill(const Fill& fill) {
    const std::lock_guard lock(change_mutex_);
    if (table_->faces() != 0)
      return Error::of(ErrorKind::failed_precondition, "gallery_not_empty",
                       "a snapshot can only be loaded into an empty gallery; this one holds " +
                           std::to_string(table_->faces()) + " faces");
    auto table = std::make_unique<gallery::RowTable>();
    auto filled = fill(*table);
    if (!filled) return filled;
    table_ = std::move(table);
    publish();
    return {};
  }

 private:
  void publish() {
    auto next = std::make_shared<Published>(*published());
    for (auto& [key, view] : table_->take_changes()) {
      if (view->chunks.empty())
        next->partitions.erase(key);
      else
        next->partitions[key] = std::move(view);
    }
    next->stats = {.faces = table_->faces(), .people = table_->people(), .bytes = table_->bytes()};
    std::shared_ptr<const Published> last = std::move(next);
    const std::lock_guard lock(published_mutex_);
    published_.swap(last);
  }

  const float margin_;
  std::mutex change_mutex_;
  std::unique_ptr<gallery::RowTable> table_ =
      std::make_unique<gallery::RowTable>();  // guarded by change_mutex_
  // Held only to copy one pointer, never during a search or a change.
  mutable std::mutex published_mutex_;
  std::shared_ptr<const Published> published_ = std::make_shared<Published>();  // guarded by published_mutex_
};

MemoryGallery::MemoryGallery(MemoryGalleryOptions options) {
  if (!(options.margin >= kSmallestMargin && options.margin <= kLargestMargin))
    throw std::invalid_argument("the gallery's margin must be 1 to 12 standard deviations, not " +
                                std::to_string(options.margin));
  state_ = std::make_unique<State>(options.margin);
}

MemoryGallery::~MemoryGallery() = default;

std::vector<GalleryAnswer> MemoryGallery::search_now(const GalleryPartition& partition,
                                                     std::span<const Embedding> probes,
                                                     gallery::ScanTrace* trace) const {
  const auto view = state_->partition(partition);
  if (view == nullptr) return std::vector<GalleryAnswer>(probes.size());
  const auto found = gallery::scan(*view, probes, state_->margin(), trace);
  std::vector<GalleryAnswer> answers(found.size());
  std::vector<gallery::RowPlace> best;
  for (std::size_t i = 0; i < found.size(); ++i) {
    answers[i] = answer_of(found[i]);
    if (found[i].count > 0) best.push_back(found[i].people[0].place);
  }
  const auto known = state_->neighbourhoods(partition, view, best);
  for (std::size_t i = 0, next = 0; i < found.size(); ++i)
    if (found[i].count > 0) answers[i].best_neighbourhood = known[next++].mean;
  return answers;
}

EnrolledProbes MemoryGallery::probe_enrolled_now(const GalleryPartition& partition, std::size_t most) const {
  EnrolledProbes result;
  const auto view = state_->partition(partition);
  if (view == nullptr || most == 0) return result;
  std::unordered_set<PersonId> people;
  std::size_t living = 0;
  for (const gallery::ChunkView& rows : view->chunks) living += rows.rows - rows.dead_rows;
  std::vector<gallery::RowPlace> places;
  std::size_t row = 0;
  for (std::uint32_t c = 0; c < view->chunks.size(); ++c)
    for (std::uint32_t r = 0; r < view->chunks[c].rows; ++r) {
      const gallery::ChunkView& rows = view->chunks[c];
      if (rows.is_dead(r)) continue;
      people.insert(rows.chunk->ids(r).person);
      // Evenly: every row if there are few enough.
      if (row * most / living != (row + 1) * most / living || living <= most) places.push_back({c, r});
      ++row;
    }
  result.people = people.size();
  for (std::size_t done = 0; done < places.size(); done += kProbesAtOnce) {
    const auto some = std::span(places).subspan(done, std::min(kProbesAtOnce, places.size() - done));
    const auto found = gallery::scan_enrolled(*view, some, state_->margin());
    state_->keep(partition, view, some, found);
    for (std::size_t i = 0; i < some.size(); ++i)
      result.probes.push_back(enrolled_probe(partition, view, some[i], found[i]));
  }
  return result;
}

EnrolledProbe MemoryGallery::enrolled_probe(const GalleryPartition& partition,
                                            const std::shared_ptr<const gallery::PartitionView>& view,
                                            gallery::RowPlace place, const gallery::Nearest& found) const {
  const gallery::RowIds& ids = view->chunks[place.chunk].chunk->ids(place.row);
  EnrolledProbe probe{.person = ids.person, .face = ids.face, .stranger = answer_of(found), .genuine = {}};
  std::vector<gallery::RowPlace> places;
  if (found.count > 0) places.push_back(found.people[0].place);
  if (found.own) places.push_back(found.own->place);
  const auto known = state_->neighbourhoods(partition, view, places);
  if (found.count > 0) {
    // The best's neighbourhood without the probe's person, who counts as a stranger.
    probe.stranger.best_neighbourhood =
        without(known.front().mean, known.front().eleventh, found.people[0].match.similarity);
  }
  if (found.own) probe.genuine = csls(found.own->match.similarity, found.neighbourhood(0), known.back().mean);
  return probe;
}

std::size_t MemoryGallery::prepare_now(const GalleryPartition& partition, std::size_t most) const {
  const auto view = state_->partition(partition);
  if (view == nullptr) return 0;
  std::vector<gallery::RowPlace> places;
  for (std::uint32_t c = 0; c < view->chunks.size(); ++c)
    for (std::uint32_t r = 0; r < view->chunks[c].rows && places.size() < most; ++r)
      if (!view->chunks[c].is_dead(r) && !view->chunks[c].chunk->neighbourhood(r)) places.push_back({c, r});
  for (std::size_t done = 0; done < places.size(); done += kProbesAtOnce)
    static_cast<void>(state_->neighbourhoods(
        partition, view, std::span(places).subspan(done, std::min(kProbesAtOnce, places.size() - done))));
  return places.size();
}

Result<void> MemoryGallery::add_now(std::span<const GalleryEntry> entries) {
  if (auto checked = check(entries); !checked) return checked;
  state_->change([&](gallery::RowTable& table) {
    std::map<GalleryPartition, std::size_t> sizes;
    for (const GalleryEntry& entry : entries) ++sizes[entry.partition];
    for (const auto& [partition, rows] : sizes) table.expect(partition, rows);
    for (const GalleryEntry& entry : entries) {
      const gallery::StoredVector stored = gallery::quantise(entry.embedding);
      table.put(entry.partition, {entry.person, entry.face}, stored);
    }
  });
  return {};
}

Task<Result<std::vector<GalleryAnswer>>> MemoryGallery::search(GalleryPartition partition,
                                                               std::span<const Embedding> probes) {
  co_return search_now(partition, probes);
}

Task<Result<void>> MemoryGallery::add(std::vector<GalleryEntry> entries) { co_return add_now(entries); }

Task<Result<void>> MemoryGallery::remove_face(FaceId face) {
  state_->change([&](gallery::RowTable& table) { table.remove_face(face); });
  co_return Result<void>{};
}

Task<Result<void>> MemoryGallery::remove_person(PersonId person) {
  state_->change([&](gallery::RowTable& table) { table.remove_person(person); });
  co_return Result<void>{};
}

Task<Result<EnrolledProbes>> MemoryGallery::probe_enrolled(GalleryPartition partition, std::size_t most) {
  co_return probe_enrolled_now(partition, most);
}

Task<Result<std::size_t>> MemoryGallery::prepare(GalleryPartition partition, std::size_t most) {
  co_return prepare_now(partition, most);
}

GalleryStats MemoryGallery::stats() const { return state_->published()->stats; }

GalleryVerification MemoryGallery::verify(const GalleryPartition& partition,
                                          std::span<const Embedding> probes) const {
  GalleryVerification report;
  const auto view = state_->partition(partition);
  if (view == nullptr) return report;
  const auto answers = gallery::scan(*view, probes, state_->margin(), nullptr);
  const auto truth = gallery::full_scan(*view, probes);
  report.probes = probes.size();
  for (std::size_t i = 0; i < probes.size(); ++i) {
    const GalleryAnswer answer = answer_of(answers[i]);
    const GalleryAnswer expected = answer_of(truth[i]);
    if (same_person(answer.best, expected.best)) ++report.best_agrees;
    if (same_person(answer.runner_up, expected.runner_up)) ++report.runner_up_agrees;
    report.largest_difference = std::max({report.largest_difference, difference(answer.best, expected.best),
                                          difference(answer.runner_up, expected.runner_up)});
    report.neighbourhood_difference =
        std::max(report.neighbourhood_difference,
                 std::fabs(answer.probe_neighbourhood - expected.probe_neighbourhood));
  }
  return report;
}

Result<void> MemoryGallery::save(const std::filesystem::path& path, std::string_view fingerprint) const {
  return gallery::write_snapshot(path, fingerprint, state_->published()->partitions);
}

Result<void> MemoryGallery::load(const std::filesystem::path& path, std::string_view fingerprint) {
  return state_->fill([&](gallery::RowTable& table) {
    return gallery::read_snapshot(
        path, fingerprint,
        [&](const GalleryPartition& partition, std::size_t rows) { table.expect(partition, rows); },
        [&](const GalleryPartition& partition, const gallery::RowIds& ids, gallery::StoredView stored,
            const std::optional<gallery::RowNeighbourhood>& known) {
          table.restore(partition, ids, stored, known);
        });
  });
}

}  // namespace sas
