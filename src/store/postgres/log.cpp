#include "store/postgres/log.h"

#include <optional>
#include <string>
#include <utility>

#include "store/cursor.h"
#include "store/refusals.h"

namespace sas::postgres {
namespace {

// Whom the filter of the log names: an id, or a code; of several who have had that code the living one, else
// the one removed last.
Task<Result<std::optional<PersonId>>> named_person(Connection& connection, OrganisationId organisation,
                                                   std::string id_or_code) {
  std::vector<Command> commands;
  const auto id = PersonId::parse(id_or_code);
  if (id)
    commands.push_back({"SELECT id FROM persons WHERE id = $1 AND organisation_id = $2",
                        Parameters().add(*id).add(organisation)});
  commands.push_back(
      {"SELECT id FROM persons WHERE organisation_id = $1 AND code = $2 "
       "ORDER BY deleted_at IS NOT NULL, deleted_at DESC LIMIT 1",
       Parameters().add(organisation).add(id_or_code)});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  for (const Rows& rows : *answers)
    if (!rows.empty()) co_return std::optional(rows.id<PersonId>(0, 0));
  co_return std::optional<PersonId>();
}

constexpr char kAttendance[] =
    "SELECT a.id, a.event_id, a.person_id, coalesce(p.code, ''), coalesce(p.name, ''), a.camera_id, "
    "coalesce(s.model, ''), a.captured_at, coalesce(s.received_at, a.captured_at), "
    "coalesce(s.similarity, 0::real), s.runner_up, coalesce(s.threshold, 0::real), s.liveness, s.quality "
    "FROM attendance a "
    // LEFT: a record is shown even where a mended table has lost what explains it.
    "LEFT JOIN persons p ON p.id = a.person_id "
    "LEFT JOIN sightings s ON s.organisation_id = a.organisation_id AND s.event_id = a.event_id";

AttendanceRecord record_row(const Rows& rows, int row) {
  AttendanceRecord record;
  record.id = rows.id<AttendanceId>(row, 0);
  record.event = rows.id<EventId>(row, 1);
  record.person = {rows.id<PersonId>(row, 2), rows.text(row, 3), rows.text(row, 4)};
  record.camera = CameraId{rows.text(row, 5)};
  record.model = ModelId{rows.text(row, 6)};
  record.captured_at = rows.time(row, 7);
  record.received_at = rows.time(row, 8);
  record.similarity = rows.real(row, 9);
  record.runner_up = rows.optional_real(row, 10);
  record.threshold = rows.real(row, 11);
  record.liveness = rows.optional_real(row, 12);
  record.quality = rows.optional_real(row, 13);
  return record;
}

}  // namespace

Task<Result<Page<AttendanceRecord>>> attendance(Connection& connection, const AttendanceQuery& query) {
  std::optional<store::AttendanceCursor> cursor;
  if (query.page.cursor) {
    const auto parsed = store::parse_attendance_cursor(*query.page.cursor);
    if (!parsed) co_return parsed.error();
    cursor = *parsed;
  }
  Page<AttendanceRecord> page;
  std::optional<PersonId> person;
  if (query.person) {
    auto naming = named_person(connection, query.organisation, *query.person);
    const auto named = co_await std::move(naming);
    if (!named) co_return named.error();
    if (!*named) co_return std::move(page);
    person = *named;
  }

  // Only the conditions that are asked for, so that the index which fits them is taken: at most 32 texts.
  std::string sql = std::string(kAttendance) + " WHERE a.organisation_id = $1";
  Parameters parameters;
  parameters.add(query.organisation);
  const auto next = [&parameters] { return "$" + std::to_string(parameters.size() + 1); };
  if (person) {
    sql += " AND a.person_id = " + next();
    parameters.add(*person);
  }
  if (query.camera) {
    sql += " AND a.camera_id = " + next();
    parameters.add(query.camera->value);
  }
  if (query.from) {
    sql += " AND a.captured_at >= " + next();
    parameters.add(*query.from);
  }
  if (query.to) {
    sql += " AND a.captured_at < " + next();
    parameters.add(*query.to);
  }
  if (cursor) {
    sql += " AND (a.captured_at, a.event_id) < (" + next();
    parameters.add(cursor->captured_at);
    sql += ", " + next() + ")";
    parameters.add(cursor->event);
  }
  sql += " ORDER BY a.captured_at DESC, a.event_id DESC LIMIT " + next();
  parameters.add(static_cast<std::int64_t>(query.page.limit) + 1);

  std::vector<Command> commands;
  commands.push_back({std::move(sql), std::move(parameters)});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  const Rows& rows = answers->front();
  for (int i = 0; i < rows.size(); ++i) {
    if (page.items.size() == query.page.limit) {
      const AttendanceRecord& last = page.items.back();
      page.next_cursor = store::to_text(store::AttendanceCursor{last.captured_at, last.event});
      break;
    }
    page.items.push_back(record_row(rows, i));
  }
  co_return std::move(page);
}

Task<Result<AttendanceRecord>> attendance_record(Connection& connection, OrganisationId organisation,
                                                 AttendanceId id) {
  std::vector<Command> commands;
  commands.push_back({std::string(kAttendance) + " WHERE a.organisation_id = $1 AND a.id = $2",
                      Parameters().add(organisation).add(id)});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  if (answers->front().empty()) co_return store::attendance_not_found(id);
  co_return record_row(answers->front(), 0);
}

Task<Result<void>> heartbeat(Connection& connection, const Heartbeat& said) {
  std::vector<Command> commands;
  // First, and so the row that heartbeats of one camera wait for.
  commands.push_back(
      {"INSERT INTO cameras AS c (organisation_id, id, first_seen, last_seen, events) VALUES ($1, $2, $3, "
       "$3, 0) "
       "ON CONFLICT (organisation_id, id) DO UPDATE SET last_seen = greatest(c.last_seen, $3)",
       Parameters().add(said.organisation).add(said.camera.value).add(said.received_at)});
  std::optional<std::string_view> software;
  if (said.software) software = *said.software;
  std::optional<std::string_view> model;
  if (said.model) model = *said.model;
  commands.push_back(
      {"INSERT INTO camera_status AS s (organisation_id, camera_id, heard_at, fps, outbox_waiting, "
       "outbox_oldest, software, model) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
       "ON CONFLICT (organisation_id, camera_id) DO UPDATE SET heard_at = excluded.heard_at, "
       "fps = excluded.fps, outbox_waiting = excluded.outbox_waiting, outbox_oldest = "
       "excluded.outbox_oldest, "
       "software = excluded.software, model = excluded.model WHERE s.heard_at <= excluded.heard_at",
       Parameters()
           .add(said.organisation)
           .add(said.camera.value)
           .add(said.received_at)
           .add(said.fps)
           .add(said.outbox_waiting)
           .add(said.outbox_oldest)
           .add(software)
           .add(model)});
  // Everything that overlaps or touches the new interval becomes one with it.
  if (said.watched && said.watched->from < said.watched->to)
    commands.push_back(
        {"WITH touching AS (DELETE FROM camera_coverage WHERE organisation_id = $1 AND camera_id = $2 "
         "AND ends >= $3 AND starts <= $4 RETURNING starts, ends) "
         "INSERT INTO camera_coverage (organisation_id, camera_id, starts, ends) "
         "SELECT $1, $2, least($3, min(starts)), greatest($4, max(ends)) FROM touching",
         Parameters()
             .add(said.organisation)
             .add(said.camera.value)
             .add(said.watched->from)
             .add(said.watched->to)});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  co_return Result<void>{};
}

Task<Result<std::vector<ActiveMark>>> active_marks(Connection& connection, Timestamp now) {
  // A scan of the whole log, once at start: an index for it would be paid for by every mark.
  std::vector<Command> commands;
  commands.push_back({"SELECT set_config('enable_seqscan', 'on', true)"});
  commands.push_back(
      {"SELECT person_id, event_id, captured_at, cooldown_until FROM attendance WHERE cooldown_until > $1",
       Parameters().add(now), /*prepare=*/false});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  const Rows& rows = answers->back();
  std::vector<ActiveMark> marks;
  marks.reserve(static_cast<std::size_t>(rows.size()));
  for (int i = 0; i < rows.size(); ++i)
    marks.push_back({rows.id<PersonId>(i, 0), rows.id<EventId>(i, 1), rows.time(i, 2), rows.time(i, 3)});
  co_return std::move(marks);
}

Task<Result<std::vector<Camera>>> cameras(Connection& connection, OrganisationId organisation) {
  std::vector<Command> commands;
  commands.push_back(
      {"SELECT c.id, c.first_seen, c.last_seen, coalesce(c.clock_skew_us, 0), c.events, s.fps, "
       "s.outbox_waiting, s.outbox_oldest, s.software, s.model FROM cameras c LEFT JOIN camera_status s "
       "ON s.organisation_id = c.organisation_id AND s.camera_id = c.id "
       "WHERE c.organisation_id = $1 ORDER BY c.id",
       Parameters().add(organisation)});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  const Rows& rows = answers->front();
  std::vector<Camera> found;
  for (int i = 0; i < rows.size(); ++i) {
    Camera camera{CameraId{rows.text(i, 0)}, rows.time(i, 1), rows.time(i, 2),
                  std::chrono::microseconds{rows.integer(i, 3)}, rows.integer(i, 4)};
    camera.fps = rows.optional_real(i, 5);
    if (!rows.is_null(i, 6)) camera.outbox_waiting = rows.integer(i, 6);
    camera.outbox_oldest = rows.optional_time(i, 7);
    if (!rows.is_null(i, 8)) camera.software = rows.text(i, 8);
    if (!rows.is_null(i, 9)) camera.model = rows.text(i, 9);
    found.push_back(std::move(camera));
  }
  co_return std::move(found);
}

Task<Result<void>> touch(Connection& connection) {
  std::vector<Command> commands;
  commands.push_back(
      {"INSERT INTO readiness AS r (id, checks) VALUES (1, 1) "
       "ON CONFLICT (id) DO UPDATE SET checks = r.checks + 1 RETURNING checks"});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  co_return Result<void>{};
}

}  // namespace sas::postgres
