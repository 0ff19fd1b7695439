#include "store/sqlite/write_context.h"

#include <algorithm>

namespace sas::store::sqlite {

void FeedTally::add(Connection& connection, const FeedRow& row) {
  Query(connection,
        "INSERT INTO feed (organisation_id, at, kind, subject_kind, subject, event_id, person_id, face_id, "
        "camera_id) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.organisation, row.at, to_string(row.kind), to_string(row.subject.kind), row.subject.id, row.event,
        row.person, row.face, row.camera)
      .run();
  any_ = true;
}

void CameraTally::add(OrganisationId organisation, const CameraId& camera, Timestamp received_at,
                      std::optional<std::chrono::microseconds> clock_skew, const Subject& subject) {
  const auto [entry, is_new] = cameras_.try_emplace({organisation, camera});
  Seen& seen = entry->second;
  seen.first_seen = is_new ? received_at : std::min(seen.first_seen, received_at);
  seen.last_seen = is_new ? received_at : std::max(seen.last_seen, received_at);
  if (is_new) seen.subject = subject;
  if (clock_skew) seen.clock_skew = clock_skew;
  ++seen.events;
}

void CameraTally::write(Connection& connection, FeedTally& feed) const {
  for (const auto& [key, seen] : cameras_) {
    std::optional<std::int64_t> skew;
    if (seen.clock_skew) skew = seen.clock_skew->count();
    const int updated =
        Query(connection,
              "UPDATE cameras SET first_seen = min(first_seen, ?3), last_seen = max(last_seen, ?4), "
              "clock_skew_us = coalesce(?5, clock_skew_us), events = events + ?6 WHERE organisation_id = ?1 "
              "AND id = ?2",
              key.first, key.second, seen.first_seen, seen.last_seen, skew, seen.events)
            .run();
    if (updated > 0) continue;
    Query(connection,
          "INSERT INTO cameras (organisation_id, id, first_seen, last_seen, clock_skew_us, events) "
          "VALUES (?1, ?2, ?3, ?4, coalesce(?5, 0), ?6)",
          key.first, key.second, seen.first_seen, seen.last_seen, skew, seen.events)
        .run();
    feed.add(connection, {.organisation = key.first,
                          .at = seen.first_seen,
                          .kind = FeedEntry::Kind::camera_added,
                          .subject = seen.subject,
                          .camera = key.second});
  }
}

}  // namespace sas::store::sqlite
