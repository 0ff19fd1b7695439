#include "gallery/memory/memory_gallery.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "gallery/memory/row_table.h"
#include "gallery/memory/scan.h"
#include "gallery/memory/snapshot_file.h"

namespace sas {
namespace {

constexpr float kSmallestMargin = 1;
constexpr float kLargestMargin = 12;

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
  return gallery::scan(*view, probes, state_->margin(), trace);
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
    if (same_person(answers[i].best, truth[i].best)) ++report.best_agrees;
    if (same_person(answers[i].runner_up, truth[i].runner_up)) ++report.runner_up_agrees;
    report.largest_difference =
        std::max({report.largest_difference, difference(answers[i].best, truth[i].best),
                  difference(answers[i].runner_up, truth[i].runner_up)});
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
        [&](const GalleryPartition& partition, const gallery::RowIds& ids, gallery::StoredView stored) {
          table.put(partition, ids, stored);
        });
  });
}

}  // namespace sas
