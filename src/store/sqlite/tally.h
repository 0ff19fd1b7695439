#pragma once
// What the log adds up to, and every decision in it. All throw SQLite::Exception when the database fails.

#include "base/error.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace sas::sqlite {

[[nodiscard]] Result<Page<SightingRecord>> sightings(Connection& connection, const SightingQuery& query);
[[nodiscard]] Result<Tallies> tallies(Connection& connection, const TallyQuery& query);

}  // namespace sas::sqlite
