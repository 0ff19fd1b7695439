#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "domain/caller.h"
#include "domain/person.h"
#include "store/page.h"

namespace sas {

struct FaceSummary {
  FaceId id;
  ModelId model;
  float quality = 0;
  Timestamp created_at;
};

struct PersonDetails {
  Person person;
  std::vector<FaceSummary> faces = {};  // oldest first
};

struct PersonQuery {
  OrganisationId organisation;
  std::string text = {};  // matched anywhere in name or code, ignoring case; empty: everyone
  PageRequest page = {};  // ordered by code
};

struct PersonChange {
  std::optional<std::string> code;
  std::optional<std::string> name;
};

// Detects that another server has enrolled the same face since the gallery was searched.
struct FaceCheck {
  std::int64_t heard = 0;  // TemplateFeed::position() that the gallery had reached
  // One per face, in order: another person's face at or above this cosine counts as the same face.
  std::vector<float> thresholds;
};

// The people of all organisations and their faces. Thread-safe. A change is durable when it completes (it survives
// kill -9 and a power failure); a failed change has no effect. A caller can access only the people of its own
// organisation and must outlive the call. Errors common to all: see Store.
class PeopleStore {
 public:
  virtual ~PeopleStore() = default;

  // `person` and `faces` must belong to the caller's organisation (otherwise invalid_argument).
  // conflict "duplicate_code": another person of the organisation who is not removed has that code;
  // details.person_id names them. With a check also "duplicate_face" (as PeopleService::enrol) for faces of the same
  // model added after `heard`, so that two servers cannot enrol the same face at the same time. A store without a
  // TemplateFeed, which only one server writes, does not accept a check: invalid_argument.
  [[nodiscard]] virtual Task<Result<void>> add_person(const Caller& caller, Person person,
                                                      std::vector<FaceTemplate> faces,
                                                      std::optional<FaceCheck> check = {}) = 0;
  // not_found "person_not_found".
  [[nodiscard]] virtual Task<Result<PersonDetails>> person(OrganisationId organisation, PersonId id) = 0;
  [[nodiscard]] virtual Task<Result<Page<PersonDetails>>> persons(PersonQuery query) = 0;
  // not_found; conflict "duplicate_code". Returns the changed person.
  [[nodiscard]] virtual Task<Result<Person>> update_person(const Caller& caller, PersonId id,
                                                           PersonChange change, Timestamp now) = 0;
  // Erases the person's templates. Attendance records remain, with the last name and code. The code can be used
  // again. not_found.
  [[nodiscard]] virtual Task<Result<void>> remove_person(const Caller& caller, PersonId id,
                                                         Timestamp now) = 0;
  // not_found: no such person. `check`: see add_person.
  [[nodiscard]] virtual Task<Result<void>> add_face(const Caller& caller, FaceTemplate face,
                                                    std::optional<FaceCheck> check = {}) = 0;
  // not_found "face_not_found".
  [[nodiscard]] virtual Task<Result<void>> remove_face(const Caller& caller, PersonId person, FaceId face,
                                                       Timestamp now) = 0;
};

}  // namespace sas
