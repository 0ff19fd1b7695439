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
  std::string text = {};  // matched anywhere in name or code, without regard to case; empty: everyone
  PageRequest page = {};  // ordered by code
};

struct PersonChange {
  std::optional<std::string> code;
  std::optional<std::string> name;
};

// Guards an enrolment against another server that enrolled the same face since the gallery was asked.
struct FaceCheck {
  std::int64_t heard = 0;  // TemplateFeed::position() up to which that gallery had followed
  std::vector<float>
      thresholds;  // one a face, in order: from this cosine on, another person's face is the same
};

// The people of all organisations and their faces, kept for good. Thread-safe. Every change is durable when it completes
// (it survives kill -9 and a power cut) or has changed nothing. A caller reaches only its own organisation's people and
// outlives the call. Errors common to all: those of Store.
class PeopleStore {
 public:
  virtual ~PeopleStore() = default;

  // `person` and `faces` belong to the caller's organisation (invalid_argument otherwise).
  // conflict "duplicate_code": another living person of the organisation has that code; details.person_id
  // names them. With a check also "duplicate_face" (as PeopleService::enrol): of the same model and later
  // than `heard`; two servers at once cannot both add what the other would have refused. A store without a
  // TemplateFeed, which one server alone writes, takes no check: invalid_argument.
  [[nodiscard]] virtual Task<Result<void>> add_person(const Caller& caller, Person person,
                                                      std::vector<FaceTemplate> faces,
                                                      std::optional<FaceCheck> check = {}) = 0;
  // not_found "person_not_found".
  [[nodiscard]] virtual Task<Result<PersonDetails>> person(OrganisationId organisation, PersonId id) = 0;
  [[nodiscard]] virtual Task<Result<Page<PersonDetails>>> persons(PersonQuery query) = 0;
  // not_found; conflict "duplicate_code". Returns the person as they now are.
  [[nodiscard]] virtual Task<Result<Person>> update_person(const Caller& caller, PersonId id,
                                                           PersonChange change, Timestamp now) = 0;
  // Erases the person's templates; their attendance records stay, with name and code as they last were, and
  // the code is free again. not_found.
  [[nodiscard]] virtual Task<Result<void>> remove_person(const Caller& caller, PersonId id,
                                                         Timestamp now) = 0;
  // not_found: no such person; the check is as add_person's.
  [[nodiscard]] virtual Task<Result<void>> add_face(const Caller& caller, FaceTemplate face,
                                                    std::optional<FaceCheck> check = {}) = 0;
  // not_found "face_not_found".
  [[nodiscard]] virtual Task<Result<void>> remove_face(const Caller& caller, PersonId person, FaceId face,
                                                       Timestamp now) = 0;
};

}  // namespace sas
