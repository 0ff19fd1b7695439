#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/embedding.h"
#include "domain/ids.h"

namespace sas {

// What an edge saw: one walk-past. Its embedding is only ever compared and never kept, so it is not part of this.
struct Sighting {
  EventId event;
  OrganisationId organisation;
  CameraId camera;
  ModelId model;
  Timestamp captured_at;                            // by the edge's clock
  Timestamp received_at;                            // by the server's clock
  std::optional<float> liveness;                    // 0..1, 1 is live
  std::optional<float> quality;                     // 0..1
  std::optional<Timestamp> sent_at = std::nullopt;  // by the edge's clock, when it said so
};

// The server's clock less the edge's, the way between them included: from the time of sending, whatever the
// event's own age; for senders that do not tell it, from events that came within `live_within` of being seen.
[[nodiscard]] inline std::optional<std::chrono::microseconds> clock_skew(
    Timestamp captured_at, Timestamp received_at, std::optional<Timestamp> sent_at,
    std::chrono::microseconds live_within) {
  if (sent_at) return received_at - *sent_at;
  const auto delay = received_at - captured_at;
  if (delay < live_within) return delay;
  return std::nullopt;
}

// A sighting as it came, before the server has added what it knows. Absent fields take the smallest form's
// defaults.
struct IncomingSighting {
  CameraId camera;
  Embedding embedding;
  std::optional<ModelId> model;          // none: the server's first model
  std::optional<EventId> event;          // none: a new id; then a replay cannot be told from a new event
  std::optional<Timestamp> captured_at;  // none: now
  std::optional<float> liveness;
  std::optional<float> quality;
  std::optional<Timestamp> sent_at = std::nullopt;  // by the edge's clock, of this attempt
};

enum class Outcome {
  marked,     // known, and an attendance record was written
  cooldown,   // known, and already recorded for this walk-past
  unknown,    // nobody enrolled is similar enough
  ambiguous,  // two people are too nearly equally similar to choose
  spoof       // the edge's liveness score is below the threshold
};

[[nodiscard]] std::string_view to_string(Outcome outcome);
[[nodiscard]] std::optional<Outcome> parse_outcome(std::string_view text);

struct PersonRef {
  PersonId id;
  std::string code;
  std::string name;

  bool operator==(const PersonRef&) const = default;
};

// What the server made of a sighting, with the numbers that explain it. Stored whole; a replayed event gets
// it again.
struct Decision {
  EventId event;
  Outcome outcome = Outcome::unknown;
  std::optional<PersonRef> person;          // marked and cooldown only: an ambiguous face is nobody's
  std::optional<float> similarity;          // raw cosine of the best person; none when the gallery is empty
  std::optional<float> runner_up;           // raw cosine of the best other person
  float threshold = 0;                      // the cosine that was needed
  std::optional<AttendanceId> attendance;   // marked only
  std::optional<Timestamp> cooldown_until;  // marked and cooldown only

  bool operator==(const Decision&) const = default;
};

// One line of the attendance log.
struct AttendanceRecord {
  AttendanceId id;
  EventId event;
  PersonRef person;
  CameraId camera;
  ModelId model;
  Timestamp captured_at;
  Timestamp received_at;
  float similarity = 0;
  std::optional<float> runner_up;
  float threshold = 0;
  std::optional<float> liveness;
  std::optional<float> quality;
};

// Every decision as it was stored, whatever came of it.
struct SightingRecord {
  Decision decision;
  CameraId camera;
  ModelId model;
  Timestamp captured_at;
  Timestamp received_at;
  std::optional<float> liveness;
  std::optional<float> quality;
};

struct Camera {
  CameraId id;
  Timestamp first_seen;
  Timestamp last_seen;  // the last event or heartbeat; by the server's clock
  std::chrono::microseconds clock_skew{
      0};  // server's clock minus the edge's at the last event that told it; see clock_skew()
  std::int64_t events = 0;

  // As its last heartbeat said; none: not said.
  std::optional<float> fps = {};
  std::optional<std::int64_t> outbox_waiting = {};
  std::optional<Timestamp> outbox_oldest = {};
  std::optional<std::string> software = {};
  std::optional<std::string> model = {};
};

}  // namespace sas
