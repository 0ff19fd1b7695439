#pragma once
// The gallery in memory with a snapshot of it on disk, so that a start need not read every template from the
// store.

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gallery/memory/memory_gallery.h"
#include "store/templates.h"

namespace sas {

// The snapshot names the store's state that it is of (TemplateStore::template_fingerprint()), and is used for no
// other. The first change deletes it: it is of no use from then on, and must not keep the face of somebody
// who has been removed.
//
// fill() and keep() are for one thread, while nobody else uses the gallery or changes the store's templates;
// the rest is as thread-safe as the gallery.
class KeptGallery final : public Gallery {
 public:
  // `templates` outlives it.
  KeptGallery(TemplateStore& templates, std::filesystem::path snapshot);

  // From the snapshot where it fits, else from the store, upon which the snapshot is written anew. The log
  // says which, and what was wrong with the snapshot; only the store's errors are errors.
  [[nodiscard]] Result<void> fill();
  // Writes the snapshot where there is none of the store's present state, unless a change has failed.
  void keep();

  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search(GalleryPartition partition,
                                                                std::span<const Embedding> probes) override;
  [[nodiscard]] Task<Result<void>> add(std::vector<GalleryEntry> entries) override;
  [[nodiscard]] Task<Result<void>> remove_face(FaceId face) override;
  [[nodiscard]] Task<Result<void>> remove_person(PersonId person) override;
  [[nodiscard]] GalleryStats stats() const override { return gallery_.stats(); }

 private:
  [[nodiscard]] Result<void> fill_from_store();
  // `fingerprint`: of the state that the gallery is in.
  void save(const std::string& fingerprint);
  // Awaits a change of the gallery, after which the snapshot is none of it.
  [[nodiscard]] Task<Result<void>> change(Task<Result<void>> making);
  void forget();

  TemplateStore& templates_;
  const std::filesystem::path snapshot_;
  MemoryGallery gallery_;
  std::atomic<bool> kept_{false};  // the file is of the gallery's present state
  // Changes that the store has made and the gallery has not, or not yet: a snapshot must not be taken then.
  std::atomic<int> unfinished_{0};
};

}  // namespace sas
