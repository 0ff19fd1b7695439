#include "store/sqlite/camera_store.h"

#include <algorithm>
#include <utility>

#include "store/log_queries.h"

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

}  // namespace sas::store::sqlite
