#pragma once

#include <filesystem>
#include <utility>

#include "base/error.h"

namespace sas::store::sqlite {

// Marks a database as served by this process: a flock on "<database>.lock" and one on the database itself, which the
// system releases when the process ends for any reason. The first file says who holds it; the second lock is true also
// for a file with two names, and after the first file was removed.
class DatabaseLock {
 public:
  // failed_precondition "database_in_use" (names the process that holds it) or "storage_unwritable".
  static Result<DatabaseLock> acquire(const std::filesystem::path& database);

  // Whether the database's name still leads to the file that is locked: not if it was removed or replaced, and what is
  // written then is lost. Two system calls.
  [[nodiscard]] bool in_place() const;
  // An open descriptor of the database file, to read and write. It belongs to this object.
  [[nodiscard]] int file() const { return file_; }

  DatabaseLock(DatabaseLock&& other) noexcept;
  DatabaseLock& operator=(DatabaseLock&& other) noexcept;
  ~DatabaseLock();

 private:
  DatabaseLock(std::filesystem::path database, int named) : database_(std::move(database)), named_(named) {}

  std::filesystem::path database_;
  int named_ = -1;  // "<database>.lock"
  // The database. Closing it drops the locks that SQLite has on it in this process, so it is closed last.
  int file_ = -1;
};

}  // namespace sas::store::sqlite
