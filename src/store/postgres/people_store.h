#pragma once

#include "store/feed.h"
#include "store/people.h"
#include "store/postgres/client.h"

namespace sas::store::postgres {

// Fills in the search texts that a migration has emptied (store::search_text()).
[[nodiscard]] Task<Result<void>> complete_search_texts(Connection& connection);

// Each change is one transaction with one to three round trips.
class PostgresPeopleStore final : public PeopleStore {
 public:
  // All must outlive it. `signal` is notified of every change.
  PostgresPeopleStore(Pool& pool, FeedSignal& signal) : pool_(pool), signal_(signal) {}

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
  Pool& pool_;
  FeedSignal& signal_;
};

}  // namespace sas::store::postgres
