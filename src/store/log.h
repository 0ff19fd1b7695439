#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "domain/attendance.h"
#include "domain/caller.h"
#include "store/page.h"
#include "store/tallies.h"

namespace sas {

struct AttendanceQuery {
  OrganisationId organisation;
  std::optional<Timestamp> from = {};      // captured_at >= from
  std::optional<Timestamp> to = {};        // captured_at < to
  std::optional<std::string> person = {};  // a person's id or code
  std::optional<CameraId> camera = {};
  PageRequest page = {};  // newest captured_at first
};

struct SightingQuery {
  OrganisationId organisation;
  std::optional<Timestamp> from = {};  // captured_at >= from
  std::optional<Timestamp> to = {};    // captured_at < to
  std::optional<Outcome> outcome = {};
  std::optional<CameraId> camera = {};
  PageRequest page = {};  // newest captured_at first
};

// A mark that still holds: what a cooldown needs to know at start.
struct ActiveMark {
  PersonId person;
  EventId event;
  Timestamp captured_at;
  Timestamp cooldown_until;
};

// Sightings, and the attendance log made of them. Thread-safe. A change is durable when it completes, or has changed
// nothing. Errors common to all: those of Store.
class LogStore {
 public:
  virtual ~LogStore() = default;

  // Writes a sighting with what was decided, and the camera's last_seen, in one transaction, and returns the
  // decision that now stands in the store:
  //  * the event is there already: the stored decision, and nothing is written;
  //  * it is `marked` but another record of that person has |captured_at difference| < window: it is written
  //    as `cooldown`, with the other's cooldown_until and without an attendance id;
  //  * it is `marked` and the person has been removed meanwhile: not_found, and nothing is written;
  //  * otherwise as proposed. `marked` must carry person and attendance id; cooldown_until is captured_at +
  //    window.
  // The sighting belongs to the caller's organisation; the caller outlives the call.
  // Only the id of a proposed person is read: code and name in the answer are the store's. A `cooldown` whose
  // person has been removed is not_found too. The window rule stands in the database itself, so that no race
  // between servers can break it. window >= 0; 0: every sighting is marked.
  [[nodiscard]] virtual Task<Result<Decision>> record(const Caller& caller, Sighting sighting,
                                                      Decision proposed, std::chrono::seconds window) = 0;

  [[nodiscard]] virtual Task<Result<Page<AttendanceRecord>>> attendance(AttendanceQuery query) = 0;
  // not_found "attendance_not_found".
  [[nodiscard]] virtual Task<Result<AttendanceRecord>> attendance_record(OrganisationId organisation,
                                                                         AttendanceId id) = 0;
  [[nodiscard]] virtual Task<Result<Page<SightingRecord>>> sightings(SightingQuery query) = 0;
  // All of one moment.
  [[nodiscard]] virtual Task<Result<Tallies>> tallies(TallyQuery query) = 0;
  // Marks of all organisations with cooldown_until > now.
  [[nodiscard]] virtual Task<Result<std::vector<ActiveMark>>> active_marks(Timestamp now) = 0;
};

}  // namespace sas
