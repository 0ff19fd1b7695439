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
#include "gallery/csls.h"

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
  // Mean cosines (csls.h): of the probe to its ten nearest people other than the best, and of best->face to its ten
  // nearest other people.
  float probe_neighbourhood = 0;
  float best_neighbourhood = 0;

  // The best person's corrected score.
  [[nodiscard]] std::optional<float> score() const {
    if (!best) return std::nullopt;
    return csls(best->similarity, probe_neighbourhood, best_neighbourhood);
  }
};

struct GalleryEntry {
  GalleryPartition partition;
  PersonId person;
  FaceId face;
  Embedding embedding;
};

// An enrolled template as a probe.
struct EnrolledProbe {
  PersonId person;
  FaceId face;
  GalleryAnswer stranger;  // as if its person were not enrolled
  std::optional<float>
      genuine;  // corrected score of the person's nearest other template; none: it is their only one
};

struct EnrolledProbes {
  std::size_t people = 0;  // in the partition
  std::vector<EnrolledProbe> probes;
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
  // every template; neighbourhoods are within 0.005 of its. unavailable: the index cannot be reached (never reported as an empty answer).
  [[nodiscard]] virtual Task<Result<std::vector<GalleryAnswer>>> search(
      GalleryPartition partition, std::span<const Embedding> probes) = 0;

  // Adding a face that already exists (same FaceId) replaces it.
  [[nodiscard]] virtual Task<Result<void>> add(std::vector<GalleryEntry> entries) = 0;
  // Call it before templates are removed from the store: no file of the gallery keeps them from then on, even if the
  // program ends before remove_…(). A gallery without files does nothing.
  virtual void forget_files() {}
  // Removing something that does not exist is not an error.
  [[nodiscard]] virtual Task<Result<void>> remove_face(FaceId face) = 0;
  [[nodiscard]] virtual Task<Result<void>> remove_person(PersonId person) = 0;

  // At most `most` templates of the partition as probes, spread evenly over it. unavailable, as search().
  [[nodiscard]] virtual Task<Result<EnrolledProbes>> probe_enrolled(GalleryPartition partition,
                                                                    std::size_t most) = 0;
  // Computes neighbourhoods that a search would otherwise compute when it first needs them: of at most `most`
  // templates. Returns of how many; 0: none are missing.
  [[nodiscard]] virtual Task<Result<std::size_t>> prepare(GalleryPartition partition, std::size_t most) = 0;

  [[nodiscard]] virtual GalleryStats stats() const = 0;
};

}  // namespace sas
