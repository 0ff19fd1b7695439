#include "store/postgres/people_store.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "store/audit_queries.h"
#include "store/people_queries.h"
#include "store/postgres/audit_store.h"
#include "store/postgres/feed.h"
#include "store/postgres/statements.h"
#include "store/refusals.h"

namespace sas::store::postgres {
namespace {

Parameters face_parameters(const FaceTemplate& face) {
  Parameters parameters;
  parameters.add(face.id).add(face.organisation).add(face.person).add(face.model.value).add(face.quality);
  parameters.add(face.created_at).add_vector(face.embedding.values());
  return parameters;
}

Command insert_face(const FaceTemplate& face) {
  // With the lock, the person cannot be removed before the face is inserted; their removal then deletes the face too.
  return {
      "INSERT INTO face_templates (id, organisation_id, person_id, model, quality, created_at, "
      "embedding) SELECT $1::uuid, $2::uuid, id, $4::text, $5::real, $6::timestamptz, $7::vector "
      "FROM persons WHERE id = $3 AND organisation_id = $2 AND deleted_at IS NULL FOR SHARE",
      face_parameters(face)};
}

// Starts a transaction with `first`, waits for all other changes of templates, and finds people who were given one
// of the faces since the gallery was searched. Locks the people's rows before the clock, in the same order as a
// removal, to avoid deadlocks.
std::vector<Command> checking(Command first, const std::vector<FaceTemplate>& faces, const FaceCheck& check) {
  std::vector<Command> commands;
  commands.push_back({"BEGIN", {}, /*prepare=*/false});
  commands.push_back(std::move(first));
  commands.push_back({"SELECT newest_change FROM face_clock WHERE id = 1 FOR UPDATE"});
  for (const FaceTemplate& face : faces) {
    Parameters parameters;
    parameters.add_vector(face.embedding.values()).add(check.heard).add(face.organisation);
    parameters.add(face.model.value).add(face.person);
    commands.push_back(
        {"SELECT p.id, p.code, p.name, (-(f.embedding <#> $1))::real FROM face_changes c "
         "JOIN face_templates f ON f.id = c.face_id JOIN persons p ON p.id = f.person_id "
         "WHERE c.sequence > $2 AND f.organisation_id = $3 AND f.model = $4 AND f.person_id <> $5 "
         "ORDER BY f.embedding <#> $1, f.id LIMIT 1",
         std::move(parameters)});
  }
  return commands;
}

// The error if the answers to checking() show that somebody else has one of the faces.
std::optional<Error> resemblance(const std::vector<Rows>& answers, const FaceCheck& check) {
  constexpr std::size_t kFirstFace = 3;
  for (std::size_t i = 0; i < check.thresholds.size() && kFirstFace + i < answers.size(); ++i) {
    const Rows& nearest = answers[kFirstFace + i];
    if (nearest.empty() || nearest.real(0, 3) < check.thresholds[i]) continue;
    return store::duplicate_face({nearest.id<PersonId>(0, 0), nearest.text(0, 1), nearest.text(0, 2)},
                                 nearest.real(0, 3), check.thresholds[i]);
  }
  return std::nullopt;
}

// The row of a change, unless it changed nothing.
Command audited(const Caller& caller, Timestamp at, FeedEntry::Kind kind, PersonId person,
                std::optional<FaceId> face = {}, std::string details = "{}") {
  return append_audit(
      store::entry_of(caller.organisation, caller.subject, at, kind, person, face, std::move(details)),
      kIfTold);
}

Task<void> roll_back(Connection& connection) {
  std::vector<Command> commands;
  commands.push_back({"ROLLBACK", {}, /*prepare=*/false});
  // If this fails, the connection is not used again, which also ends the transaction.
  auto running = connection.run(std::move(commands));
  static_cast<void>(co_await std::move(running));
}

// Runs `first` and inserts the faces, the feed entry and the audit row in one transaction, unless somebody else has one
// of the faces. Returns the answer to each command.
Task<Result<std::vector<Rows>>> add_together(Connection& connection, Command first,
                                             const std::vector<FaceTemplate>& faces,
                                             const std::optional<FaceCheck>& check, Command entry,
                                             Command audited) {
  std::vector<Command> commands;
  if (!check || faces.empty()) {
    commands.push_back(std::move(first));
    for (const FaceTemplate& face : faces) commands.push_back(insert_face(face));
    commands.push_back(std::move(entry));
    commands.push_back(std::move(audited));
    auto adding = connection.run(std::move(commands));
    co_return co_await std::move(adding);
  }
  auto asking = connection.run(checking(std::move(first), faces, *check));
  auto checked = co_await std::move(asking);
  std::optional<Error> refused = checked ? resemblance(*checked, *check) : checked.error();
  if (refused) {
    auto ending = roll_back(connection);
    co_await std::move(ending);
    co_return *refused;
  }
  for (const FaceTemplate& face : faces) commands.push_back(insert_face(face));
  commands.push_back(std::move(entry));
  commands.push_back(std::move(audited));
  commands.push_back({"COMMIT", {}, /*prepare=*/false});
  auto adding = connection.run(std::move(commands));
  auto added = co_await std::move(adding);
  if (!added) {
    auto ending = roll_back(connection);
    co_await std::move(ending);
    co_return added.error();
  }
  added->pop_back();
  added->insert(added->begin(), std::move((*checked)[1]));
  co_return std::move(*added);
}

// Names the person who has the code. Any other conflict is reported with the database's message.
Task<Error> explain_clash(Connection& connection, Error error, OrganisationId organisation,
                          std::string code) {
  if (constraint_of(error) != "persons_living_code") co_return error;
  std::vector<Command> commands;
  commands.push_back(
      {"SELECT id FROM persons WHERE organisation_id = $1 AND code = $2 AND deleted_at IS NULL",
       Parameters().add(organisation).add(code)});
  auto asking = connection.run(std::move(commands));
  const auto holder = co_await std::move(asking);
  if (!holder || holder->front().empty()) co_return error;
  co_return store::duplicate_code(code, holder->front().id<PersonId>(0, 0));
}

Task<Result<void>> add_person(Connection& connection, const Caller& caller, const Person& person,
                              const std::vector<FaceTemplate>& faces, const std::optional<FaceCheck>& check) {
  if (auto refused = store::refuse_foreign_faces(person, faces)) co_return *refused;
  Command insert{
      "INSERT INTO persons (id, organisation_id, code, name, search_text, created_at, updated_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      Parameters()
          .add(person.id)
          .add(person.organisation)
          .add(person.code)
          .add(person.name)
          .add(store::search_text(person.name, person.code))
          .add(person.created_at)
          .add(person.updated_at)};
  Command entry;
  entry.sql = insert_entry(entry.parameters, caller, person.created_at, FeedEntry::Kind::person_added,
                           {.person = person.id});
  auto adding = add_together(connection, std::move(insert), faces, check, std::move(entry),
                             audited(caller, person.created_at, FeedEntry::Kind::person_added, person.id));
  const auto added = co_await std::move(adding);
  if (added) co_return Result<void>{};
  auto explaining = explain_clash(connection, added.error(), person.organisation, person.code);
  co_return co_await std::move(explaining);
}

Task<Result<PersonDetails>> person_details(Connection& connection, OrganisationId organisation, PersonId id) {
  std::vector<Command> commands;
  commands.push_back({std::string("SELECT ") + store::kPersonColumns +
                          " FROM persons WHERE id = $1 AND organisation_id = $2 AND deleted_at IS NULL",
                      Parameters().add(id).add(organisation)});
  commands.push_back({std::string("SELECT ") + store::kFaceColumns +
                          " FROM face_templates WHERE person_id = $1 "
                          "ORDER BY created_at, id",
                      Parameters().add(id)});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  const Rows& person = answers->at(0);
  const Rows& faces = answers->at(1);
  if (person.empty()) co_return store::person_not_found(id);
  PersonDetails details{store::read_person(person.row(0)), {}};
  for (int i = 0; i < faces.size(); ++i) details.faces.push_back(store::read_face(faces.row(i)));
  co_return std::move(details);
}

Task<Result<Page<PersonDetails>>> persons(Connection& connection, const PersonQuery& query) {
  std::string after;  // no code is empty, so every code sorts after this
  if (query.page.cursor) {
    auto cursor = store::parse_person_cursor(*query.page.cursor);
    if (!cursor) co_return cursor.error();
    after = std::move(cursor->code);
  }
  // An empty text matches everything.
  Command command{std::string("SELECT ") + store::kPersonColumns +
                      " FROM persons WHERE organisation_id = $1 AND deleted_at IS NULL AND code > $2 "
                      "AND ($3 = '' OR strpos(search_text, $3) > 0) ORDER BY code LIMIT $4",
                  Parameters()
                      .add(query.organisation)
                      .add(after)
                      .add(search_key(query.text))
                      .add(store::rows_for(query.page))};
  auto listing =
      ask_page<PersonDetails>(connection, std::move(command), query.page, [](const Rows::Row& row) {
        return PersonDetails{store::read_person(row), {}};
      });
  auto listed = co_await std::move(listing);
  if (!listed) co_return listed.error();
  Page<PersonDetails>& page = *listed;
  std::unordered_map<PersonId, std::size_t> place;
  std::vector<std::optional<Uuid>> ids;
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    ids.emplace_back(page.items[i].person.id.value());
    place.emplace(page.items[i].person.id, i);
  }
  if (page.items.empty()) co_return std::move(page);

