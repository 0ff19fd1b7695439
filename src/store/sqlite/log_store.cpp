#include "store/sqlite/log_store.h"

#include <utility>

#include <sqlite3.h>

#include "store/log_queries.h"
#include "store/refusals.h"
#include "store/sqlite/tally.h"

namespace sas::store::sqlite {
namespace {

struct KnownPerson {
  PersonRef ref;
  bool living = false;
};

std::string score_parameters() {
  std::string parameters;
  for (std::size_t i = 0; i < kFaceScores.size(); ++i) parameters += ", ?";
  return parameters;
}

const std::string kInsertSighting =
    "INSERT INTO sightings (organisation_id, event_id, outcome, camera_id, model, person_id, attendance_id, "
    "similarity, runner_up, threshold, captured_at, received_at, cooldown_until, score, threshold_source, "
    "fingerprint" +
    store::score_columns("") + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?" +
    score_parameters() + ") ON CONFLICT (organisation_id, event_id) DO NOTHING";

std::optional<KnownPerson> known_person(Connection& connection, OrganisationId organisation, PersonId id) {
  Query query(connection,
              "SELECT code, name, deleted_at IS NULL FROM persons WHERE id = ? AND organisation_id = ?", id,
              organisation);
  if (!query.next()) return std::nullopt;
  return KnownPerson{{id, query.text(0), query.text(1)}, query.integer(2) != 0};
}

// The database's own; if it was lost, a new one.
FingerprintKey fingerprint_key(Connection& connection) {
  if (Query(connection,
            "INSERT OR IGNORE INTO event_key (id, first, last) VALUES (1, randomblob(16), randomblob(16))")
          .run() > 0)
    Query(connection, "UPDATE sightings SET fingerprint = NULL WHERE fingerprint IS NOT NULL").run();
  Query query(connection, "SELECT first, last FROM event_key WHERE id = 1");
  if (!query.next()) throw SQLite::Exception("the key of the events is missing", SQLITE_CORRUPT);
  return {query.uuid(0), query.uuid(1)};
}

// The stored decision of an event that exists; event_id_reused if it had another fingerprint. None: no such event.
std::optional<Result<Decision>> stored_decision(Connection& connection, OrganisationId organisation,
                                                EventId event, const std::optional<Uuid>& fingerprint) {
  Query query(connection,
              "SELECT s.outcome, s.person_id, p.code, p.name, s.similarity, s.runner_up, s.threshold, "
              "s.attendance_id, s.cooldown_until, s.score, s.threshold_source, s.fingerprint "
              "FROM sightings s LEFT JOIN persons p ON p.id = s.person_id "
              "WHERE s.organisation_id = ? AND s.event_id = ?",
              organisation, event);
  if (!query.next()) return std::nullopt;
  std::optional<Uuid> stored;
  if (!query.is_null(11)) stored = query.uuid(11);
  if (auto refused = store::refuse_reused(event, stored, fingerprint)) return std::move(*refused);
  Decision decision;
  decision.event = event;
  decision.outcome = outcome_of(query.text(0));
  if (!query.is_null(1)) decision.person = PersonRef{query.id<PersonId>(1), query.text(2), query.text(3)};
  decision.similarity = query.optional_real(4);
  decision.runner_up = query.optional_real(5);
  decision.threshold = query.real(6);
  if (!query.is_null(7)) decision.attendance = query.id<AttendanceId>(7);
  decision.cooldown_until = query.optional_time(8);
  decision.score = query.optional_real(9);
  decision.threshold_source = store::read_source(query, 10);
  return decision;
}

// The cooldown end of the person's newest record within `window` of `captured_at`, if any. Same rule as the
// trigger attendance_window.
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

// `live_within`: see SqliteOptions.
Result<Decision> record(WriteContext& context, const Subject& subject, const Sighting& sighting,
                        const std::optional<Uuid>& fingerprint, const Decision& proposed,
                        std::chrono::seconds window, std::chrono::microseconds live_within) {
  if (auto refused = store::refuse_incomplete(proposed, sighting.event, window)) return *refused;
  Connection& connection = context.connection;

  // Events are almost always new, so an existing one is looked up only after the insert has found it.
  Decision decision = proposed;
  if (decision.person) {
    const auto person = known_person(connection, sighting.organisation, decision.person->id);
    if (!person || !person->living) {
      if (auto stored = stored_decision(connection, sighting.organisation, sighting.event, fingerprint))
        return std::move(*stored);
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
  std::optional<std::string_view> source;
  if (decision.threshold_source) source = to_string(*decision.threshold_source);
  const int written =
      Query(connection, kInsertSighting, sighting.organisation, sighting.event, to_string(decision.outcome),
            sighting.camera, sighting.model, person, decision.attendance, decision.similarity,
            decision.runner_up, decision.threshold, sighting.captured_at, sighting.received_at,
            decision.cooldown_until, decision.score, source, fingerprint, sighting.scores)
          .run();
  if (written == 0)
    return stored_decision(connection, sighting.organisation, sighting.event, fingerprint).value();
  if (decision.attendance)
    Query(connection,
          "INSERT INTO attendance (organisation_id, event_id, id, person_id, camera_id, captured_at, "
          "cooldown_until) VALUES (?, ?, ?, ?, ?, ?, ?)",
          sighting.organisation, sighting.event, *decision.attendance, *person, sighting.camera,
          sighting.captured_at, *decision.cooldown_until)
        .run();

  const auto skew = clock_skew(sighting.captured_at, sighting.received_at, sighting.sent_at, live_within);
  context.cameras.add(sighting.organisation, sighting.camera, sighting.received_at, skew, subject);
  context.feed.add(connection, {.organisation = sighting.organisation,
                                .at = sighting.received_at,
                                .kind = FeedEntry::Kind::decision,
                                .subject = subject,
                                .event = sighting.event});
  return decision;
}

Result<Page<AttendanceRecord>> attendance(Connection& connection, const AttendanceQuery& query) {
  Page<AttendanceRecord> page;
  std::optional<PersonId> person;
  if (query.person) {
    person = named_person(connection, query.organisation, *query.person);
    if (!person) return page;
  }
  const auto statement = store::attendance_page(query, person);
  if (!statement) return statement.error();
  Query rows(connection, *statement);
  while (rows.next())
    if (!store::add_row(page, query.page, store::read_record(rows))) break;
  return page;
}

Result<AttendanceRecord> attendance_record(Connection& connection, OrganisationId organisation,
                                           AttendanceId id) {
  Query rows(connection, store::one_record(organisation, id));
  if (!rows.next()) return store::attendance_not_found(id);
  return store::read_record(rows);
}

Result<Page<SightingRecord>> sightings(Connection& connection, const SightingQuery& query) {
  const auto statement = store::sightings_page(query);
  if (!statement) return statement.error();
  Query rows(connection, *statement);
  Page<SightingRecord> page;
  while (rows.next())
    if (!store::add_row(page, query.page, store::read_sighting(rows, outcome_of))) break;
  return page;
}

Result<std::vector<ActiveMark>> active_marks(Connection& connection, Timestamp now) {
  // Scans the whole log, but only once at startup. An index would make every mark more expensive.
  Query query(
      connection,
      "SELECT person_id, event_id, captured_at, cooldown_until FROM attendance WHERE cooldown_until > ?",
      now);
  std::vector<ActiveMark> marks;
  while (query.next())
    marks.push_back({query.id<PersonId>(0), query.id<EventId>(1), query.time(2), query.time(3)});
  return marks;
}

}  // namespace

std::optional<PersonId> named_person(Connection& connection, OrganisationId organisation,
                                     const std::string& id_or_code) {
  if (const auto id = PersonId::parse(id_or_code)) {
    Query query(connection, "SELECT 1 FROM persons WHERE id = ? AND organisation_id = ?", *id, organisation);
    if (query.next()) return *id;
  }
  Query query(connection, store::person_with_code(organisation, id_or_code));
  if (!query.next()) return std::nullopt;
  return query.id<PersonId>(0);
}

Task<Result<Decision>> SqliteLogStore::record(const Caller& caller, Sighting sighting, Decision proposed,
                                              std::chrono::seconds window) {
  if (auto refused = store::refuse_foreign(caller, sighting.organisation)) co_return *refused;
  auto pending = database_.write<Decision>(
      [this, subject = caller.subject, sighting = std::move(sighting), proposed = std::move(proposed), window,
       live_within = database_.options().live_within](WriteContext& context) {
        std::optional<Uuid> fingerprint;
        if (sighting.content) {
          if (!key_) key_ = fingerprint_key(context.connection);
          fingerprint = store::fingerprint_of(*key_, *sighting.content);
        }
        return sqlite::record(context, subject, sighting, fingerprint, proposed, window, live_within);
      });
  co_return co_await std::move(pending);
}

Task<Result<Page<AttendanceRecord>>> SqliteLogStore::attendance(AttendanceQuery query) {
  return database_.read<Page<AttendanceRecord>>(
      [query = std::move(query)](Connection& connection) { return sqlite::attendance(connection, query); });
}

Task<Result<AttendanceRecord>> SqliteLogStore::attendance_record(OrganisationId organisation,
                                                                 AttendanceId id) {
  return database_.read<AttendanceRecord>(
      [=](Connection& connection) { return sqlite::attendance_record(connection, organisation, id); });
}

Task<Result<Page<SightingRecord>>> SqliteLogStore::sightings(SightingQuery query) {
  return database_.read<Page<SightingRecord>>(
      [query = std::move(query)](Connection& connection) { return sqlite::sightings(connection, query); });
}

Task<Result<Tallies>> SqliteLogStore::tallies(TallyQuery query) {
  return database_.read<Tallies>(
      [query = std::move(query)](Connection& connection) { return sqlite::tallies(connection, query); });
}

Task<Result<std::vector<ActiveMark>>> SqliteLogStore::active_marks(Timestamp now) {
  return database_.read<std::vector<ActiveMark>>(
      [now](Connection& connection) { return sqlite::active_marks(connection, now); });
}

}  // namespace sas::store::sqlite
