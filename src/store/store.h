#pragma once
// People, their templates, the attendance log and the cameras, kept for good.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "domain/attendance.h"
#include "domain/person.h"

namespace sas {

// One page of a list, newest or smallest first as each query says. `next_cursor` is opaque text that
// continues where the page ended even when rows come or go between; none: the list is at its end.
template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next_cursor;
};

struct PageRequest {
  std::size_t limit = 50;  // 1..1000; the API checks it
  std::optional<std::string>
      cursor;  // from Page::next_cursor; anything else is invalid_argument "invalid_cursor"
};

struct FaceSummary {
  FaceId id;
  ModelId model;
  float quality = 0;
  Timestamp created_at;
};

struct PersonDetails {
  Person person;
  std::vector<FaceSummary> faces;  // oldest first
};

struct PersonQuery {
  OrganisationId organisation = kDefaultOrganisation;
  std::string text;  // matched anywhere in name or code, without regard to case; empty: everyone
  PageRequest page;  // ordered by code
};

struct PersonChange {
  std::optional<std::string> code;
  std::optional<std::string> name;
};

struct AttendanceQuery {
  OrganisationId organisation = kDefaultOrganisation;
  std::optional<Timestamp> from;      // captured_at >= from
  std::optional<Timestamp> to;        // captured_at < to
  std::optional<std::string> person;  // a person's id or code
  std::optional<CameraId> camera;
  PageRequest page;  // newest captured_at first
};

// For whoever has asked a gallery whether faces are new: another server may have enrolled the same face
// since.
struct FaceCheck {
  std::int64_t heard = 0;         // TemplateFeed::position() up to which that gallery had followed
  std::vector<float> thresholds;  // of each face in order: the cosine from which on another person has it
};

// A mark that still holds: what a cooldown needs to know at start.
struct ActiveMark {
  PersonId person;
  EventId event;
  Timestamp captured_at;
  Timestamp cooldown_until;
};

// Thread-safe. Every operation that changes something is durable when it completes (it survives kill -9 and a
// power cut) or has changed nothing. Errors common to all: unavailable (the database does not answer;
// resource_exhausted when a bounded queue before it is full), data_loss (it is damaged), and
// failed_precondition "storage_full".
class Store {
 public:
  virtual ~Store() = default;

  // conflict "duplicate_code": another living person of the organisation has that code; details.person_id
  // names them. With a check also "duplicate_face" (as AttendanceService::enrol): of the same model and later
  // than `heard`; two servers at once cannot both add what the other would have refused. A store without a
  // TemplateFeed, which one server alone writes, takes no check: invalid_argument.
  [[nodiscard]] virtual Task<Result<void>> add_person(Person person, std::vector<FaceTemplate> faces,
                                                      std::optional<FaceCheck> check = {}) = 0;
  // not_found "person_not_found".
  [[nodiscard]] virtual Task<Result<PersonDetails>> person(OrganisationId organisation, PersonId id) = 0;
  [[nodiscard]] virtual Task<Result<Page<PersonDetails>>> persons(PersonQuery query) = 0;
  // not_found; conflict "duplicate_code". Returns the person as they now are.
  [[nodiscard]] virtual Task<Result<Person>> update_person(OrganisationId organisation, PersonId id,
                                                           PersonChange change, Timestamp now) = 0;
  // Erases the person's templates; their attendance records stay, with name and code as they last were, and
  // the code is free again. not_found.
  [[nodiscard]] virtual Task<Result<void>> remove_person(OrganisationId organisation, PersonId id,
                                                         Timestamp now) = 0;
  // not_found: no such person; the check is as add_person's.
  [[nodiscard]] virtual Task<Result<void>> add_face(FaceTemplate face,
                                                    std::optional<FaceCheck> check = {}) = 0;
  // not_found "face_not_found".
  [[nodiscard]] virtual Task<Result<void>> remove_face(OrganisationId organisation, PersonId person,
                                                       FaceId face) = 0;

  // Every template of every living person, in batches, to fill a gallery at start. Stops early when `sink`
  // says false.
  [[nodiscard]] virtual Task<Result<void>> for_each_template(
      std::function<bool(std::vector<FaceTemplate>)> sink) = 0;

  // Names the present set of templates: two equal fingerprints of one database, whenever they were taken, are
  // of the same templates, through restarts, kills and backups put back. Cheap. At most 4096 bytes.
  [[nodiscard]] virtual Task<Result<std::string>> template_fingerprint() = 0;

  // Writes a sighting with what was decided, and the camera's last_seen, in one transaction, and returns the
  // decision that now stands in the store:
  //  * the event is there already: the stored decision, and nothing is written;
  //  * it is `marked` but another record of that person has |captured_at difference| < window: it is written
  //  as
  //    `cooldown`, with the other's cooldown_until and without an attendance id;
  //  * it is `marked` and the person has been removed meanwhile: not_found, and nothing is written;
  //  * otherwise as proposed. `marked` must carry person and attendance id; cooldown_until is captured_at +
  //  window.
  // Only the id of a proposed person is read: code and name in the answer are the store's. A `cooldown` whose
  // person has been removed is not_found too. The window rule stands in the database itself, so that no race
  // between servers can break it. window >= 0; 0: every sighting is marked.
  [[nodiscard]] virtual Task<Result<Decision>> record(Sighting sighting, Decision proposed,
                                                      std::chrono::seconds window) = 0;

  [[nodiscard]] virtual Task<Result<Page<AttendanceRecord>>> attendance(AttendanceQuery query) = 0;
  // Marks with cooldown_until > now.
  [[nodiscard]] virtual Task<Result<std::vector<ActiveMark>>> active_marks(Timestamp now) = 0;
  [[nodiscard]] virtual Task<Result<std::vector<Camera>>> cameras(OrganisationId organisation) = 0;

  // A cheap proof that reads and writes would work now.
  [[nodiscard]] virtual Task<Result<void>> ping() = 0;
};

}  // namespace sas
