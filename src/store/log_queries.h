#pragma once
// Log queries that are the same for every database, and functions that read their rows. A row must have is_null,
// id<Id>, text, real, integer, time, optional_real and optional_time, each by column.

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "domain/attendance.h"
#include "store/cameras.h"
#include "store/log.h"
#include "store/statement.h"

namespace sas {

// The cursor of the page after this item.
[[nodiscard]] std::string cursor_of(const AttendanceRecord& last);
[[nodiscard]] std::string cursor_of(const SightingRecord& last);

namespace store {

// `person`: the person that query.person names. invalid_argument "invalid_cursor".
[[nodiscard]] Result<Statement> attendance_page(const AttendanceQuery& query, std::optional<PersonId> person);
[[nodiscard]] Statement one_record(OrganisationId organisation, AttendanceId id);
[[nodiscard]] Result<Statement> sightings_page(const SightingQuery& query);
// Finds the person with a code: among several who have had it, the one who is not removed, else the one removed last.
[[nodiscard]] Statement person_with_code(OrganisationId organisation, const std::string& code);
[[nodiscard]] Statement all_cameras(OrganisationId organisation);
[[nodiscard]] Statement one_camera(OrganisationId organisation, const CameraId& camera);
// Changes a row of `cameras`. Only for a change that sets something.
[[nodiscard]] Statement update_camera(OrganisationId organisation, const CameraId& camera,
                                      const CameraChange& change, Timestamp now);

// ", s.liveness, s.quality" for "s.": the columns of the scores, to follow others.
[[nodiscard]] std::string score_columns(std::string_view table);

template <class Row>
[[nodiscard]] FaceScores read_scores(const Row& row, int column) {
  FaceScores scores;
  for (const FaceScore& score : kFaceScores) scores.*score.value = row.optional_real(column++);
  return scores;
}

template <class Row>
[[nodiscard]] std::optional<ThresholdSource> read_source(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : parse_threshold_source(row.text(column));
}

template <class Row>
[[nodiscard]] AttendanceRecord read_record(const Row& row) {
  return {
      .id = row.template id<AttendanceId>(0),
      .event = row.template id<EventId>(1),
      .person = {row.template id<PersonId>(2), row.text(3), row.text(4)},
      .camera = CameraId{row.text(5)},
      .model = ModelId{row.text(6)},
      .captured_at = row.time(7),
      .received_at = row.time(8),
      .similarity = row.real(9),
      .runner_up = row.optional_real(10),
      .score = row.optional_real(12),
      .threshold = row.real(11),
      .threshold_source = read_source(row, 13),
      .scores = read_scores(row, 14),
  };
}

// `outcome_of` parses the text of an outcome, or throws.
template <class Row, class OutcomeOf>
[[nodiscard]] SightingRecord read_sighting(const Row& row, const OutcomeOf& outcome_of) {
  SightingRecord record;
  record.decision.event = row.template id<EventId>(0);
  record.decision.outcome = outcome_of(row.text(1));
  if (!row.is_null(2))
    record.decision.person = PersonRef{row.template id<PersonId>(2), row.text(3), row.text(4)};
  record.decision.similarity = row.optional_real(5);
  record.decision.runner_up = row.optional_real(6);
  record.decision.threshold = row.real(7);
  if (!row.is_null(8)) record.decision.attendance = row.template id<AttendanceId>(8);
  record.decision.cooldown_until = row.optional_time(9);
  record.camera = CameraId{row.text(10)};
  record.model = ModelId{row.text(11)};
  record.captured_at = row.time(12);
  record.received_at = row.time(13);
  record.decision.score = row.optional_real(14);
  record.decision.threshold_source = read_source(row, 15);
  record.scores = read_scores(row, 16);
  return record;
}

template <class Row>
[[nodiscard]] Camera read_camera(const Row& row) {
  Camera camera{
      .id = CameraId{row.text(0)},
      .first_seen = row.time(1),
      .last_seen = row.time(2),
      .clock_skew = std::chrono::microseconds{row.integer(3)},
      .events = row.integer(4),
      .fps = row.optional_real(5),
  };
  if (!row.is_null(6)) camera.outbox_waiting = row.integer(6);
  camera.outbox_oldest = row.optional_time(7);
  if (!row.is_null(8)) camera.software = row.text(8);
  if (!row.is_null(9)) camera.model = row.text(9);
  if (!row.is_null(10)) camera.name = row.text(10);
  // A newer program may have written another one.
  camera.direction = parse_camera_direction(row.text(11)).value_or(CameraDirection::none);
  camera.retired_at = row.optional_time(12);
  return camera;
}

}  // namespace store
}  // namespace sas
