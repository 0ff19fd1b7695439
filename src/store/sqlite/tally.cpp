#include "store/sqlite/tally.h"

#include <string>

#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

namespace sas::store::sqlite {
namespace {

// [[from, to, offset], …] in microseconds for json_each, so that one SQL text works for any number of offsets.
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

// CROSS JOIN fixes the order: the few offsets first, then the time index for each of them.
constexpr char kOffsets[] =
    "WITH offsets AS (SELECT json_extract(value, '$[0]') AS first, json_extract(value, '$[1]') AS past, "
    "json_extract(value, '$[2]') AS shift FROM json_each(?1)) ";
constexpr char kInRange[] =
    "FROM offsets CROSS JOIN sightings s ON s.organisation_id = ?2 AND s.captured_at >= first "
    "AND s.captured_at < past WHERE (?3 IS NULL OR s.camera_id = ?3) ";

}  // namespace

Outcome outcome_of(const std::string& text) {
  const auto outcome = parse_outcome(text);
  if (!outcome) throw SQLite::Exception("a row has an unknown outcome", SQLITE_CORRUPT);
  return *outcome;
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
      found.hours.push_back(
          {rows.time(0), CameraId{rows.text(1)}, outcome_of(rows.text(2)), rows.integer(3)});
  }
  {
    // A day on which the clocks change has two offsets, but each person has only one first record.
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
    // A similarity is a float: 0.7F is slightly less than 0.7.
    Query rows(
        connection,
        with +
            "SELECT CAST((s.similarity + 1) * 50 + 0.0001 AS INTEGER), "
            "sum(s.outcome IN ('marked', 'cooldown')), sum(s.outcome IN ('unknown', 'ambiguous')) " +
            kInRange +
            "AND s.similarity IS NOT NULL AND s.outcome NOT IN ('spoof', 'unproven') GROUP BY 1 ORDER BY 1",
        offsets, query.organisation, query.camera);
    while (rows.next()) found.bins.push_back({rows.integer(0), rows.integer(1), rows.integer(2)});
  }
  {
    Query rows(connection,
               with + "SELECT DISTINCT s.threshold " + kInRange +
                   "AND s.threshold_source IS NOT 'calibrated' ORDER BY 1",
               offsets, query.organisation, query.camera);
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

}  // namespace sas::store::sqlite
