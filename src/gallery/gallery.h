#pragma once
// The question "whose face is this?".

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/task.h"
#include "domain/embedding.h"
#include "domain/ids.h"
#include "domain/person.h"

namespace sas {

// Templates are compared only inside one partition: the same organisation and the same model.
struct GalleryPartition {
  OrganisationId organisation;
  ModelId model;

  auto operator<=>(const GalleryPartition&) const = default;
};

struct GalleryMatch {
  PersonId person;
  FaceId face;           // that person's nearest template
  float similarity = 0;  // raw cosine to the probe, from full-precision values, -1..1
};

struct GalleryAnswer {
  std::optional<GalleryMatch> best;       // none: the partition is empty
  std::optional<GalleryMatch> runner_up;  // best template of any other person; none: nobody else
};

struct GalleryEntry {
  GalleryPartition partition;
  PersonId person;
  FaceId face;
  Embedding embedding;
};

struct GalleryStats {
  std::size_t faces = 0;
  std::size_t people = 0;
  std::size_t bytes = 0;  // memory used by this process
};

// All operations are thread-safe; a search never waits for a change. A search that starts after add() or
// remove_…() has completed sees the change.
//
// Ties in similarity go to the smaller FaceId, so that every implementation gives the same answer.
class Gallery {
 public:
  virtual ~Gallery() = default;

  // One answer per probe, in order. Best and runner-up are the same as those of a full-precision scan of
  // every template. unavailable: the index cannot be reached (never reported as an empty answer).
  [[nodiscard]] virtual Task<Result<std::vector<GalleryAnswer>>> search(
      GalleryPartition partition, std::span<const Embedding> probes) = 0;

  // Adding a face that already exists (same FaceId) replaces it.
  [[nodiscard]] virtual Task<Result<void>> add(std::vector<GalleryEntry> entries) = 0;
  // Removing something that does not exist is not an error.
  [[nodiscard]] virtual Task<Result<void>> remove_face(FaceId face) = 0;
  [[nodiscard]] virtual Task<Result<void>> remove_person(PersonId person) = 0;

  [[nodiscard]] virtual GalleryStats stats() const = 0;
};

}  // namespace sas
