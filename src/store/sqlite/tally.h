#pragma once
// What the log adds up to. Throws SQLite::Exception when the database fails.

#include "base/error.h"
#include "store/log.h"
#include "store/sqlite/connection.h"

namespace sas::sqlite {

// The outcome of a column's text; throws SQLITE_CORRUPT for any other.
[[nodiscard]] Outcome outcome_of(const std::string& text);

[[nodiscard]] Result<Tallies> tallies(Connection& connection, const TallyQuery& query);

}  // namespace sas::sqlite