  std::vector<Command> asking;
  asking.push_back({std::string("SELECT ") + store::kFaceColumns +
                        ", person_id FROM face_templates "
                        "WHERE person_id = ANY($1) ORDER BY created_at, id",
                    Parameters().add_array(ids)});
  auto reading = connection.run(std::move(asking));
  const auto read = co_await std::move(reading);
  if (!read) co_return read.error();
  const Rows& faces = read->front();
  for (int i = 0; i < faces.size(); ++i)
    page.items[place.at(faces.id<PersonId>(i, 4))].faces.push_back(store::read_face(faces.row(i)));
  co_return std::move(page);
}

Task<Result<Person>> update_person(Connection& connection, const Caller& caller, PersonId id,
                                   const PersonChange& change, Timestamp now) {
  std::optional<std::string> folded_code;
  std::optional<std::string> folded_name;
  if (change.code) folded_code = search_key(*change.code);
  if (change.name) folded_name = search_key(*change.name);
  // search_text is the search keys of name and code with a separator in between (store::search_text).
  Command update;
  update.parameters.add(id)
      .add(caller.organisation)
      .add(change.code)
      .add(change.name)
      .add(folded_code)
      .add(folded_name)
      .add(now);
  update.sql = std::string(
                   "WITH changed AS (UPDATE persons SET code = coalesce($3::text, code), name = "
                   "coalesce($4::text, name), "
                   "search_text = coalesce($6::text, split_part(search_text, E'\\x1f', 1)) || E'\\x1f' || "
                   "coalesce($5::text, split_part(search_text, E'\\x1f', 2)), updated_at = $7 "
                   "WHERE id = $1 AND organisation_id = $2 AND deleted_at IS NULL RETURNING ") +
               store::kPersonColumns + "), told AS (";
  update.sql += insert_entry(update.parameters, caller, now, FeedEntry::Kind::person_changed, {.person = id},
                             " FROM changed");
  update.sql += std::string(") SELECT ") + store::kPersonColumns + " FROM changed";
  std::vector<Command> commands;
  commands.push_back(std::move(update));
  commands.push_back(
      audited(caller, now, FeedEntry::Kind::person_changed, id, {}, store::details_of(change)));
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) {
    auto explaining =
        explain_clash(connection, answers.error(), caller.organisation, change.code.value_or(""));
    co_return co_await std::move(explaining);
  }
  if (answers->front().empty()) co_return store::person_not_found(id);
  co_return store::read_person(answers->front().row(0));
}

