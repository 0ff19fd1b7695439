#pragma once

#include "base/error.h"
#include "store/sqlite/connection.h"

namespace sas::sqlite {

// Brings the schema to the newest version this program knows, one transaction a migration, then puts back
// every table, index, trigger and the default organisation that is missing, and logs what it did. Errors:
// failed_precondition "schema_newer" (both versions named) or "not_our_database" (a database of another
// program). Throws SQLite::Exception when the database fails.
[[nodiscard]] Result<void> prepare_schema(Connection& connection, const std::filesystem::path& path);

}  // namespace sas::sqlite
