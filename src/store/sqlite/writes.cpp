#include "store/sqlite/writes.h"

#include <algorithm>

#include <sqlite3.h>

#include "store/refusals.h"
#include "store/sqlite/reads.h"

namespace sas::sqlite {
namespace {

std::optional<Error> refuse_taken_code(Connection& connection, OrganisationId organisation,
                                       const std::string& code, PersonId except) {
  Query query(
      connection,
      "SELECT id FROM persons WHERE organisation_id = ? AND code = ? AND deleted_at IS NULL AND id <> ?",
      organisation, code, except);
  if (!query.next()) return std::nullopt;
  return store::duplicate_code(code, query.id<PersonId>(0));
}

void insert_face(Connection& connection, const FaceTemplate& face) {
  Query(connection,
        "INSERT INTO face_templates (id, organisation_id, person_id, model, quality, created_at, embedding) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        face.id, face.organisation, face.person, face.model, face.quality, face.created_at, face.embedding)
      .run();
}

struct KnownPerson {
  PersonRef ref;
  bool living = false;
};

std::optional<KnownPerson> known_person(Connection& connection, OrganisationId organisation, PersonId id) {
  Query query(connection,
              "SELECT code, name, deleted_at IS NULL FROM persons WHERE id = ? AND organisation_id = ?", id,
              organisation);
  if (!query.next()) return std::nullopt;
  return KnownPerson{{id, query.text(0), query.text(1)}, query.integer(2) != 0};
}

std::optional<Decision> stored_decision(Connection& connection, OrganisationId organisation, EventId event) {
  Query query(connection,
              "SELECT s.outcome, s.person_id, p.code, p.name, s.similarity, s.runner_up, s.threshold, "
              "s.attendance_id, s.cooldown_until "
              "FROM sightings s LEFT JOIN persons p ON p.id = s.person_id "
              "WHERE s.organisation_id = ? AND s.event_id = ?",
              organisation, event);
  if (!query.next()) return std::nullopt;
  Decision decision;
  decision.event = event;
  const auto outcome = parse_outcome(query.text(0));
  if (!outcome) throw SQLite::Exception("an outcome in it is none", SQLITE_CORRUPT);
  decision.outcome = *outcome;
  if (!query.is_null(1)) decision.person = PersonRef{query.id<PersonId>(1), query.text(2), query.text(3)};
  decision.similarity = query.optional_real(4);
  decision.runner_up = query.optional_real(5);
  decision.threshold = query.real(6);
  if (!query.is_null(7)) decision.attendance = query.id<AttendanceId>(7);
  decision.cooldown_until = query.optional_time(8);
  return decision;
}

// When the cooldown ends of the newest record of the person that is closer than `window`; the same rule as
// the trigger attendance_window.
std::optional<Timestamp> clashing_cooldown(Connection& connection, PersonId person, Timestamp captured_at,
                                           std::chrono::seconds window) {
  Query query(
      connection,
      "SELECT cooldown_until FROM attendance WHERE person_id = ? AND captured_at > ? AND captured_at < ? "
      "ORDER BY captured_at DESC LIMIT 1",
      person, captured_at - window, captured_at + window);
  if (!query.next()) return std::nullopt;
  return query.time(0);
}

}  // namespace

void CameraTally::add(OrganisationId organisation, const CameraId& camera, Timestamp received_at,
                      std::optional<std::chrono::microseconds> clock_skew) {
  const auto [entry, is_new] = cameras_.try_emplace({organisation, camera});
  Seen& seen = entry->second;
  seen.first_seen = is_new ? received_at : std::min(seen.first_seen, received_at);
  seen.last_seen = is_new ? received_at : std::max(seen.last_seen, received_at);
  if (clock_skew) seen.clock_skew = clock_skew;
  ++seen.events;
}

void CameraTally::write(Connection& connection) const {
  for (const auto& [key, seen] : cameras_) {
    std::optional<std::int64_t> skew;
    if (seen.clock_skew) skew = seen.clock_skew->count();
    Query(connection,
          "INSERT INTO cameras (organisation_id, id, first_seen, last_seen, clock_skew_us, events) "
          "VALUES (?1, ?2, ?3, ?4, coalesce(?5, 0), ?6) "
          "ON CONFLICT (organisation_id, id) DO UPDATE SET first_seen = min(first_seen, ?3), "
          "last_seen = max(last_seen, ?4), clock_skew_us = coalesce(?5, clock_skew_us), events = events + ?6",
          key.first, key.second, seen.first_seen, seen.last_seen, skew, seen.events)
        .run();
  }
}

Result<void> add_person(WriteContext& context, const Person& person, const std::vector<FaceTemplate>& faces) {
  if (auto refused = store::refuse_foreign_faces(person, faces)) return *refused;
  Connection& connection = context.connection;
  if (auto taken = refuse_taken_code(connection, person.organisation, person.code, person.id)) return *taken;
  Query(connection,
        "INSERT INTO persons (id, organisation_id, code, name, search_text, created_at, updated_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        person.id, person.organisation, person.code, person.name,
        store::search_text(context.folder, person.name, person.code), person.created_at, person.updated_at)
      .run();
  for (const FaceTemplate& face : faces) insert_face(connection, face);
  return {};
}

Result<Person> update_person(WriteContext& context, OrganisationId organisation, PersonId id,
                             const PersonChange& change, Timestamp now) {
  Connection& connection = context.connection;
  auto person = find_person(connection, organisation, id);
  if (!person) return store::person_not_found(id);
  if (change.code) {
    if (auto taken = refuse_taken_code(connection, organisation, *change.code, id)) return *taken;
    person->code = *change.code;
  }
  if (change.name) person->name = *change.name;
  person->updated_at = now;
  Query(connection, "UPDATE persons SET code = ?, name = ?, search_text = ?, updated_at = ? WHERE id = ?",
        person->code, person->name, store::search_text(context.folder, person->name, person->code), now, id)
      .run();
  return *person;
}

Result<void> remove_person(WriteContext& context, OrganisationId organisation, PersonId id, Timestamp now) {
  Query removal(context.connection,
                "UPDATE persons SET deleted_at = ?, updated_at = ? "
                "WHERE id = ? AND organisation_id = ? AND deleted_at IS NULL",
                now, now, id, organisation);
  if (removal.run() == 0) return store::person_not_found(id);
  Query(context.connection, "DELETE FROM face_templates WHERE person_id = ?", id).run();
  return {};
}

Result<void> add_face(WriteContext& context, const FaceTemplate& face) {
  const auto person = known_person(context.connection, face.organisation, face.person);
  if (!person || !person->living) return store::person_not_found(face.person);
  insert_face(context.connection, face);
  return {};
}

Result<void> remove_face(WriteContext& context, OrganisationId organisation, PersonId person, FaceId face) {
  Query removal(context.connection,
                "DELETE FROM face_templates WHERE id = ? AND person_id = ? AND organisation_id = ?", face,
                person, organisation);
  if (removal.run() == 0) return store::face_not_found(person, face);
  return {};
}

Result<Decision> record(WriteContext& context, const SightingRow& sighting, const Decision& proposed,
                        std::chrono::seconds window, std::chrono::microseconds live_within) {
  if (auto refused = store::refuse_incomplete(proposed, sighting.event, window)) return *refused;
  Connection& connection = context.connection;

  // That the event is new is nearly always so: it is looked up only where writing it shows otherwise.
  Decision decision = proposed;
  if (decision.person) {
    const auto person = known_person(connection, sighting.organisation, decision.person->id);
    if (!person || !person->living) {
      if (auto stored = stored_decision(connection, sighting.organisation, sighting.event)) return *stored;
      return store::person_not_found(decision.person->id);
    }
    decision.person = person->ref;
  }
  if (decision.outcome == Outcome::marked) {
    const auto clash = clashing_cooldown(connection, decision.person->id, sighting.captured_at, window);
    decision.cooldown_until = clash ? *clash : sighting.captured_at + window;
    if (clash) {
      decision.outcome = Outcome::cooldown;
      decision.attendance.reset();
    }
  }

  std::optional<PersonId> person;
  if (decision.person) person = decision.person->id;
  const int written =
      Query(connection,
            "INSERT INTO sightings (organisation_id, event_id, outcome, camera_id, model, person_id, "
            "attendance_id, similarity, runner_up, threshold, liveness, quality, captured_at, received_at, "
            "cooldown_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (organisation_id, event_id) DO NOTHING",
            sighting.organisation, sighting.event, to_string(decision.outcome), sighting.camera,
            sighting.model, person, decision.attendance, decision.similarity, decision.runner_up,
            decision.threshold, sighting.liveness, sighting.quality, sighting.captured_at,
            sighting.received_at, decision.cooldown_until)
          .run();
  if (written == 0) return stored_decision(connection, sighting.organisation, sighting.event).value();
  if (decision.attendance)
    Query(connection,
          "INSERT INTO attendance (organisation_id, event_id, id, person_id, camera_id, captured_at, "
          "cooldown_until) VALUES (?, ?, ?, ?, ?, ?, ?)",
          sighting.organisation, sighting.event, *decision.attendance, *person, sighting.camera,
          sighting.captured_at, *decision.cooldown_until)
        .run();

  const auto skew = clock_skew(sighting.captured_at, sighting.received_at, sighting.sent_at, live_within);
  context.cameras.add(sighting.organisation, sighting.camera, sighting.received_at, skew);
  return decision;
}

Result<void> heartbeat(WriteContext& context, const Heartbeat& said) {
  Connection& connection = context.connection;
  Query(connection,
        "INSERT INTO cameras (organisation_id, id, first_seen, last_seen, clock_skew_us, events) "
        "VALUES (?1, ?2, ?3, ?3, 0, 0) "
        "ON CONFLICT (organisation_id, id) DO UPDATE SET last_seen = max(last_seen, ?3)",
        said.organisation, said.camera, said.received_at)
      .run();
  Query(
      connection,
      "INSERT INTO camera_status (organisation_id, camera_id, heard_at, fps, outbox_waiting, outbox_oldest, "
      "software, model) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (organisation_id, camera_id) DO UPDATE SET heard_at = excluded.heard_at, "
      "fps = excluded.fps, outbox_waiting = excluded.outbox_waiting, outbox_oldest = excluded.outbox_oldest, "
      "software = excluded.software, model = excluded.model WHERE heard_at <= excluded.heard_at",
      said.organisation, said.camera, said.received_at, said.fps, said.outbox_waiting, said.outbox_oldest,
      said.software, said.model)
      .run();
  if (!said.watched || said.watched->from == said.watched->to) return {};
  // Everything that overlaps or touches the new interval becomes one with it.
  Interval joined = *said.watched;
  {
    Query touching(connection,
                   "SELECT min(starts), max(ends) FROM camera_coverage "
                   "WHERE organisation_id = ? AND camera_id = ? AND ends >= ? AND starts <= ?",
                   said.organisation, said.camera, said.watched->from, said.watched->to);
    if (touching.next() && !touching.is_null(0)) {
      joined.from = std::min(joined.from, touching.time(0));
      joined.to = std::max(joined.to, touching.time(1));
    }
  }
  Query(
      connection,
      "DELETE FROM camera_coverage WHERE organisation_id = ? AND camera_id = ? AND ends >= ? AND starts <= ?",
      said.organisation, said.camera, joined.from, joined.to)
      .run();
  Query(connection,
        "INSERT INTO camera_coverage (organisation_id, camera_id, starts, ends) VALUES (?, ?, ?, ?)",
        said.organisation, said.camera, joined.from, joined.to)
      .run();
  return {};
}

Result<void> touch(WriteContext& context) {
  Query(context.connection,
        "INSERT INTO readiness (id, checks) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET checks = checks + 1")
      .run();
  return {};
}

}  // namespace sas::sqlite
