#pragma once
// What is known about a database file's pages before the store uses it, and how a file gets its checksums.

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/database_lock.h"
#include "store/sqlite/options.h"

namespace sas::store::sqlite {

struct FileState {
  bool has_checksums = false;  // a new file will have them
  bool checked = false;        // every page was verified
  std::vector<std::int64_t> unsealed = {};

  // How the file can be read.
  [[nodiscard]] Verify verify() const {
    return checked && unsealed.empty() ? Verify::strict : Verify::lenient;
  }
};

// Empties the log that a killed server left, and verifies every page unless the file is too large. Errors: data_loss
// "database_damaged" names the pages. Throws SQLite::Exception.
[[nodiscard]] Result<FileState> examine(const SqliteOptions& options, const DatabaseLock& lock);

// Adds what is missing, once the file's structure has been checked: checksums of unsealed pages, or the space for
// checksums in a file of an older program, which rewrites the file. If that needs more space than there is, the file
// stays as it is, with a warning. `writer` must be the only connection. Throws SQLite::Exception.
void complete_checksums(FileState& state, Connection& writer, const SqliteOptions& options,
                        const DatabaseLock& lock);

}  // namespace sas::store::sqlite