Task<Result<void>> remove_person(Connection& connection, const Caller& caller, PersonId id, Timestamp now) {
  Command removal;
  removal.parameters.add(id).add(caller.organisation).add(now);
  removal.sql =
      "WITH removed AS (UPDATE persons SET deleted_at = $3, updated_at = $3 "
      "WHERE id = $1 AND organisation_id = $2 AND deleted_at IS NULL RETURNING id), told AS (";
  removal.sql += insert_entry(removal.parameters, caller, now, FeedEntry::Kind::person_removed,
                              {.person = id}, " FROM removed");
  removal.sql += ") SELECT id FROM removed";
  std::vector<Command> commands;
  commands.push_back(std::move(removal));
  // A separate statement, so that it sees a face that was added while the first one waited.
  commands.push_back({"DELETE FROM face_templates WHERE person_id = $1 AND organisation_id = $2",
                      Parameters().add(id).add(caller.organisation)});
  commands.push_back(audited(caller, now, FeedEntry::Kind::person_removed, id));
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  if (answers->front().empty()) co_return store::person_not_found(id);
  co_return Result<void>{};
}

Task<Result<void>> add_face(Connection& connection, const Caller& caller, const FaceTemplate& face,
                            const std::optional<FaceCheck>& check) {
  Command lock{"SELECT 1 FROM persons WHERE id = $1 AND organisation_id = $2 FOR SHARE",
               Parameters().add(face.person).add(face.organisation)};
  const std::vector<FaceTemplate> faces{face};
  Command entry;
  entry.parameters.add(face.id);
  entry.sql = insert_entry(entry.parameters, caller, face.created_at, FeedEntry::Kind::face_added,
                           {.person = face.person, .face = face.id},
                           " WHERE EXISTS (SELECT FROM face_templates WHERE id = $1)");
  auto adding =
      add_together(connection, std::move(lock), faces, check, std::move(entry),
                   audited(caller, face.created_at, FeedEntry::Kind::face_added, face.person, face.id));
  const auto answers = co_await std::move(adding);
  if (!answers) co_return answers.error();
  if (answers->at(1).affected() == 0) co_return store::person_not_found(face.person);
  co_return Result<void>{};
}

