#pragma once

#include "base/error.h"
#include "store/sqlite/connection.h"

namespace sas::store::sqlite {

// Migrates the schema to the newest version this program knows, one transaction per migration. Then restores
// missing tables, indexes, triggers and the default organisation. Logs each step. Errors: failed_precondition
// "schema_newer" (names both versions) or "not_our_database" (a database of another program). Throws
// SQLite::Exception if the database fails.
[[nodiscard]] Result<void> prepare_schema(Connection& connection, const std::filesystem::path& path);

}  // namespace sas::store::sqlite
