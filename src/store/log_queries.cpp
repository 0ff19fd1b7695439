#include "store/log_queries.h"

#include <utility>

#include "base/text.h"
#include "store/cursor.h"

namespace sas {
namespace store {
namespace {

const std::string kSelectRecords =
    "SELECT a.id, a.event_id, a.person_id, coalesce(p.code, ''), coalesce(p.name, ''), a.camera_id, "
    "coalesce(s.model, ''), a.captured_at, coalesce(s.received_at, a.captured_at), "
    "coalesce(s.similarity, CAST(0 AS REAL)), s.runner_up, coalesce(s.threshold, CAST(0 AS REAL)), s.score, "
    "s.threshold_source" +
    score_columns("s.") +
    " FROM attendance a "
    // LEFT: shows a record even if the rows it refers to were lost in a repair.
    "LEFT JOIN persons p ON p.id = a.person_id "
    "LEFT JOIN sightings s ON s.organisation_id = a.organisation_id AND s.event_id = a.event_id "
    "WHERE a.organisation_id = ";

const std::string kSelectSightings =
    "SELECT s.event_id, s.outcome, s.person_id, coalesce(p.code, ''), coalesce(p.name, ''), s.similarity, "
    "s.runner_up, s.threshold, s.attendance_id, s.cooldown_until, s.camera_id, s.model, s.captured_at, "
    "s.received_at, s.score, s.threshold_source" +
    score_columns("s.") +
    " FROM sightings s LEFT JOIN persons p ON p.id = s.person_id WHERE s.organisation_id = ";

constexpr char kSelectCameras[] =
    "SELECT c.id, c.first_seen, c.last_seen, coalesce(c.clock_skew_us, 0), c.events, s.fps, "
    "s.outbox_waiting, "
    "s.outbox_oldest, s.software, s.model, c.name, c.direction, c.retired_at "
    "FROM cameras c LEFT JOIN camera_status s "
    "ON s.organisation_id = c.organisation_id AND s.camera_id = c.id WHERE c.organisation_id = ";

// Adds no condition if there is no cursor. invalid_argument "invalid_cursor".
Result<void> add_cursor(Statement& statement, const PageRequest& page, const char* columns) {
  if (!page.cursor) return {};
  const auto cursor = parse_attendance_cursor(*page.cursor);
  if (!cursor) return cursor.error();
  statement.then(columns).then(" < (", cursor->captured_at).then(", ", cursor->event.value()).then(")");
  return {};
}

}  // namespace

std::string score_columns(std::string_view table) {
  std::string columns;
  for (const FaceScore& score : kFaceScores) columns.append(", ").append(table).append(score.name);
  return columns;
}

// Contains only the requested conditions, so that the database chooses the matching index: at most 32 texts.
Result<Statement> attendance_page(const AttendanceQuery& query, std::optional<PersonId> person) {
  Statement statement(kSelectRecords);
  statement.then("", query.organisation.value());
  if (person) statement.then(" AND a.person_id = ", person->value());
  if (query.camera) statement.then(" AND a.camera_id = ", query.camera->value);
  if (query.from) statement.then(" AND a.captured_at >= ", *query.from);
  if (query.to) statement.then(" AND a.captured_at < ", *query.to);
  if (auto added = add_cursor(statement, query.page, " AND (a.captured_at, a.event_id)"); !added)
    return added.error();
  statement.then(" ORDER BY a.captured_at DESC, a.event_id DESC LIMIT ", rows_for(query.page));
  return statement;
}

Statement one_record(OrganisationId organisation, AttendanceId id) {
  Statement statement(kSelectRecords);
  statement.then("", organisation.value()).then(" AND a.id = ", id.value());
  return statement;
}

Result<Statement> sightings_page(const SightingQuery& query) {
  Statement statement(kSelectSightings);
  statement.then("", query.organisation.value());
  if (query.outcome) statement.then(" AND s.outcome = ", std::string(to_string(*query.outcome)));
  if (query.camera) statement.then(" AND s.camera_id = ", query.camera->value);
  if (query.from) statement.then(" AND s.captured_at >= ", *query.from);
  if (query.to) statement.then(" AND s.captured_at < ", *query.to);
  if (auto added = add_cursor(statement, query.page, " AND (s.captured_at, s.event_id)"); !added)
    return added.error();
  statement.then(" ORDER BY s.captured_at DESC, s.event_id DESC LIMIT ", rows_for(query.page));
  return statement;
}

Statement person_with_code(OrganisationId organisation, const std::string& code) {
  Statement statement("SELECT id FROM persons WHERE organisation_id = ");
  statement.then("", organisation.value())
      .then(" AND code = ", nfc(code).value_or(code))
      .then(" ORDER BY deleted_at IS NOT NULL, deleted_at DESC LIMIT 1");
  return statement;
}

Statement all_cameras(OrganisationId organisation) {
  Statement statement(kSelectCameras);
  statement.then("", organisation.value()).then(" ORDER BY c.id");
  return statement;
}

Statement one_camera(OrganisationId organisation, const CameraId& camera) {
  Statement statement(kSelectCameras);
  statement.then("", organisation.value()).then(" AND c.id = ", camera.value);
  return statement;
}

Statement update_camera(OrganisationId organisation, const CameraId& camera, const CameraChange& change,
                        Timestamp now) {
  Statement statement("UPDATE cameras SET ");
  const char* comma = "";
  const auto next = [&comma] { return std::exchange(comma, ", "); };
  if (change.name) {
    statement.then(next());
    if (change.name->empty())
      statement.then("name = NULL");
    else
      statement.then("name = ", *change.name);
  }
  if (change.direction)
    statement.then(next()).then("direction = ", std::string(to_string(*change.direction)));
  if (change.retired) {
    statement.then(next());
    if (*change.retired)
      statement.then("retired_at = coalesce(retired_at, ", now).then(")");
    else
      statement.then("retired_at = NULL");
  }
  statement.then(" WHERE organisation_id = ", organisation.value()).then(" AND id = ", camera.value);
  return statement;
}

}  // namespace store

std::string cursor_of(const AttendanceRecord& last) {
  return store::to_text(store::AttendanceCursor{last.captured_at, last.event});
}

std::string cursor_of(const SightingRecord& last) {
  return store::to_text(store::AttendanceCursor{last.captured_at, last.decision.event});
}

}  // namespace sas
