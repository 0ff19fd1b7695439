#pragma once
// The gallery in this process's memory: exact in effect, at any size that fits. How it works, what it
// guarantees and the snapshot's format: docs/gallery.md.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "gallery/gallery.h"

namespace sas {

namespace gallery {
struct ScanTrace;
}

struct MemoryGalleryOptions {
  // How many standard deviations below what is needed the estimate of a template may lie before the template
  // is given up; 1 to 12. At 4.25 a template that belongs in the answer is lost at most once in 47,000
  // searches, and the best one far more rarely, since it stands above the runner-up. More is slower.
  float margin = 4.25F;
};

// What search() says beside a scan of every template in full precision.
struct GalleryVerification {
  std::size_t probes = 0;
  std::size_t best_agrees = 0;       // the same person
  std::size_t runner_up_agrees = 0;  // the same person, or nobody in both
  float largest_difference = 0;      // between the similarities of the two answers, best or runner-up

  [[nodiscard]] double recall() const {
    return probes == 0 ? 1.0 : static_cast<double>(best_agrees) / static_cast<double>(probes);
  }
};

// Every operation completes on the caller's thread before it first suspends: searching is work for a CPU, a
// hundredth of a millisecond at a thousand templates and a few milliseconds at a million, so callers spread
// searches over threads themselves. Searches never wait for a change, however long: they work on the state
// that was published last. Changes wait for each other.
//
// A similarity is computed from twelve bits a dimension and is within 1e-4 of the cosine of the original
// embeddings (2e-5 is usual). Two templates nearer to each other than that may change places.
class MemoryGallery final : public Gallery {
 public:
  // Throws std::invalid_argument for a margin out of range.
  explicit MemoryGallery(MemoryGalleryOptions options = {});
  ~MemoryGallery() override;
  MemoryGallery(const MemoryGallery&) = delete;
  MemoryGallery& operator=(const MemoryGallery&) = delete;

  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search(GalleryPartition partition,
                                                                std::span<const Embedding> probes) override;
  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search_among(
      GalleryPartition partition, std::shared_ptr<const PersonGroup> people,
      std::span<const Embedding> probes) override;
  // invalid_argument "invalid_entry": an entry without a model, person or face; then nothing is added.
  [[nodiscard]] Task<Result<void>> add(std::vector<GalleryEntry> entries) override;
  [[nodiscard]] Task<Result<void>> remove_face(FaceId face) override;
  [[nodiscard]] Task<Result<void>> remove_person(PersonId person) override;
  [[nodiscard]] GalleryStats stats() const override;

  // The same without a coroutine. All probes share one pass over the templates: several at once are cheaper
  // than one after the other. `trace`, where given, is added to.
  [[nodiscard]] std::vector<GalleryAnswer> search_now(const GalleryPartition& partition,
                                                      std::span<const Embedding> probes,
                                                      gallery::ScanTrace* trace = nullptr) const;
  [[nodiscard]] std::vector<GalleryAnswer> search_among_now(const GalleryPartition& partition,
                                                            const std::shared_ptr<const PersonGroup>& people,
                                                            std::span<const Embedding> probes,
                                                            gallery::ScanTrace* trace = nullptr) const;
  [[nodiscard]] Result<void> add_now(std::span<const GalleryEntry> entries);

  // Searches both ways and compares, among `people` where given. Takes some hundred times as long as a
  // search.
  [[nodiscard]] GalleryVerification verify(const GalleryPartition& partition,
                                           std::span<const Embedding> probes,
                                           const std::shared_ptr<const PersonGroup>& people = nullptr) const;

  // Writes the state that was published last; searches and changes go on meanwhile. The file is replaced as a
  // whole or not at all, and only its owner may read it. `fingerprint` (up to 4096 bytes) names the state of
  // the store that this is. unavailable "snapshot_not_written": disk full, no such folder, …
  [[nodiscard]] Result<void> save(const std::filesystem::path& path, std::string_view fingerprint) const;
  // Fills a gallery that has never held anything. On an error it is as empty as before and the caller fills
  // it from the store: not_found "snapshot_missing"; failed_precondition "snapshot_stale" (another
  // fingerprint), "snapshot_incompatible" (another version of the format), "gallery_not_empty"; data_loss
  // "snapshot_damaged".
  [[nodiscard]] Result<void> load(const std::filesystem::path& path, std::string_view fingerprint);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace sas
