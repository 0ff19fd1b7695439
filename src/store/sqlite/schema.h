#pragma once

#include "base/error.h"
#include "store/sqlite/connection.h"

namespace sas::store::sqlite {

// In the header of a file ("SASa"), so that a database of another program is never changed.
inline constexpr std::int64_t kApplicationId = 0x53415361;

// Migrates the schema to the newest version this program knows, one transaction per migration. Then restores
// missing tables, indexes, triggers and the default organisation. Logs each step. Errors: failed_precondition
// "schema_newer" (names both versions) or "not_our_database" (a database of another program). Throws
// SQLite::Exception if the database fails.
[[nodiscard]] Result<void> prepare_schema(Connection& connection, const std::filesystem::path& path);

}  // namespace sas::store::sqlite
