#include "store/sqlite/tally.h"

#include <string>
#include <utility>

#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include "store/cursor.h"

namespace sas::sqlite {
namespace {

Outcome outcome_of(const Query& query, int column) {
  const auto outcome = parse_outcome(query.text(column));
  if (!outcome) throw SQLite::Exception("an outcome in it is none", SQLITE_CORRUPT);
  return *outcome;
}

// [[from, to, offset], …] in microseconds, for json_each: one text of SQL for any number of them.
std::string to_json(const std::vector<LocalOffset>& offsets) {
  std::string json = "[";
  for (const LocalOffset& each : offsets) {
    if (json.size() > 1) json += ',';
    json += '[' + std::to_string(each.range.from.time_since_epoch().count()) + ',' +
            std::to_string(each.range.to.time_since_epoch().count()) + ',' +
            std::to_string(std::chrono::microseconds(each.offset).count()) + ']';
  }
  return json + ']';
}

// CROSS JOIN: few offsets first, then the index by time for each.
constexpr char kOffsets[] =
    "WITH offsets AS (SELECT json_extract(value, '$[0]') AS first, json_extract(value, '$[1]') AS past, "
    "json_extract(value, '$[2]') AS shift FROM json_each(?1)) ";
constexpr char kInRange[] =
    "FROM offsets CROSS JOIN sightings s ON s.organisation_id = ?2 AND s.captured_at >= first "
    "AND s.captured_at < past WHERE (?3 IS NULL OR s.camera_id = ?3) ";

}  // namespace

Result<Page<SightingRecord>> sightings(Connection& connection, const SightingQuery& query) {
  std::optional<store::AttendanceCursor> cursor;
  if (query.page.cursor) {
    auto parsed = store::parse_attendance_cursor(*query.page.cursor);
    if (!parsed) return parsed.error();
    cursor = *parsed;
  }
  std::string sql =
      "SELECT s.event_id, s.outcome, s.person_id, coalesce(p.code, ''), coalesce(p.name, ''), s.similarity, "
      "s.runner_up, s.threshold, s.attendance_id, s.cooldown_until, s.camera_id, s.model, s.captured_at, "
      "s.received_at, s.liveness, s.quality "
      "FROM sightings s LEFT JOIN persons p ON p.id = s.person_id WHERE s.organisation_id = ?";
  if (query.outcome) sql += " AND s.outcome = ?";
  if (query.camera) sql += " AND s.camera_id = ?";
  if (query.from) sql += " AND s.captured_at >= ?";
  if (query.to) sql += " AND s.captured_at < ?";
  if (cursor) sql += " AND (s.captured_at, s.event_id) < (?, ?)";
  sql += " ORDER BY s.captured_at DESC, s.event_id DESC LIMIT ?";

  Query rows(connection, sql, query.organisation);
  if (query.outcome) rows.bind(to_string(*query.outcome));
  if (query.camera) rows.bind(*query.camera);
  if (query.from) rows.bind(*query.from);
  if (query.to) rows.bind(*query.to);
  if (cursor) {
    rows.bind(cursor->captured_at);
    rows.bind(cursor->event);
  }
  rows.bind(static_cast<std::int64_t>(query.page.limit) + 1);
  Page<SightingRecord> page;
  while (rows.next()) {
    if (page.items.size() == query.page.limit) {
      const SightingRecord& last = page.items.back();
      page.next_cursor = store::to_text(store::AttendanceCursor{last.captured_at, last.decision.event});
      break;
    }
    SightingRecord record;
    record.decision.event = rows.id<EventId>(0);
    record.decision.outcome = outcome_of(rows, 1);
    if (!rows.is_null(2))
      record.decision.person = PersonRef{rows.id<PersonId>(2), rows.text(3), rows.text(4)};
    record.decision.similarity = rows.optional_real(5);
    record.decision.runner_up = rows.optional_real(6);
    record.decision.threshold = rows.real(7);
    if (!rows.is_null(8)) record.decision.attendance = rows.id<AttendanceId>(8);
    record.decision.cooldown_until = rows.optional_time(9);
    record.camera = CameraId{rows.text(10)};
    record.model = ModelId{rows.text(11)};
    record.captured_at = rows.time(12);
    record.received_at = rows.time(13);
    record.liveness = rows.optional_real(14);
    record.quality = rows.optional_real(15);
    page.items.push_back(std::move(record));
  }
  return page;
}

Result<Tallies> tallies(Connection& connection, const TallyQuery& query) {
  const std::string offsets = to_json(query.offsets);
  const std::string with = kOffsets;
  Tallies found;
  SQLite::Transaction one_moment(connection.database());
  {
    Query rows(connection, "SELECT count(*) FROM persons WHERE organisation_id = ? AND deleted_at IS NULL",
               query.organisation);
    if (rows.next()) found.enrolled = rows.integer(0);
  }
  {
    Query rows(connection,
               "SELECT count(DISTINCT person_id) FROM attendance WHERE organisation_id = ?1 "
               "AND captured_at >= ?2 AND captured_at < ?3 AND (?4 IS NULL OR camera_id = ?4)",
               query.organisation, query.range.from, query.range.to, query.camera);
    if (rows.next()) found.present = rows.integer(0);
  }
  {
    Query rows(connection,
               with +
                   "SELECT (s.captured_at + shift) / 3600000000 * 3600000000 - shift AS hour, s.camera_id, "
                   "s.outcome, count(*) " +
                   kInRange + "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
               offsets, query.organisation, query.camera);
    while (rows.next())
      found.hours.push_back({rows.time(0), CameraId{rows.text(1)}, outcome_of(rows, 2), rows.integer(3)});
  }
  {
    // A day in which the clocks change has two offsets; a person's first record of it is still one.
    Query rows(
        connection,
        with +
            "SELECT (earliest + shift) / 3600000000 * 3600000000 - shift, day, count(*) FROM ("
            "SELECT a.person_id, (a.captured_at + shift) / 86400000000 * 86400000000 AS day, "
            "min(a.captured_at) AS earliest "
            "FROM offsets CROSS JOIN attendance a ON a.organisation_id = ?2 AND a.captured_at >= first "
            "AND a.captured_at < past WHERE (?3 IS NULL OR a.camera_id = ?3) GROUP BY 1, 2) "
            "JOIN offsets ON earliest >= first AND earliest < past GROUP BY 1, 2 ORDER BY 1, 2",
        offsets, query.organisation, query.camera);
    while (rows.next()) found.arrivals.push_back({rows.time(0), rows.time(1), rows.integer(2)});
  }
  {
    // A similarity is a float, so that 0.7 lies a little below 0.7.
    Query rows(connection,
               with +
                   "SELECT CAST((s.similarity + 1) * 50 + 0.0001 AS INTEGER), "
                   "sum(s.outcome IN ('marked', 'cooldown')), sum(s.outcome IN ('unknown', 'ambiguous')) " +
                   kInRange + "AND s.similarity IS NOT NULL AND s.outcome <> 'spoof' GROUP BY 1 ORDER BY 1",
               offsets, query.organisation, query.camera);
    while (rows.next()) found.bins.push_back({rows.integer(0), rows.integer(1), rows.integer(2)});
  }
  {
    Query rows(connection, with + "SELECT DISTINCT s.threshold " + kInRange + "ORDER BY 1", offsets,
               query.organisation, query.camera);
    while (rows.next()) found.thresholds.push_back(rows.real(0));
  }
  {
    Query rows(connection,
               with + "SELECT (s.received_at - s.captured_at) / 1000, count(*) " + kInRange +
                   "AND s.received_at - s.captured_at BETWEEN 0 AND ?4 GROUP BY 1 ORDER BY 1",
               offsets, query.organisation, query.camera,
               std::int64_t{std::chrono::microseconds(kLiveDelay).count()});
    while (rows.next()) found.delays.push_back({rows.integer(0), rows.integer(1)});
  }
  Query rows(connection,
             "SELECT camera_id, starts, ends FROM camera_coverage WHERE organisation_id = ?1 "
             "AND ends > ?2 AND starts < ?3 AND (?4 IS NULL OR camera_id = ?4) ORDER BY camera_id, ends",
             query.organisation, query.range.from, query.range.to, query.camera);
  while (rows.next()) found.watched.push_back({CameraId{rows.text(0)}, {rows.time(1), rows.time(2)}});
  return found;
}

}  // namespace sas::sqlite
