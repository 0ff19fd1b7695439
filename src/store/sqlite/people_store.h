#pragma once

#include "store/people.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/database.h"

namespace sas::store::sqlite {

// Fills in the search texts that a migration has emptied (store::search_text()). Throws SQLite::Exception.
void complete_search_texts(Connection& connection);

class SqlitePeopleStore final : public PeopleStore {
 public:
  // `database` outlives it.
  explicit SqlitePeopleStore(Database& database) : database_(database) {}

  [[nodiscard]] Task<Result<void>> add_person(const Caller& caller, Person person,
                                              std::vector<FaceTemplate> faces,
                                              std::optional<FaceCheck> check = {}) override;
  [[nodiscard]] Task<Result<PersonDetails>> person(OrganisationId organisation, PersonId id) override;
  [[nodiscard]] Task<Result<Page<PersonDetails>>> persons(PersonQuery query) override;
  [[nodiscard]] Task<Result<Person>> update_person(const Caller& caller, PersonId id, PersonChange change,
                                                   Timestamp now) override;
  [[nodiscard]] Task<Result<void>> remove_person(const Caller& caller, PersonId id, Timestamp now) override;
  [[nodiscard]] Task<Result<void>> add_face(const Caller& caller, FaceTemplate face,
                                            std::optional<FaceCheck> check = {}) override;
  [[nodiscard]] Task<Result<void>> remove_face(const Caller& caller, PersonId person, FaceId face,
                                               Timestamp now) override;

 private:
  Database& database_;
};

}  // namespace sas::store::sqlite
