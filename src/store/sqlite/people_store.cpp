#include "store/sqlite/people_store.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "store/audit_queries.h"
#include "store/people_queries.h"
#include "store/refusals.h"
#include "store/sqlite/audit_store.h"

namespace sas::store::sqlite {
namespace {

std::vector<FaceSummary> faces_of(Connection& connection, PersonId person) {
  Query query(connection,
              "SELECT id, model, quality, created_at FROM face_templates WHERE person_id = ? "
              "ORDER BY created_at, id",
              person);
  std::vector<FaceSummary> faces;
  while (query.next()) faces.push_back(store::read_face(query));
  return faces;
}

// The person with this id, unless removed.
std::optional<Person> find_person(Connection& connection, OrganisationId organisation, PersonId id) {
  Query query(connection,
              "SELECT id, organisation_id, code, name, created_at, updated_at"
              " FROM persons WHERE id = ? AND organisation_id = ? AND deleted_at IS NULL",
              id, organisation);
  if (!query.next()) return std::nullopt;
  return store::read_person(query);
}

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

// In the feed, and in the audit log. The row names a person.
void tell(WriteContext& context, const FeedRow& row, std::string details = "{}") {
  context.feed.add(context.connection, row);
  append_audit(context.connection, store::entry_of(row.organisation, row.subject, row.at, row.kind,
                                                   row.person.value(), row.face, std::move(details)));
}

Result<PersonDetails> person_details(Connection& connection, OrganisationId organisation, PersonId id) {
  auto person = find_person(connection, organisation, id);
  if (!person) return store::person_not_found(id);
  return PersonDetails{std::move(*person), faces_of(connection, id)};
}

Result<Page<PersonDetails>> persons(Connection& connection, const PersonQuery& query) {
  std::string after;
  if (query.page.cursor) {
    auto cursor = store::parse_person_cursor(*query.page.cursor);
    if (!cursor) return cursor.error();
    after = std::move(cursor->code);
  }
  // An empty text matches everything. No code is empty, so every code sorts after the empty cursor.
  Query rows(connection,
             "SELECT id, organisation_id, code, name, created_at, updated_at"
             " FROM persons WHERE organisation_id = ? AND deleted_at IS NULL AND code > ? "
             "AND instr(search_text, ?) > 0 ORDER BY code LIMIT ?",
             query.organisation, after, search_key(query.text), store::rows_for(query.page));
  Page<PersonDetails> page;
  while (rows.next())
    if (!store::add_row(page, query.page, PersonDetails{store::read_person(rows), {}})) break;
  for (PersonDetails& details : page.items) details.faces = faces_of(connection, details.person.id);
  return page;
}

Result<void> add_person(WriteContext& context, const Subject& subject, const Person& person,
                        const std::vector<FaceTemplate>& faces) {
  if (auto refused = store::refuse_foreign_faces(person, faces)) return *refused;
  Connection& connection = context.connection;
  if (auto taken = refuse_taken_code(connection, person.organisation, person.code, person.id)) return *taken;
  Query(connection,
        "INSERT INTO persons (id, organisation_id, code, name, search_text, created_at, updated_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        person.id, person.organisation, person.code, person.name,
        store::search_text(person.name, person.code), person.created_at, person.updated_at)
      .run();
  for (const FaceTemplate& face : faces) insert_face(connection, face);
  tell(context, {.organisation = person.organisation,
                 .at = person.created_at,
                 .kind = FeedEntry::Kind::person_added,
                 .subject = subject,
                 .person = person.id});
  return {};
}

Result<Person> update_person(WriteContext& context, const Subject& subject, OrganisationId organisation,
                             PersonId id, const PersonChange& change, Timestamp now) {
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
        person->code, person->name, store::search_text(person->name, person->code), now, id)
      .run();
  tell(context,
       {.organisation = organisation,
        .at = now,
        .kind = FeedEntry::Kind::person_changed,
        .subject = subject,
        .person = id},
       store::details_of(change));
  return *person;
}

Result<void> remove_person(WriteContext& context, const Subject& subject, OrganisationId organisation,
                           PersonId id, Timestamp now) {
  Query removal(context.connection,
                "UPDATE persons SET deleted_at = ?, updated_at = ? "
                "WHERE id = ? AND organisation_id = ? AND deleted_at IS NULL",
                now, now, id, organisation);
  if (removal.run() == 0) return store::person_not_found(id);
  Query(context.connection, "DELETE FROM face_templates WHERE person_id = ?", id).run();
  tell(context, {.organisation = organisation,
                 .at = now,
                 .kind = FeedEntry::Kind::person_removed,
                 .subject = subject,
                 .person = id});
  return {};
}

Result<void> add_face(WriteContext& context, const Subject& subject, const FaceTemplate& face) {
  if (!find_person(context.connection, face.organisation, face.person))
    return store::person_not_found(face.person);
  insert_face(context.connection, face);
  tell(context, {.organisation = face.organisation,
                 .at = face.created_at,
                 .kind = FeedEntry::Kind::face_added,
                 .subject = subject,
                 .person = face.person,
                 .face = face.id});
  return {};
}

Result<void> remove_face(WriteContext& context, const Subject& subject, OrganisationId organisation,
                         PersonId person, FaceId face, Timestamp now) {
  Query removal(context.connection,
                "DELETE FROM face_templates WHERE id = ? AND person_id = ? AND organisation_id = ?", face,
                person, organisation);
  if (removal.run() == 0) return store::face_not_found(person, face);
  tell(context, {.organisation = organisation,
                 .at = now,
                 .kind = FeedEntry::Kind::face_removed,
                 .subject = subject,
                 .person = person,
                 .face = face});
  return {};
}

}  // namespace

