#pragma once
// Tallies of the log. Throws SQLite::Exception if the database fails.

#include "base/error.h"
#include "store/log.h"
#include "store/sqlite/connection.h"

namespace sas::store::sqlite {

// Parses the text of an outcome column; throws SQLITE_CORRUPT for any other text.
[[nodiscard]] Outcome outcome_of(const std::string& text);

[[nodiscard]] Result<Tallies> tallies(Connection& connection, const TallyQuery& query);

}  // namespace sas::store::sqlite
