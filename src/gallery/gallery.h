#pragma once
// The question "whose face is this?".

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
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
  FaceId face;           // the template of that person that was nearest
  float similarity = 0;  // raw cosine to the probe, from full-precision values, -1..1
};

struct GalleryAnswer {
  std::optional<GalleryMatch> best;       // none: the partition is empty
  std::optional<GalleryMatch> runner_up;  // the best template of any other person; none: there is no other
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
  std::size_t bytes = 0;  // memory held by this process for it
};

// People to whom a search is restricted: a site, a class, a shift. Never changes; whoever searches often
// among the same people keeps the group and hands in the same one, since a gallery may remember where its
// people lie.
class PersonGroup {
 public:
  // In any order; repeats count once.
  explicit PersonGroup(std::vector<PersonId> people) : people_(std::move(people)) {
    std::sort(people_.begin(), people_.end());
    people_.erase(std::unique(people_.begin(), people_.end()), people_.end());
  }

  [[nodiscard]] bool contains(PersonId person) const {
    return std::binary_search(people_.begin(), people_.end(), person);
  }
  [[nodiscard]] const std::vector<PersonId>& people() const { return people_; }  // ascending, each once

 private:
  std::vector<PersonId> people_;
};

// All operations are thread-safe; a search never waits for a change. A search that starts after add() or
// remove_…() has completed sees the change.
//
// Equal similarity is broken by the smaller FaceId, so that every implementation gives the same answer.
class Gallery {
 public:
  virtual ~Gallery() = default;

  // One answer a probe, in order. The best and the runner-up are those of a scan of every template in full
  // precision. unavailable: the index is out of reach (never an empty answer instead).
  [[nodiscard]] virtual Task<Result<std::vector<GalleryAnswer>>> search(
      GalleryPartition partition, std::span<const Embedding> probes) = 0;

  // As search(), as if nobody else were enrolled: the runner-up is of the group too. People of the group who
  // are not enrolled do no harm. `people`: not null.
  [[nodiscard]] virtual Task<Result<std::vector<GalleryAnswer>>> search_among(
      GalleryPartition partition, std::shared_ptr<const PersonGroup> people,
      std::span<const Embedding> probes) = 0;

  // Adding a face that is there already (same FaceId) replaces it.
  [[nodiscard]] virtual Task<Result<void>> add(std::vector<GalleryEntry> entries) = 0;
  // Removing what is not there is no error.
  [[nodiscard]] virtual Task<Result<void>> remove_face(FaceId face) = 0;
  [[nodiscard]] virtual Task<Result<void>> remove_person(PersonId person) = 0;

  [[nodiscard]] virtual GalleryStats stats() const = 0;
};

}  // namespace sas
