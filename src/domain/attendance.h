#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/embedding.h"
#include "domain/face_scores.h"
#include "domain/ids.h"

namespace sas {

// A hash of the content of an event as the client sent it (attendance/event_content.h), to recognise an event id that
// is used for another event. Only a keyed hash of it is stored.
using ContentDigest = std::array<std::uint8_t, 32>;

// What an edge saw: one walk-past. Its embedding is only ever compared and never kept, so it is not part of this.
struct Sighting {
  EventId event;
  OrganisationId organisation;
  CameraId camera;
  ModelId model;
  Timestamp captured_at;  // by the edge's clock
  Timestamp received_at;  // by the server's clock
  FaceScores scores = {};
  std::optional<Timestamp> sent_at = std::nullopt;  // by the edge's clock, if it was sent
  std::optional<ContentDigest> content = {};        // of what the client sent; none: not compared
};

// The server's clock minus the edge's, including the transfer time. Computed from the sending time regardless
// of the event's age; for senders without one, only from events that arrived within `live_within` of capture.
[[nodiscard]] inline std::optional<std::chrono::microseconds> clock_skew(
    Timestamp captured_at, Timestamp received_at, std::optional<Timestamp> sent_at,
    std::chrono::microseconds live_within) {
  if (sent_at) return received_at - *sent_at;
  const auto delay = received_at - captured_at;
  if (delay < live_within) return delay;
  return std::nullopt;
}

// A sighting as received, before the server adds what it knows. Missing fields get the defaults of the
// smallest form.
struct IncomingSighting {
  CameraId camera;
  Embedding embedding;
  std::optional<ModelId> model;          // none: the server's first model
  std::optional<EventId> event;          // none: a new id; a replay then cannot be recognised
  std::optional<Timestamp> captured_at;  // none: now
  FaceScores scores = {};
  std::optional<Timestamp> sent_at = std::nullopt;  // by the edge's clock, of this attempt
};

enum class Outcome {
  marked,     // known, and an attendance record was written
  cooldown,   // known, and already recorded for this walk-past
  unknown,    // nobody enrolled is similar enough
  ambiguous,  // two people are too similar to choose between
  spoof,      // the edge's liveness score is below the threshold
  unproven    // the edge sent no liveness score, and the server requires one
};

// All of them, in order: for lists and counters.
inline constexpr std::array kOutcomes{Outcome::marked,    Outcome::cooldown, Outcome::unknown,
                                      Outcome::ambiguous, Outcome::spoof,    Outcome::unproven};

[[nodiscard]] std::string_view to_string(Outcome outcome);
[[nodiscard]] std::optional<Outcome> parse_outcome(std::string_view text);

// How the threshold of a decision was made.
enum class ThresholdSource {
  fixed,      // by the operator; compared with the raw cosine
  pack,       // by the model pack; compared with the raw cosine
  calibrated  // for this gallery and the wanted rate of false identifications; compared with the corrected score
};

[[nodiscard]] std::string_view to_string(ThresholdSource source);
[[nodiscard]] std::optional<ThresholdSource> parse_threshold_source(std::string_view text);

struct PersonRef {
  PersonId id;
  std::string code;
  std::string name;

  bool operator==(const PersonRef&) const = default;
};

// The server's decision on a sighting, with the numbers that explain it. Stored completely; a replayed event
// gets it again.
struct Decision {
  EventId event;
  Outcome outcome = Outcome::unknown;
  std::optional<PersonRef> person;  // marked and cooldown only: an ambiguous face has no person
  std::optional<float> similarity;  // raw cosine of the best person; none if the gallery is empty
  std::optional<float> runner_up;   // raw cosine of the best other person
  std::optional<float> score = {};  // the best person's corrected score (gallery/csls.h); none: as similarity
  float threshold = 0;  // the required cosine, or score if calibrated; NaN: not shown to this caller
  std::optional<ThresholdSource> threshold_source =
      {};                                   // none: by an older program, which compared the raw cosine
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
  std::optional<float> score = {};  // this and the next two as in Decision
  float threshold = 0;
  std::optional<ThresholdSource> threshold_source = {};
  FaceScores scores = {};
};

// A decision as stored, whatever its outcome.
struct SightingRecord {
  Decision decision;
  CameraId camera;
  ModelId model;
  Timestamp captured_at;
  Timestamp received_at;
  FaceScores scores = {};
};

// Which way people pass a camera, as the operator set it.
enum class CameraDirection {
  none,  // not known, or it does not matter
  in,
  out,
  both  // either way
};

[[nodiscard]] std::string_view to_string(CameraDirection direction);
[[nodiscard]] std::optional<CameraDirection> parse_camera_direction(std::string_view text);

struct Camera {
  CameraId id;
  Timestamp first_seen;
  Timestamp last_seen;                      // the last event or heartbeat; by the server's clock
  std::chrono::microseconds clock_skew{0};  // from the last event that had one; see clock_skew()
  std::int64_t events = 0;

  // Set by the operator.
  std::optional<std::string> name = {};  // none: it is shown by its id
  CameraDirection direction = CameraDirection::none;
  std::optional<Timestamp> retired_at = {};  // from then on it does not count in coverage

  // From its last heartbeat; none: not reported.
  std::optional<float> fps = {};
  std::optional<std::int64_t> outbox_waiting = {};
  std::optional<Timestamp> outbox_oldest = {};
  std::optional<std::string> software = {};
  std::optional<std::string> model = {};
};

}  // namespace sas
