#include "store/sqlite/camera_store.h"

#include <algorithm>
#include <utility>

#include "store/log_queries.h"
#include "store/refusals.h"

namespace sas::store::sqlite {
namespace {

Result<void> heartbeat(WriteContext& context, const Subject& subject, OrganisationId organisation,
                       const Heartbeat& said) {
  Connection& connection = context.connection;
  if (Query(connection,
            "UPDATE cameras SET last_seen = max(last_seen, ?3) WHERE organisation_id = ?1 AND id = ?2",
            organisation, said.camera, said.received_at)
          .run() == 0) {
    Query(connection,
          "INSERT INTO cameras (organisation_id, id, first_seen, last_seen, clock_skew_us, events) "
          "VALUES (?1, ?2, ?3, ?3, 0, 0)",
          organisation, said.camera, said.received_at)
        .run();
    context.feed.add(connection, {.organisation = organisation,
                                  .at = said.received_at,
                                  .kind = FeedEntry::Kind::camera_added,
                                  .subject = subject,
                                  .camera = said.camera});
  }
  Query(
      connection,
      "INSERT INTO camera_status (organisation_id, camera_id, heard_at, fps, outbox_waiting, outbox_oldest, "
      "software, model) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (organisation_id, camera_id) DO UPDATE SET heard_at = excluded.heard_at, "
      "fps = excluded.fps, outbox_waiting = excluded.outbox_waiting, outbox_oldest = excluded.outbox_oldest, "
      "software = excluded.software, model = excluded.model WHERE heard_at <= excluded.heard_at",
      organisation, said.camera, said.received_at, said.fps, said.outbox_waiting, said.outbox_oldest,
      said.software, said.model)
      .run();
  if (!said.watched || said.watched->from == said.watched->to) return {};
  // Merges the new interval with all that overlap or touch it.
  Interval joined = *said.watched;
  {
    Query touching(connection,
                   "SELECT min(starts), max(ends) FROM camera_coverage "
                   "WHERE organisation_id = ? AND camera_id = ? AND ends >= ? AND starts <= ?",
                   organisation, said.camera, said.watched->from, said.watched->to);
    if (touching.next() && !touching.is_null(0)) {
      joined.from = std::min(joined.from, touching.time(0));
      joined.to = std::max(joined.to, touching.time(1));
    }
  }
  Query(
      connection,
      "DELETE FROM camera_coverage WHERE organisation_id = ? AND camera_id = ? AND ends >= ? AND starts <= ?",
      organisation, said.camera, joined.from, joined.to)
      .run();
  Query(connection,
        "INSERT INTO camera_coverage (organisation_id, camera_id, starts, ends) VALUES (?, ?, ?, ?)",
        organisation, said.camera, joined.from, joined.to)
      .run();
  return {};
}

Result<std::vector<Camera>> cameras(Connection& connection, OrganisationId organisation) {
  Query rows(connection, store::all_cameras(organisation));
  std::vector<Camera> found;
  while (rows.next()) found.push_back(store::read_camera(rows));
  return found;
}

Result<Camera> update_camera(Connection& connection, OrganisationId organisation, const CameraId& camera,
                             const CameraChange& change, Timestamp now) {
  const bool changes = change.name || change.direction || change.retired;
  if (changes) Query(connection, store::update_camera(organisation, camera, change, now)).run();
  Query row(connection, store::one_camera(organisation, camera));
  if (!row.next()) return store::camera_not_found(camera);
  return store::read_camera(row);
}

Result<void> remove_camera(Connection& connection, OrganisationId organisation, const CameraId& camera) {
  {
    Query row(connection, "SELECT events FROM cameras WHERE organisation_id = ? AND id = ?", organisation,
              camera);
    if (!row.next()) return store::camera_not_found(camera);
    if (row.integer(0) > 0) return store::camera_has_events(camera);
  }
  for (const char* sql : {"DELETE FROM camera_coverage WHERE organisation_id = ? AND camera_id = ?",
                          "DELETE FROM camera_status WHERE organisation_id = ? AND camera_id = ?",
                          "DELETE FROM cameras WHERE organisation_id = ? AND id = ?"})
    Query(connection, sql, organisation, camera).run();
  return {};
}

}  // namespace

Task<Result<void>> SqliteCameraStore::heartbeat(const Caller& caller, Heartbeat heartbeat) {
  return database_.write<void>([subject = caller.subject, organisation = caller.organisation,
                                heartbeat = std::move(heartbeat)](WriteContext& context) {
    return sqlite::heartbeat(context, subject, organisation, heartbeat);
  });
}

Task<Result<std::vector<Camera>>> SqliteCameraStore::cameras(OrganisationId organisation) {
  return database_.read<std::vector<Camera>>(
      [organisation](Connection& connection) { return sqlite::cameras(connection, organisation); });
}

Task<Result<Camera>> SqliteCameraStore::update_camera(const Caller& caller, CameraId camera,
                                                      CameraChange change, Timestamp now) {
  return database_.write<Camera>([organisation = caller.organisation, camera = std::move(camera),
                                  change = std::move(change), now](WriteContext& context) {
    return sqlite::update_camera(context.connection, organisation, camera, change, now);
  });
}

Task<Result<void>> SqliteCameraStore::remove_camera(const Caller& caller, CameraId camera) {
  return database_.write<void>(
      [organisation = caller.organisation, camera = std::move(camera)](WriteContext& context) {
        return sqlite::remove_camera(context.connection, organisation, camera);
      });
}

}  // namespace sas::store::sqlite
