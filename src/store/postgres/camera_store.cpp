#include "store/postgres/camera_store.h"

#include <optional>
#include <string_view>
#include <utility>

#include "store/log_queries.h"
#include "store/postgres/feed.h"
#include "store/postgres/statements.h"
#include "store/refusals.h"

namespace sas::store::postgres {
namespace {

Task<Result<void>> heartbeat(Connection& connection, const Caller& caller, const Heartbeat& said) {
  std::vector<Command> commands;
  // First, so that concurrent heartbeats of one camera wait for this row. xmax is 0 if the row is new.
  Command seen;
  seen.parameters.add(caller.organisation).add(said.camera.value).add(said.received_at);
  seen.sql =
      "WITH seen AS (INSERT INTO cameras AS c (organisation_id, id, first_seen, last_seen, events) "
      "VALUES ($1, $2, $3, $3, 0) "
      "ON CONFLICT (organisation_id, id) DO UPDATE SET last_seen = greatest(c.last_seen, $3) RETURNING xmax "
      "= 0 AS is_new) ";
  seen.sql += insert_entry(seen.parameters, caller, said.received_at, FeedEntry::Kind::camera_added,
                           {.camera = said.camera}, " FROM seen WHERE is_new");
  commands.push_back(std::move(seen));
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
           .add(caller.organisation)
           .add(said.camera.value)
           .add(said.received_at)
           .add(said.fps)
           .add(said.outbox_waiting)
           .add(said.outbox_oldest)
           .add(software)
           .add(model)});
  // Merges the new interval with all that overlap or touch it.
  if (said.watched && said.watched->from < said.watched->to)
    commands.push_back(
        {"WITH touching AS (DELETE FROM camera_coverage WHERE organisation_id = $1 AND camera_id = $2 "
         "AND ends >= $3 AND starts <= $4 RETURNING starts, ends) "
         "INSERT INTO camera_coverage (organisation_id, camera_id, starts, ends) "
         "SELECT $1, $2, least($3, min(starts)), greatest($4, max(ends)) FROM touching",
         Parameters()
             .add(caller.organisation)
             .add(said.camera.value)
             .add(said.watched->from)
             .add(said.watched->to)});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  co_return Result<void>{};
}

Task<Result<std::vector<Camera>>> read_cameras(Connection& connection, OrganisationId organisation) {
  auto asking = ask(connection, command_of(store::all_cameras(organisation)));
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  std::vector<Camera> found;
  found.reserve(static_cast<std::size_t>(rows->size()));
  for (int i = 0; i < rows->size(); ++i) found.push_back(store::read_camera(rows->row(i)));
  co_return std::move(found);
}

Task<Result<Camera>> change_camera(Connection& connection, OrganisationId organisation,
                                   const CameraId& camera, const CameraChange& change, Timestamp now) {
  std::vector<Command> commands;
  if (change.name || change.direction || change.retired)
    commands.push_back(command_of(store::update_camera(organisation, camera, change, now)));
  commands.push_back(command_of(store::one_camera(organisation, camera)));
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  const Rows& rows = answers->back();
  if (rows.empty()) co_return store::camera_not_found(camera);
  co_return store::read_camera(rows.row(0));
}

Task<Result<void>> delete_camera(Connection& connection, OrganisationId organisation,
                                 const CameraId& camera) {
  const auto of_camera = [&](const char* sql) {
    return Command{sql, Parameters().add(organisation).add(camera.value)};
  };
  std::vector<Command> commands;
  // First: an event that arrives now waits, and then makes the camera anew.
  commands.push_back(
      of_camera("DELETE FROM cameras WHERE organisation_id = $1 AND id = $2 AND events = 0 RETURNING id"));
  commands.push_back(of_camera("SELECT id FROM cameras WHERE organisation_id = $1 AND id = $2"));
  for (const char* sql :
       {"DELETE FROM camera_coverage c WHERE organisation_id = $1 AND camera_id = $2 AND NOT EXISTS ("
        "SELECT FROM cameras WHERE organisation_id = c.organisation_id AND id = c.camera_id)",
        "DELETE FROM camera_status c WHERE organisation_id = $1 AND camera_id = $2 AND NOT EXISTS ("
        "SELECT FROM cameras WHERE organisation_id = c.organisation_id AND id = c.camera_id)"})
    commands.push_back(of_camera(sql));
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  if (!answers->at(0).empty()) co_return Result<void>{};
  if (answers->at(1).empty()) co_return store::camera_not_found(camera);
  co_return store::camera_has_events(camera);
}

}  // namespace

Task<Result<void>> PostgresCameraStore::heartbeat(const Caller& caller, Heartbeat heartbeat) {
  // Idempotent, so it may be repeated.
  return pool_.with<void>(
      [&caller, heartbeat = std::move(heartbeat)](Connection& connection) {
        return postgres::heartbeat(connection, caller, heartbeat);
      },
      Repeat::if_lost);
}

Task<Result<std::vector<Camera>>> PostgresCameraStore::cameras(OrganisationId organisation) {
  return pool_.with<std::vector<Camera>>(
      [organisation](Connection& connection) { return read_cameras(connection, organisation); },
      Repeat::if_lost);
}

Task<Result<Camera>> PostgresCameraStore::update_camera(const Caller& caller, CameraId camera,
                                                        CameraChange change, Timestamp now) {
  return pool_.with<Camera>(
      [organisation = caller.organisation, camera = std::move(camera), change = std::move(change),
       now](Connection& connection) { return change_camera(connection, organisation, camera, change, now); },
      Repeat::if_lost);
}

Task<Result<void>> PostgresCameraStore::remove_camera(const Caller& caller, CameraId camera) {
  return pool_.with<void>(
      [organisation = caller.organisation, camera = std::move(camera)](Connection& connection) {
        return delete_camera(connection, organisation, camera);
      });
}

}  // namespace sas::store::postgres
