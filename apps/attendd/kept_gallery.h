#pragma once
// The in-memory gallery with a snapshot on disk, so that startup does not have to read every template from the store.

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gallery/memory/memory_gallery.h"
#include "store/templates.h"

namespace sas {

// The snapshot contains the fingerprint of the store's state (TemplateStore::template_fingerprint()) and is used only
// for that state. The first change deletes it, because it is out of date and must not keep the face of a removed
// person: before a removal reaches the store, and at startup if the store has changed without this server.
//
// Call fill() and keep() from one thread while nothing else uses the gallery or changes the store's templates. The
// other functions are thread-safe.
class KeptGallery final : public Gallery {
 public:
  // `templates` must outlive it.
  KeptGallery(TemplateStore& templates, std::filesystem::path snapshot);

  // Loads the snapshot if it matches; otherwise reads the store and writes a new snapshot. Logs which, and why a
  // snapshot was not used. Returns only errors of the store.
  [[nodiscard]] Result<void> fill();
  // Writes a snapshot if none matches the current state, or if the one that does lacks neighbourhoods; skipped after a
  // failed change.
  void keep();

  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search(GalleryPartition partition,
                                                                std::span<const Embedding> probes) override;
  void forget_files() override { forget(); }
  [[nodiscard]] Task<Result<void>> add(std::vector<GalleryEntry> entries) override;
  [[nodiscard]] Task<Result<void>> remove_face(FaceId face) override;
  [[nodiscard]] Task<Result<void>> remove_person(PersonId person) override;
  [[nodiscard]] Task<Result<EnrolledProbes>> probe_enrolled(GalleryPartition partition,
                                                            std::size_t most) override;
  [[nodiscard]] Task<Result<std::size_t>> prepare(GalleryPartition partition, std::size_t most) override;
  [[nodiscard]] GalleryStats stats() const override { return gallery_.stats(); }

 private:
  [[nodiscard]] Result<void> fill_from_store();
  // `fingerprint`: of the gallery's current state.
  void save(const std::string& fingerprint);
  // Deletes the snapshot and awaits a change of the gallery.
  [[nodiscard]] Task<Result<void>> change(Task<Result<void>> making);
  void forget();
  // Also after a crash of the machine it must not be there again.
  void remove_file() const;
  // Writes the snapshot again if neighbourhoods have been computed since.
  void keep_neighbourhoods();

  TemplateStore& templates_;
  const std::filesystem::path snapshot_;
  MemoryGallery gallery_;
  std::atomic<bool> kept_{false};      // the file matches the gallery's current state
  std::atomic<bool> prepared_{false};  // and lacks neighbourhoods that the gallery has
  // Held while the file is written or deleted, so that no file has a face that is about to be removed.
  std::mutex file_;
  std::string kept_fingerprint_;  // the file's; guarded by file_
  // Changes that are in the store but not, or not yet, in the gallery: no snapshot may be written then.
  std::atomic<int> unfinished_{0};
};

}  // namespace sas
