#pragma once
// People: enrol, change, remove, list.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "attendance/calibrations.h"
#include "attendance/models.h"
#include "base/async_mutex.h"
#include "base/clock.h"
#include "base/task.h"
#include "cooldown/cooldown.h"
#include "domain/caller.h"
#include "domain/enrolment.h"
#include "gallery/gallery.h"
#include "store/people.h"

namespace sas::attendance {

// If other servers enrol too: the position in the store's TemplateFeed that the gallery has reached, never a later
// one.
using GalleryPosition = std::function<Task<Result<std::int64_t>>()>;

// An enrolled person whom a new face resembles so much that a walk-past could be taken for either.
struct LookAlike {
  PersonRef person;
  float similarity = 0;        // raw cosine
  std::optional<float> score;  // corrected; none: the raw cosine was compared
  float threshold = 0;
};

struct Enrolled : PersonDetails {
  std::vector<LookAlike> look_alikes;  // to review; empty unless duplicates were allowed
};

// Two enrolled people.
struct ClosePair {
  PersonRef one;
  PersonRef other;
  float similarity = 0;
  float score = 0;
  float threshold =
      0;  // of scores: at or above it one would be taken for the other if only one were enrolled
};

// Thread-safe. Dependencies must outlive it. A caller must outlive its call and can access only its own organisation's
// people.
class PeopleService {
 public:
  // `gallery_position` is empty if no other server enrols. Without `calibrations` raw cosines are compared.
  PeopleService(const ModelPolicies& models, PeopleStore& people, Gallery& gallery, CooldownGate& cooldown,
                const Clock& clock, GalleryPosition gallery_position = {},
                const Calibrations* calibrations = nullptr);

  // conflict: "duplicate_code"; "duplicate_face" (details: person_id, code, name, similarity, score, threshold of the
  // person enrolled, new_code and new_name of the other). If duplicates are allowed they are enrolled and listed.
  // invalid_argument: "invalid_code", "invalid_name", "unknown_model", "mixed_faces" (two faces sent for one
  // person are not similar; details.similarity).
  [[nodiscard]] Task<Result<Enrolled>> enrol(const Caller& caller, Enrolment enrolment);
  // Like enrol, for one face; resemblance to the same person is allowed. not_found.
  [[nodiscard]] Task<Result<FaceSummary>> add_face(const Caller& caller, PersonId person, NewFace face,
                                                   bool allow_duplicate);
  [[nodiscard]] Task<Result<void>> remove_face(const Caller& caller, PersonId person, FaceId face);
  [[nodiscard]] Task<Result<PersonDetails>> person(const Caller& caller, PersonId id);
  // `text`: see PersonQuery.
  [[nodiscard]] Task<Result<Page<PersonDetails>>> persons(const Caller& caller, std::string text,
                                                          PageRequest page);
  [[nodiscard]] Task<Result<Person>> update_person(const Caller& caller, PersonId id, PersonChange change);
  [[nodiscard]] Task<Result<void>> remove_person(const Caller& caller, PersonId id);
  // The closest pairs of enrolled people for each calibrated model, as of the last calibration, closest first.
  [[nodiscard]] Task<Result<std::vector<ClosePair>>> closest_pairs(const Caller& caller);

 private:
  // None: duplicates are allowed, or no other server enrols.
  using Check = std::optional<FaceCheck>;
  struct Compared {
    Check check;
    std::vector<LookAlike> look_alikes;
  };
  // `whose`: the faces'. Themselves they may resemble.
  [[nodiscard]] Task<Result<Compared>> compare(const Caller& caller, const std::vector<FaceTemplate>& faces,
                                               const PersonRef& whose, bool allow);
  [[nodiscard]] Result<FaceTemplate> template_of(const Caller& caller, PersonId person, const NewFace& face,
                                                 Timestamp now) const;

  const ModelPolicies& models_;
  PeopleStore& people_;
  Gallery& gallery_;
  CooldownGate& cooldown_;
  const Clock& clock_;
  const GalleryPosition gallery_position_;
  const Calibrations* const calibrations_;
  // One enrolment at a time: two concurrent ones could miss that both have the same face. The store checks against
  // those of other servers (FaceCheck).
  AsyncMutex enrolling_;
};

}  // namespace sas::attendance
