#include "store/postgres/tally.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "store/cursor.h"

namespace sas::postgres {
namespace {

Outcome outcome_of(const Rows& rows, int row, int column) {
  const auto outcome = parse_outcome(rows.text(row, column));
  if (!outcome) throw std::runtime_error("an outcome in the database is none");
  return *outcome;
}

SightingRecord sighting_row(const Rows& rows, int row) {
  SightingRecord record;
  record.decision.event = rows.id<EventId>(row, 0);
  record.decision.outcome = outcome_of(rows, row, 1);
  if (!rows.is_null(row, 2))
    record.decision.person = PersonRef{rows.id<PersonId>(row, 2), rows.text(row, 3), rows.text(row, 4)};
  record.decision.similarity = rows.optional_real(row, 5);
  record.decision.runner_up = rows.optional_real(row, 6);
  record.decision.threshold = rows.real(row, 7);
  if (!rows.is_null(row, 8)) record.decision.attendance = rows.id<AttendanceId>(row, 8);
  record.decision.cooldown_until = rows.optional_time(row, 9);
  record.camera = CameraId{rows.text(row, 10)};
  record.model = ModelId{rows.text(row, 11)};
  record.captured_at = rows.time(row, 12);
  record.received_at = rows.time(row, 13);
  record.liveness = rows.optional_real(row, 14);
  record.quality = rows.optional_real(row, 15);
  return record;
}

// first, past and shift (a number of seconds) of each offset.
constexpr char kOffsets[] =
    "WITH offsets AS (SELECT first, past, make_interval(secs => seconds) AS shift "
    "FROM unnest($1::timestamptz[], $2::timestamptz[], $3::bigint[]) AS o (first, past, seconds)) ";
constexpr char kInRange[] =
    "FROM offsets JOIN sightings s ON s.organisation_id = $4 AND s.captured_at >= first "
    "AND s.captured_at < past WHERE ($5::text IS NULL OR s.camera_id = $5) ";
// The start of the local hour or day, as if local time were UTC; less the shift it is the time itself.
std::string local(const char* unit, const char* time) {
  return std::string("(date_trunc('") + unit + "', (" + time +
         " + shift) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')";
}

Parameters ranged(const TallyQuery& query) {
  std::vector<std::optional<Timestamp>> first;
  std::vector<std::optional<Timestamp>> past;
  std::vector<std::optional<std::int64_t>> seconds;
  for (const LocalOffset& each : query.offsets) {
    first.emplace_back(each.range.from);
    past.emplace_back(each.range.to);
    seconds.emplace_back(each.offset.count());
  }
  Parameters parameters;
  parameters.add_array(first).add_array(past).add_array(seconds).add(query.organisation);
  if (query.camera)
    parameters.add(query.camera->value);
  else
    parameters.add_null();
  return parameters;
}

Parameters plain(const TallyQuery& query) {
  Parameters parameters;
  parameters.add(query.organisation).add(query.range.from).add(query.range.to);
  if (query.camera)
    parameters.add(query.camera->value);
  else
    parameters.add_null();
  return parameters;
}

std::vector<Command> questions(const TallyQuery& query) {
  const std::string with = kOffsets;
  const std::string in_range = kInRange;
  std::vector<Command> commands;
  commands.push_back({"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"});
  commands.push_back({"SELECT count(*) FROM persons WHERE organisation_id = $1 AND deleted_at IS NULL",
                      Parameters().add(query.organisation)});
  commands.push_back(
      {"SELECT count(DISTINCT person_id) FROM attendance WHERE organisation_id = $1 "
       "AND captured_at >= $2 AND captured_at < $3 AND ($4::text IS NULL OR camera_id = $4)",
       plain(query)});
  commands.push_back({with + "SELECT " + local("hour", "s.captured_at") +
                          " - shift, s.camera_id, s.outcome, count(*) " + in_range +
                          "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
                      ranged(query)});
  // A day in which the clocks change has two offsets; a person's first record of it is still one.
  commands.push_back(
      {with + "SELECT " + local("hour", "earliest") + " - shift, day, count(*) FROM (SELECT " +
           local("day", "a.captured_at") +
           " AS day, min(a.captured_at) AS earliest "
           "FROM offsets JOIN attendance a ON a.organisation_id = $4 AND a.captured_at >= first "
           "AND a.captured_at < past WHERE ($5::text IS NULL OR a.camera_id = $5) "
           "GROUP BY a.person_id, 1) AS days "
           "JOIN offsets ON earliest >= first AND earliest < past GROUP BY 1, 2 ORDER BY 1, 2",
       ranged(query)});
  // A similarity is a float, so that 0.7 lies a little below 0.7.
  commands.push_back({with +
                          "SELECT floor((s.similarity::float8 + 1) * 50 + 0.0001)::bigint, "
                          "count(*) FILTER (WHERE s.outcome IN ('marked', 'cooldown')), "
                          "count(*) FILTER (WHERE s.outcome IN ('unknown', 'ambiguous')) " +
                          in_range +
                          "AND s.similarity IS NOT NULL AND s.outcome <> 'spoof' GROUP BY 1 ORDER BY 1",
                      ranged(query)});
  commands.push_back({with + "SELECT DISTINCT s.threshold " + in_range + "ORDER BY 1", ranged(query)});
  commands.push_back({with +
                          "SELECT floor(extract(epoch FROM s.received_at - s.captured_at) * 1000)::bigint, "
                          "count(*) " +
                          in_range +
                          "AND s.received_at >= s.captured_at AND s.received_at <= s.captured_at + "
                          "make_interval(secs => $6::bigint) GROUP BY 1 ORDER BY 1",
                      ranged(query).add(std::int64_t{kLiveDelay.count()})});
  commands.push_back(
      {"SELECT camera_id, starts, ends FROM camera_coverage WHERE organisation_id = $1 "
       "AND ends > $2 AND starts < $3 AND ($4::text IS NULL OR camera_id = $4) "
       "ORDER BY camera_id, ends",
       plain(query)});
  return commands;
}

}  // namespace

Task<Result<Page<SightingRecord>>> sightings(Connection& connection, const SightingQuery& query) {
  std::optional<store::AttendanceCursor> cursor;
  if (query.page.cursor) {
    const auto parsed = store::parse_attendance_cursor(*query.page.cursor);
    if (!parsed) co_return parsed.error();
    cursor = *parsed;
  }
  std::string sql =
      "SELECT s.event_id, s.outcome, s.person_id, coalesce(p.code, ''), coalesce(p.name, ''), s.similarity, "
      "s.runner_up, s.threshold, s.attendance_id, s.cooldown_until, s.camera_id, s.model, s.captured_at, "
      "s.received_at, s.liveness, s.quality "
      "FROM sightings s LEFT JOIN persons p ON p.id = s.person_id WHERE s.organisation_id = $1";
  Parameters parameters;
  parameters.add(query.organisation);
  const auto next = [&parameters] { return "$" + std::to_string(parameters.size() + 1); };
  if (query.outcome) {
    sql += " AND s.outcome = " + next();
    parameters.add(to_string(*query.outcome));
  }
  if (query.camera) {
    sql += " AND s.camera_id = " + next();
    parameters.add(query.camera->value);
  }
  if (query.from) {
    sql += " AND s.captured_at >= " + next();
    parameters.add(*query.from);
  }
  if (query.to) {
    sql += " AND s.captured_at < " + next();
    parameters.add(*query.to);
  }
  if (cursor) {
    sql += " AND (s.captured_at, s.event_id) < (" + next();
    parameters.add(cursor->captured_at);
    sql += ", " + next() + ")";
    parameters.add(cursor->event);
  }
  sql += " ORDER BY s.captured_at DESC, s.event_id DESC LIMIT " + next();
  parameters.add(static_cast<std::int64_t>(query.page.limit) + 1);

  std::vector<Command> commands;
  commands.push_back({std::move(sql), std::move(parameters)});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  const Rows& rows = answers->front();
  Page<SightingRecord> page;
  for (int i = 0; i < rows.size(); ++i) {
    if (page.items.size() == query.page.limit) {
      const SightingRecord& last = page.items.back();
      page.next_cursor = store::to_text(store::AttendanceCursor{last.captured_at, last.decision.event});
      break;
    }
    page.items.push_back(sighting_row(rows, i));
  }
  co_return std::move(page);
}

Task<Result<Tallies>> tallies(Connection& connection, const TallyQuery& query) {
  auto running = connection.run(questions(query));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  Tallies found;
  found.enrolled = answers->at(1).integer(0, 0);
  found.present = answers->at(2).integer(0, 0);
  const Rows& hours = answers->at(3);
  for (int i = 0; i < hours.size(); ++i)
    found.hours.push_back(
        {hours.time(i, 0), CameraId{hours.text(i, 1)}, outcome_of(hours, i, 2), hours.integer(i, 3)});
  const Rows& arrivals = answers->at(4);
  for (int i = 0; i < arrivals.size(); ++i)
    found.arrivals.push_back({arrivals.time(i, 0), arrivals.time(i, 1), arrivals.integer(i, 2)});
  const Rows& bins = answers->at(5);
  for (int i = 0; i < bins.size(); ++i)
    found.bins.push_back({bins.integer(i, 0), bins.integer(i, 1), bins.integer(i, 2)});
  const Rows& thresholds = answers->at(6);
  for (int i = 0; i < thresholds.size(); ++i) found.thresholds.push_back(thresholds.real(i, 0));
  const Rows& delays = answers->at(7);
  for (int i = 0; i < delays.size(); ++i)
    found.delays.push_back({delays.integer(i, 0), delays.integer(i, 1)});
  const Rows& watched = answers->at(8);
  for (int i = 0; i < watched.size(); ++i)
    found.watched.push_back({CameraId{watched.text(i, 0)}, {watched.time(i, 1), watched.time(i, 2)}});
  co_return std::move(found);
}

}  // namespace sas::postgres