void complete_search_texts(Connection& connection) {
  std::vector<std::pair<PersonId, std::string>> texts;
  {
    Query query(connection, "SELECT id, name, code FROM persons WHERE search_text = ''");
    while (query.next())
      texts.emplace_back(query.id<PersonId>(0), store::search_text(query.text(1), query.text(2)));
  }
  if (texts.empty()) return;
  connection.execute("BEGIN IMMEDIATE");
  for (const auto& [id, text] : texts)
    Query(connection, "UPDATE persons SET search_text = ? WHERE id = ?", text, id).run();
  connection.execute("COMMIT");
}

Task<Result<void>> SqlitePeopleStore::add_person(const Caller& caller, Person person,
                                                 std::vector<FaceTemplate> faces,
                                                 std::optional<FaceCheck> check) {
  if (auto refused = store::refuse_foreign(caller, person.organisation)) co_return *refused;
  auto pending =
      database_.write<void>([subject = caller.subject, person = std::move(person), faces = std::move(faces),
                             checks = check.has_value()](WriteContext& context) -> Result<void> {
        if (checks) return store::no_check();
        return sqlite::add_person(context, subject, person, faces);
      });
  co_return co_await std::move(pending);
}

Task<Result<PersonDetails>> SqlitePeopleStore::person(OrganisationId organisation, PersonId id) {
  return database_.read<PersonDetails>(
      [=](Connection& connection) { return person_details(connection, organisation, id); });
}

Task<Result<Page<PersonDetails>>> SqlitePeopleStore::persons(PersonQuery query) {
  return database_.read<Page<PersonDetails>>(
      [query = std::move(query)](Connection& connection) { return sqlite::persons(connection, query); });
}

Task<Result<Person>> SqlitePeopleStore::update_person(const Caller& caller, PersonId id, PersonChange change,
                                                      Timestamp now) {
  return database_.write<Person>([subject = caller.subject, organisation = caller.organisation, id,
                                  change = std::move(change), now](WriteContext& context) {
    return sqlite::update_person(context, subject, organisation, id, change, now);
  });
}

Task<Result<void>> SqlitePeopleStore::remove_person(const Caller& caller, PersonId id, Timestamp now) {
  return database_.write<void>(
      [subject = caller.subject, organisation = caller.organisation, id, now](WriteContext& context) {
        return sqlite::remove_person(context, subject, organisation, id, now);
      },
      /*erases=*/true);
}

Task<Result<void>> SqlitePeopleStore::add_face(const Caller& caller, FaceTemplate face,
                                               std::optional<FaceCheck> check) {
  if (auto refused = store::refuse_foreign(caller, face.organisation)) co_return *refused;
  auto pending = database_.write<void>([subject = caller.subject, face = std::move(face),
                                        checks = check.has_value()](WriteContext& context) -> Result<void> {
    if (checks) return store::no_check();
    return sqlite::add_face(context, subject, face);
  });
  co_return co_await std::move(pending);
}

Task<Result<void>> SqlitePeopleStore::remove_face(const Caller& caller, PersonId person, FaceId face,
                                                  Timestamp now) {
  return database_.write<void>(
      [subject = caller.subject, organisation = caller.organisation, person, face,
       now](WriteContext& context) {
        return sqlite::remove_face(context, subject, organisation, person, face, now);
      },
      /*erases=*/true);
}

}  // namespace sas::store::sqlite
