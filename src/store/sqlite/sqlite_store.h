#pragma once

#include <memory>

#include "store/sqlite/options.h"
#include "store/store.h"

namespace sas {

// The store in one SQLite file. One thread writes, and commits what waits together; every commit is on the
// disk (WAL, synchronous=FULL) before anybody hears of it. A second server on the same file is refused: its
// gallery and its cooldown, held in memory, would not know of ours.
//
// Destroying it finishes what was asked for, empties the write-ahead log into the file and releases the lock.
// Executors of coroutines that wait for it must outlive it.
class SqliteStore final : public Store {
 public:
  // Runs the migrations that are missing and mends missing tables, indexes and triggers. Errors:
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
  [[nodiscard]] CameraStore& cameras() override;
  [[nodiscard]] Feed& feed() override;
  // Writes one row and reads it: a full disk and a dead reader both show.
  [[nodiscard]] Task<Result<void>> ping() override;

 private:
  struct Parts;
  explicit SqliteStore(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sas
