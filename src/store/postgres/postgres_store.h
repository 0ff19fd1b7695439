#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "postgres/pool.h"
#include "store/case_folder.h"
#include "store/postgres/recorder.h"
#include "store/store.h"

namespace sas {

struct PostgresOptions {
  postgres::RecorderOptions recorder;
  // How long open() waits for a database that does not answer yet: it may be starting beside this server.
  std::chrono::seconds patience{30};
};

// The store in PostgreSQL, shared by any number of servers. Every commit is on the database's disk before
// anybody hears of it, even where the server's default is otherwise. Nothing of a request is kept here when
// the database does not answer: it fails as unavailable at once, and goes on by itself when the database is
// back.
//
// Executors of coroutines that wait for it must outlive it.
class PostgresStore final : public Store {
 public:
  // For ConnectOptions::setup of the pool: every query of the store has an index, and a plan made while a
  // table was small must not scan it when it has grown.
  static constexpr const char* kSessionSetup = "SET enable_seqscan = off; SET jit = off;";

  // Runs the migrations that are missing and puts back what is missing. Errors: those of
  // postgres/errors.h and store/postgres/schema.h.
  [[nodiscard]] static Result<std::unique_ptr<PostgresStore>> open(std::shared_ptr<postgres::Pool> pool,
                                                                   PostgresOptions options = {});

  [[nodiscard]] Task<Result<void>> add_person(Person person, std::vector<FaceTemplate> faces,
                                              std::optional<FaceCheck> check = {}) override;
  [[nodiscard]] Task<Result<PersonDetails>> person(OrganisationId organisation, PersonId id) override;
  [[nodiscard]] Task<Result<Page<PersonDetails>>> persons(PersonQuery query) override;
  [[nodiscard]] Task<Result<Person>> update_person(OrganisationId organisation, PersonId id,
                                                   PersonChange change, Timestamp now) override;
  [[nodiscard]] Task<Result<void>> remove_person(OrganisationId organisation, PersonId id,
                                                 Timestamp now) override;
  [[nodiscard]] Task<Result<void>> add_face(FaceTemplate face, std::optional<FaceCheck> check = {}) override;
  [[nodiscard]] Task<Result<void>> remove_face(OrganisationId organisation, PersonId person,
                                               FaceId face) override;
  // `sink` runs on the caller's executor; no connection is held meanwhile.
  [[nodiscard]] Task<Result<void>> for_each_template(
      std::function<bool(std::vector<FaceTemplate>)> sink) override;
  [[nodiscard]] Task<Result<std::string>> template_fingerprint() override;
  [[nodiscard]] Task<Result<Decision>> record(Sighting sighting, Decision proposed,
                                              std::chrono::seconds window) override;
  [[nodiscard]] Task<Result<Page<AttendanceRecord>>> attendance(AttendanceQuery query) override;
  [[nodiscard]] Task<Result<std::vector<ActiveMark>>> active_marks(Timestamp now) override;
  [[nodiscard]] Task<Result<std::vector<Camera>>> cameras(OrganisationId organisation) override;
  // Writes one row.
  [[nodiscard]] Task<Result<void>> ping() override;

 private:
  PostgresStore(std::shared_ptr<postgres::Pool> pool, store::CaseFolder folder, PostgresOptions options);

  std::shared_ptr<postgres::Pool> pool_;
  store::CaseFolder folder_;
  postgres::Recorder recorder_;
};

}  // namespace sas
