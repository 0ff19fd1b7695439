#include "store/sqlite/reads.h"

#include <cstring>

#include <sqlite3.h>

#include "store/cursor.h"
#include "store/refusals.h"

namespace sas::sqlite {
namespace {

Person person_row(const Query& query) {
  return {query.id<PersonId>(0), query.id<OrganisationId>(1), query.text(2), query.text(3), query.time(4),
          query.time(5)};
}

std::vector<FaceSummary> faces_of(Connection& connection, PersonId person) {
  Query query(connection,
              "SELECT id, model, quality, created_at FROM face_templates WHERE person_id = ? "
              "ORDER BY created_at, id",
              person);
  std::vector<FaceSummary> faces;
  while (query.next())
    faces.push_back({query.id<FaceId>(0), ModelId{query.text(1)}, query.real(2), query.time(3)});
  return faces;
}

Embedding embedding_of(std::span<const std::uint8_t> bytes) {
  std::array<float, kEmbeddingSize> values{};
  if (bytes.size() != sizeof values) throw SQLite::Exception("a template has a wrong size", SQLITE_CORRUPT);
  std::memcpy(values.data(), bytes.data(), sizeof values);
  const auto embedding = Embedding::normalised(values);
  if (!embedding) throw SQLite::Exception("a template: " + embedding.error().message, SQLITE_CORRUPT);
  return *embedding;
}

constexpr char kAttendance[] =
    "SELECT a.id, a.event_id, a.person_id, coalesce(p.code, ''), coalesce(p.name, ''), a.camera_id, "
    "coalesce(s.model, ''), a.captured_at, coalesce(s.received_at, a.captured_at), "
    "coalesce(s.similarity, 0), s.runner_up, coalesce(s.threshold, 0), s.liveness, s.quality "
    "FROM attendance a "
    // LEFT: a record is shown even where a mended table has lost what explains it.
    "LEFT JOIN persons p ON p.id = a.person_id "
    "LEFT JOIN sightings s ON s.organisation_id = a.organisation_id AND s.event_id = a.event_id";

AttendanceRecord attendance_row(const Query& rows) {
  AttendanceRecord record;
  record.id = rows.id<AttendanceId>(0);
  record.event = rows.id<EventId>(1);
  record.person = {rows.id<PersonId>(2), rows.text(3), rows.text(4)};
  record.camera = CameraId{rows.text(5)};
  record.model = ModelId{rows.text(6)};
  record.captured_at = rows.time(7);
  record.received_at = rows.time(8);
  record.similarity = rows.real(9);
  record.runner_up = rows.optional_real(10);
  record.threshold = rows.real(11);
  record.liveness = rows.optional_real(12);
  record.quality = rows.optional_real(13);
  return record;
}

// Whom the filter of the log names: an id, or a code; of several who have had that code the living one, else
// the one removed last.
std::optional<PersonId> named_person(Connection& connection, OrganisationId organisation,
                                     const std::string& id_or_code) {
  if (const auto id = PersonId::parse(id_or_code)) {
    Query query(connection, "SELECT 1 FROM persons WHERE id = ? AND organisation_id = ?", *id, organisation);
    if (query.next()) return *id;
  }
  Query query(connection,
              "SELECT id FROM persons WHERE organisation_id = ? AND code = ? "
              "ORDER BY deleted_at IS NOT NULL, deleted_at DESC LIMIT 1",
              organisation, id_or_code);
  if (!query.next()) return std::nullopt;
  return query.id<PersonId>(0);
}

}  // namespace

std::optional<Person> find_person(Connection& connection, OrganisationId organisation, PersonId id) {
  Query query(connection,
              "SELECT id, organisation_id, code, name, created_at, updated_at"
              " FROM persons WHERE id = ? AND organisation_id = ? AND deleted_at IS NULL",
              id, organisation);
  if (!query.next()) return std::nullopt;
  return person_row(query);
}

Result<PersonDetails> person_details(Connection& connection, OrganisationId organisation, PersonId id) {
  auto person = find_person(connection, organisation, id);
  if (!person) return store::person_not_found(id);
  return PersonDetails{std::move(*person), faces_of(connection, id)};
}

Result<Page<PersonDetails>> persons(Connection& connection, const store::CaseFolder& folder,
                                    const PersonQuery& query) {
  std::string after;
  if (query.page.cursor) {
    auto cursor = store::parse_person_cursor(*query.page.cursor);
    if (!cursor) return cursor.error();
    after = std::move(cursor->code);
  }
  // One more than asked for says whether the list goes on. An empty text is found in everything. No code is
  // empty, so that every code comes after the empty one.
  Query rows(connection,
             "SELECT id, organisation_id, code, name, created_at, updated_at"
             " FROM persons WHERE organisation_id = ? AND deleted_at IS NULL AND code > ? "
             "AND instr(search_text, ?) > 0 ORDER BY code LIMIT ?",
             query.organisation, after, folder.fold(query.text),
             static_cast<std::int64_t>(query.page.limit) + 1);
  Page<PersonDetails> page;
  while (rows.next()) {
    if (page.items.size() == query.page.limit) {
      page.next_cursor = store::to_text(store::PersonCursor{page.items.back().person.code});
      break;
    }
    Person person = person_row(rows);
    std::vector<FaceSummary> faces = faces_of(connection, person.id);
    page.items.push_back({std::move(person), std::move(faces)});
  }
  return page;
}

Result<TemplateBatch> templates(Connection& connection, std::int64_t last, std::size_t limit) {
  Query query(connection,
              "SELECT sequence, id, person_id, organisation_id, model, quality, created_at, embedding "
              "FROM face_templates WHERE sequence > ? ORDER BY sequence LIMIT ?",
              last, static_cast<std::int64_t>(limit));
  TemplateBatch batch{{}, last};
  while (query.next()) {
    batch.last = query.integer(0);
    batch.faces.push_back({query.id<FaceId>(1), query.id<PersonId>(2), query.id<OrganisationId>(3),
                           ModelId{query.text(4)}, embedding_of(query.blob(7)), query.real(5),
                           query.time(6)});
  }
  return batch;
}

Result<std::string> template_fingerprint(Connection& connection) {
  // The state alone would do; the numbers show a table that was repaired by other means than ours.
  Query query(connection,
              "SELECT (SELECT count(*) FROM face_templates), "
              "(SELECT coalesce(max(sequence), 0) FROM face_templates), hex(state) "
              "FROM template_state WHERE id = 1");
  if (!query.next())
    return Error::of(ErrorKind::data_loss, "database_damaged",
                     "the database does not say what state its templates are in");
  return "sqlite, " + query.text(0) + " templates, newest " + query.text(1) + ", state " + query.text(2);
}

Result<Page<AttendanceRecord>> attendance(Connection& connection, const AttendanceQuery& query) {
  std::optional<store::AttendanceCursor> cursor;
  if (query.page.cursor) {
    auto parsed = store::parse_attendance_cursor(*query.page.cursor);
    if (!parsed) return parsed.error();
    cursor = *parsed;
  }
  Page<AttendanceRecord> page;
  std::optional<PersonId> person;
  if (query.person) {
    person = named_person(connection, query.organisation, *query.person);
    if (!person) return page;
  }

  // Only the conditions that are asked for, so that the index which fits them is taken: at most 32 texts.
  std::string sql = std::string(kAttendance) + " WHERE a.organisation_id = ?";
  if (person) sql += " AND a.person_id = ?";
  if (query.camera) sql += " AND a.camera_id = ?";
  if (query.from) sql += " AND a.captured_at >= ?";
  if (query.to) sql += " AND a.captured_at < ?";
  if (cursor) sql += " AND (a.captured_at, a.event_id) < (?, ?)";
  sql += " ORDER BY a.captured_at DESC, a.event_id DESC LIMIT ?";

  Query rows(connection, sql, query.organisation);
  if (person) rows.bind(*person);
  if (query.camera) rows.bind(*query.camera);
  if (query.from) rows.bind(*query.from);
  if (query.to) rows.bind(*query.to);
  if (cursor) {
    rows.bind(cursor->captured_at);
    rows.bind(cursor->event);
  }
  rows.bind(static_cast<std::int64_t>(query.page.limit) + 1);
  while (rows.next()) {
    if (page.items.size() == query.page.limit) {
      const AttendanceRecord& last = page.items.back();
      page.next_cursor = store::to_text(store::AttendanceCursor{last.captured_at, last.event});
      break;
    }
    page.items.push_back(attendance_row(rows));
  }
  return page;
}

Result<AttendanceRecord> attendance_record(Connection& connection, OrganisationId organisation,
                                           AttendanceId id) {
  Query rows(connection, std::string(kAttendance) + " WHERE a.organisation_id = ? AND a.id = ?", organisation,
             id);
  if (!rows.next()) return store::attendance_not_found(id);
  return attendance_row(rows);
}

Result<std::vector<ActiveMark>> active_marks(Connection& connection, Timestamp now) {
  // A scan of the whole log, once at start: an index for it would be paid for by every mark.
  Query query(
      connection,
      "SELECT person_id, event_id, captured_at, cooldown_until FROM attendance WHERE cooldown_until > ?",
      now);
  std::vector<ActiveMark> marks;
  while (query.next())
    marks.push_back({query.id<PersonId>(0), query.id<EventId>(1), query.time(2), query.time(3)});
  return marks;
}

Result<std::vector<Camera>> cameras(Connection& connection, OrganisationId organisation) {
  Query query(connection,
              "SELECT c.id, c.first_seen, c.last_seen, c.clock_skew_us, c.events, s.fps, s.outbox_waiting, "
              "s.outbox_oldest, s.software, s.model FROM cameras c LEFT JOIN camera_status s "
              "ON s.organisation_id = c.organisation_id AND s.camera_id = c.id "
              "WHERE c.organisation_id = ? ORDER BY c.id",
              organisation);
  std::vector<Camera> found;
  while (query.next()) {
    Camera camera{CameraId{query.text(0)}, query.time(1), query.time(2),
                  std::chrono::microseconds{query.integer(3)}, query.integer(4)};
    camera.fps = query.optional_real(5);
    if (!query.is_null(6)) camera.outbox_waiting = query.integer(6);
    camera.outbox_oldest = query.optional_time(7);
    if (!query.is_null(8)) camera.software = query.text(8);
    if (!query.is_null(9)) camera.model = query.text(9);
    found.push_back(std::move(camera));
  }
  return found;
}

Result<void> probe(Connection& connection) {
  Query query(connection, "SELECT checks FROM readiness WHERE id = 1");
  if (!query.next())
    return Error::of(ErrorKind::data_loss, "database_damaged",
                     "the database does not show what was just written");
  return {};
}

}  // namespace sas::sqlite