Task<Result<void>> remove_face(Connection& connection, const Caller& caller, PersonId person, FaceId face,
                               Timestamp now) {
  Command removal;
  removal.parameters.add(face).add(person).add(caller.organisation);
  removal.sql =
      "WITH removed AS (DELETE FROM face_templates WHERE id = $1 AND person_id = $2 AND organisation_id = $3 "
      "RETURNING id), "
      "told AS (";
  removal.sql += insert_entry(removal.parameters, caller, now, FeedEntry::Kind::face_removed,
                              {.person = person, .face = face}, " FROM removed");
  removal.sql += ") SELECT id FROM removed";
  std::vector<Command> commands;
  commands.push_back(std::move(removal));
  commands.push_back(audited(caller, now, FeedEntry::Kind::face_removed, person, face));
  auto running = connection.run(std::move(commands));
  const auto removed = co_await std::move(running);
  if (!removed) co_return removed.error();
  if (removed->front().empty()) co_return store::face_not_found(person, face);
  co_return Result<void>{};
}

}  // namespace

Task<Result<void>> complete_search_texts(Connection& connection) {
  auto asking = ask(connection, {"SELECT id, name, code FROM persons WHERE search_text = ''"});
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  if (rows->empty()) co_return Result<void>{};
  std::vector<std::optional<Uuid>> ids;
  std::vector<std::optional<std::string>> texts;
  for (int i = 0; i < rows->size(); ++i) {
    ids.emplace_back(rows->id<PersonId>(i, 0).value());
    texts.emplace_back(store::search_text(rows->text(i, 1), rows->text(i, 2)));
  }
  auto writing =
      ask(connection, {"UPDATE persons p SET search_text = t.search_text FROM unnest($1::uuid[], $2::text[]) "
                       "AS t (id, search_text) WHERE p.id = t.id AND p.search_text = ''",
                       Parameters().add_array(ids).add_array(texts)});
  const auto written = co_await std::move(writing);
  if (!written) co_return written.error();
  co_return Result<void>{};
}

// Each passes its arguments to a function above. `work` keeps them alive until it has finished.

Task<Result<void>> PostgresPeopleStore::add_person(const Caller& caller, Person person,
                                                   std::vector<FaceTemplate> faces,
                                                   std::optional<FaceCheck> check) {
  if (auto refused = store::refuse_foreign(caller, person.organisation)) co_return *refused;
  auto pending = pool_.with<void>([this, &caller, person = std::move(person), faces = std::move(faces),
                                   check = std::move(check)](Connection& connection) {
    return postgres::add_person(connection, caller, person, faces, check);
  });
  auto done = co_await std::move(pending);
  if (done) signal_.notify();
  co_return done;
}

Task<Result<PersonDetails>> PostgresPeopleStore::person(OrganisationId organisation, PersonId id) {
  return pool_.with<PersonDetails>(
      [=](Connection& connection) { return postgres::person_details(connection, organisation, id); },
      Repeat::if_lost);
}

Task<Result<Page<PersonDetails>>> PostgresPeopleStore::persons(PersonQuery query) {
  return pool_.with<Page<PersonDetails>>(
      [this, query = std::move(query)](Connection& connection) {
        return postgres::persons(connection, query);
      },
      Repeat::if_lost);
}

Task<Result<Person>> PostgresPeopleStore::update_person(const Caller& caller, PersonId id,
                                                        PersonChange change, Timestamp now) {
  auto pending =
      pool_.with<Person>([this, &caller, id, now, change = std::move(change)](Connection& connection) {
        return postgres::update_person(connection, caller, id, change, now);
      });
  auto done = co_await std::move(pending);
  if (done) signal_.notify();
  co_return done;
}

Task<Result<void>> PostgresPeopleStore::remove_person(const Caller& caller, PersonId id, Timestamp now) {
  auto pending = pool_.with<void>([&caller, id, now](Connection& connection) {
    return postgres::remove_person(connection, caller, id, now);
  });
  auto done = co_await std::move(pending);
  if (done) signal_.notify();
  co_return done;
}

Task<Result<void>> PostgresPeopleStore::add_face(const Caller& caller, FaceTemplate face,
                                                 std::optional<FaceCheck> check) {
  if (auto refused = store::refuse_foreign(caller, face.organisation)) co_return *refused;
  auto pending =
      pool_.with<void>([&caller, face = std::move(face), check = std::move(check)](Connection& connection) {
        return postgres::add_face(connection, caller, face, check);
      });
  auto done = co_await std::move(pending);
  if (done) signal_.notify();
  co_return done;
}

Task<Result<void>> PostgresPeopleStore::remove_face(const Caller& caller, PersonId person, FaceId face,
                                                    Timestamp now) {
  auto pending = pool_.with<void>([&caller, person, face, now](Connection& connection) {
    return postgres::remove_face(connection, caller, person, face, now);
  });
  auto done = co_await std::move(pending);
  if (done) signal_.notify();
  co_return done;
}

}  // namespace sas::store::postgres
