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

// A mark whose cooldown has not ended: what a cooldown gate needs at startup.
struct ActiveMark {
  PersonId person;
  EventId event;
  Timestamp captured_at;
  Timestamp cooldown_until;
};

// Sightings and the attendance log. Thread-safe. A change is durable when it completes; a failed change has no effect.
// Errors common to all: see Store.
class LogStore {
 public:
  virtual ~LogStore() = default;

  // Writes a sighting with its decision, and the camera's last_seen, in one transaction. Returns the decision that
  // is now stored:
  //  * The event exists already: the stored decision; conflict "event_id_reused" if both it and `sighting` say what they
  //    contained, and it is not the same. Nothing is written.
  //  * It is `marked`, but another record of that person has |captured_at difference| < window: it is stored as
  //    `cooldown`, with the other record's cooldown_until and without an attendance id.
  //  * It is `marked` or `cooldown`, but the person has been removed meanwhile: not_found; nothing is written.
  //  * Otherwise as proposed. `marked` must have a person and an attendance id; cooldown_until is captured_at +
  //    window.
  // The sighting belongs to the caller's organisation. `caller` must outlive the call. Of a proposed person only the
  // id is read; code and name in the answer come from the store. The database itself enforces the window rule, so
  // races between servers cannot break it. window >= 0; 0: every sighting is marked.
  [[nodiscard]] virtual Task<Result<Decision>> record(const Caller& caller, Sighting sighting,
                                                      Decision proposed, std::chrono::seconds window) = 0;

  [[nodiscard]] virtual Task<Result<Page<AttendanceRecord>>> attendance(AttendanceQuery query) = 0;
  // not_found "attendance_not_found".
  [[nodiscard]] virtual Task<Result<AttendanceRecord>> attendance_record(OrganisationId organisation,
                                                                         AttendanceId id) = 0;
  [[nodiscard]] virtual Task<Result<Page<SightingRecord>>> sightings(SightingQuery query) = 0;
  // A consistent snapshot.
  [[nodiscard]] virtual Task<Result<Tallies>> tallies(TallyQuery query) = 0;
  // Marks of all organisations with cooldown_until > now.
  [[nodiscard]] virtual Task<Result<std::vector<ActiveMark>>> active_marks(Timestamp now) = 0;
};

}  // namespace sas
