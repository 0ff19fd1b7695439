#pragma once

#include <filesystem>

#include "base/error.h"

namespace sas::sqlite {

// Says that this process serves a database: a lock on the file "<database>.lock" (flock), which the system
// gives up with the process however it ends.
class DatabaseLock {
 public:
  // failed_precondition "database_in_use" (naming the process that has it) or "storage_unwritable".
  static Result<DatabaseLock> acquire(const std::filesystem::path& database);

  DatabaseLock(DatabaseLock&& other) noexcept;
  DatabaseLock& operator=(DatabaseLock&& other) noexcept;
  ~DatabaseLock();

 private:
  explicit DatabaseLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace sas::sqlite
