#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "postgres/pool.h"
#include "store/postgres/audit_store.h"
#include "store/postgres/camera_store.h"
#include "store/postgres/day_store.h"
#include "store/postgres/feed.h"
#include "store/postgres/key_store.h"
#include "store/postgres/log_store.h"
#include "store/postgres/people_store.h"
#include "store/postgres/session_store.h"
#include "store/postgres/template_store.h"
#include "store/store.h"

namespace sas {

struct PostgresOptions {
  store::postgres::RecorderOptions recorder;
  // How long open() waits for a database that does not answer yet, for example because it is still starting.
  std::chrono::seconds patience{30};
};

// The store in PostgreSQL, shared by any number of servers. Every commit is on the database's disk before its
// requests complete, even if the database's default differs. If the database does not answer, requests fail
// immediately as unavailable and are not queued; the store recovers by itself when the database is back.
//
// Executors of coroutines that wait for the store must outlive it.
class PostgresStore final : public Store {
 public:
  // For ConnectOptions::setup of the pool. Every query of the store has an index; a plan made while a table was
  // small must not scan the table after it has grown.
  static constexpr const char* kSessionSetup = "SET enable_seqscan = off; SET jit = off;";

  // Runs pending migrations and restores missing objects. Errors: see postgres/errors.h and
  // store/postgres/schema.h.
  [[nodiscard]] static Result<std::unique_ptr<PostgresStore>> open(std::shared_ptr<postgres::Pool> pool,
                                                                   PostgresOptions options = {});

  [[nodiscard]] PeopleStore& people() override { return people_; }
  [[nodiscard]] TemplateStore& templates() override { return templates_; }
  [[nodiscard]] LogStore& log() override { return log_; }
  [[nodiscard]] DayStore& days() override { return days_; }
  [[nodiscard]] CameraStore& cameras() override { return cameras_; }
  [[nodiscard]] Feed& feed() override { return feed_; }
  [[nodiscard]] SessionStore& sessions() override { return sessions_; }
  [[nodiscard]] AuditStore& audit() override { return audit_; }
  [[nodiscard]] KeyStore& keys() override { return keys_; }
  // Writes one row.
  [[nodiscard]] Task<Result<void>> ping() override;

 private:
  PostgresStore(std::shared_ptr<postgres::Pool> pool, const PostgresOptions& options);

  std::shared_ptr<postgres::Pool> pool_;
  FeedSignal signal_;
  store::postgres::PostgresPeopleStore people_;
  store::postgres::PostgresTemplateStore templates_;
  store::postgres::PostgresLogStore log_;
  store::postgres::PostgresDayStore days_;
  store::postgres::PostgresCameraStore cameras_;
  store::postgres::PostgresFeed feed_;
  store::postgres::PostgresSessionStore sessions_;
  store::postgres::PostgresAuditStore audit_;
  store::postgres::PostgresKeyStore keys_;
};

}  // namespace sas
