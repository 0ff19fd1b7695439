#pragma once
// The gallery in this process's memory: in effect exact, at any size that fits. Design, guarantees and
// snapshot format: docs/gallery.md.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "gallery/gallery.h"

namespace sas {

namespace gallery {
struct Nearest;
struct PartitionView;
struct RowPlace;
struct ScanTrace;
}  // namespace gallery

struct MemoryGalleryOptions {
  // How many standard deviations below the required similarity an estimate may be before its template is
  // discarded; 1 to 12. At 4.25 a template that belongs in the answer is lost at most once in 47,000
  // searches, and the best one far more rarely, because it is above the runner-up. Higher is slower.
  float margin = 4.25F;
};

// Compares search() with a full-precision scan of every template.
struct GalleryVerification {
  std::size_t probes = 0;
  std::size_t best_agrees = 0;         // the same person
  std::size_t runner_up_agrees = 0;    // the same person, or nobody in both
  float largest_difference = 0;        // between the similarities of the two answers, best or runner-up
  float neighbourhood_difference = 0;  // the largest, between the probes' neighbourhoods

  [[nodiscard]] double recall() const {
    return probes == 0 ? 1.0 : static_cast<double>(best_agrees) / static_cast<double>(probes);
  }
};

// Every operation completes on the caller's thread before it first suspends. A search is CPU work: about 0.01
// ms at a thousand templates and a few milliseconds at a million, so callers distribute searches over threads
// themselves. Searches never wait for a change of any length: they use the state published last. Changes wait
// for each other.
//
// A similarity is computed from twelve bits per dimension and is within 1e-4 of the cosine of the original
// embeddings (usually 2e-5). Two templates whose similarities are closer than that may swap ranks.
class MemoryGallery final : public Gallery {
 public:
  // Throws std::invalid_argument if the margin is out of range.
  explicit MemoryGallery(MemoryGalleryOptions options = {});
  ~MemoryGallery() override;
  MemoryGallery(const MemoryGallery&) = delete;
  MemoryGallery& operator=(const MemoryGallery&) = delete;

  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search(GalleryPartition partition,
                                                                std::span<const Embedding> probes) override;
  // invalid_argument "invalid_entry": an entry without a model, person or face; in that case nothing is
  // added.
  [[nodiscard]] Task<Result<void>> add(std::vector<GalleryEntry> entries) override;
  [[nodiscard]] Task<Result<void>> remove_face(FaceId face) override;
  [[nodiscard]] Task<Result<void>> remove_person(PersonId person) override;
  [[nodiscard]] Task<Result<EnrolledProbes>> probe_enrolled(GalleryPartition partition,
                                                            std::size_t most) override;
  [[nodiscard]] Task<Result<std::size_t>> prepare(GalleryPartition partition, std::size_t most) override;
  [[nodiscard]] GalleryStats stats() const override;

  // The same without a coroutine. All probes share one pass over the templates: several at once are cheaper
  // than one at a time. Counts are added to `trace` if given.
  [[nodiscard]] std::vector<GalleryAnswer> search_now(const GalleryPartition& partition,
                                                      std::span<const Embedding> probes,
                                                      gallery::ScanTrace* trace = nullptr) const;
  [[nodiscard]] Result<void> add_now(std::span<const GalleryEntry> entries);
  [[nodiscard]] EnrolledProbes probe_enrolled_now(const GalleryPartition& partition, std::size_t most) const;
  [[nodiscard]] std::size_t prepare_now(const GalleryPartition& partition, std::size_t most) const;

  // Searches both ways and compares the answers. Takes some hundred times as long as a search.
  [[nodiscard]] GalleryVerification verify(const GalleryPartition& partition,
                                           std::span<const Embedding> probes) const;

  // Writes the state published last; searches and changes continue meanwhile. Replaces the file atomically;
  // only its owner may read it. `fingerprint` (up to 4096 bytes) identifies the matching state of the store.
  // unavailable "snapshot_not_written": disk full, no such folder, …
  [[nodiscard]] Result<void> save(const std::filesystem::path& path, std::string_view fingerprint) const;
  // Fills a gallery that has never held anything. After an error it is still empty and the caller fills it
  // from the store: not_found "snapshot_missing"; failed_precondition "snapshot_stale" (another fingerprint),
  // "snapshot_incompatible" (another version of the format), "gallery_not_empty"; data_loss
  // "snapshot_damaged".
  [[nodiscard]] Result<void> load(const std::filesystem::path& path, std::string_view fingerprint);

 private:
  class State;
  // `place`: of the probe in `view`. `found`: what it found.
  [[nodiscard]] EnrolledProbe enrolled_probe(const GalleryPartition& partition,
                                             const std::shared_ptr<const gallery::PartitionView>& view,
                                             gallery::RowPlace place, const gallery::Nearest& found) const;
  std::unique_ptr<State> state_;
};

}  // namespace sas
