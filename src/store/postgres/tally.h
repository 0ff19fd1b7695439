#pragma once
// What the log adds up to, and every decision in it.

#include "base/error.h"
#include "base/task.h"
#include "postgres/connection.h"
#include "store/store.h"

namespace sas::postgres {

[[nodiscard]] Task<Result<Page<SightingRecord>>> sightings(Connection& connection,
                                                           const SightingQuery& query);
[[nodiscard]] Task<Result<Tallies>> tallies(Connection& connection, const TallyQuery& query);

}  // namespace sas::postgres
