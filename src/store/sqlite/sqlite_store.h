#pragma once

#include <memory>

#include "store/sqlite/options.h"
#include "store/store.h"

namespace sas {

// The store in one SQLite file. One thread writes and commits waiting requests together. Every commit is on disk
// (WAL, synchronous=FULL) before its requests complete. A second server cannot open the same file, because its
// in-memory gallery and cooldown would not see the first server's changes.
//
// The destructor completes queued requests, truncates the WAL and releases the lock. Executors of coroutines that
// wait for the store must outlive it.
class SqliteStore final : public Store {
 public:
  // Runs pending migrations and restores missing tables, indexes and triggers. Errors:
  //  * failed_precondition "database_in_use", "storage_unwritable", "schema_newer", "not_our_database",
  //    "storage_full"
  //  * data_loss "database_damaged"
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(SqliteOptions options);

  ~SqliteStore() override;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  [[nodiscard]] PeopleStore& people() override;
  [[nodiscard]] TemplateStore& templates() override;
  [[nodiscard]] LogStore& log() override;
  [[nodiscard]] DayStore& days() override;
  [[nodiscard]] CameraStore& cameras() override;
  [[nodiscard]] Feed& feed() override;
  [[nodiscard]] SessionStore& sessions() override;
  [[nodiscard]] AuditStore& audit() override;
  [[nodiscard]] KeyStore& keys() override;
  // Writes one row and reads it back, which reveals a full disk and a failed reader.
  [[nodiscard]] Task<Result<void>> ping() override;

 private:
  struct Parts;
  explicit SqliteStore(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sas
