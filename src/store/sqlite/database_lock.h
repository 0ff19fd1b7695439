#pragma once

#include <filesystem>

#include "base/error.h"

namespace sas::sqlite {

// Marks a database as served by this process: a flock on "<database>.lock", which the system releases when the
// process ends for any reason.
class DatabaseLock {
 public:
  // failed_precondition "database_in_use" (names the process that holds it) or "storage_unwritable".
  static Result<DatabaseLock> acquire(const std::filesystem::path& database);

  DatabaseLock(DatabaseLock&& other) noexcept;
  DatabaseLock& operator=(DatabaseLock&& other) noexcept;
  ~DatabaseLock();

 private:
  explicit DatabaseLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace sas::sqlite
