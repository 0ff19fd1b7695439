#pragma once
// What the log adds up to.

#include <string>

#include "base/error.h"
#include "base/task.h"
#include "postgres/connection.h"
#include "store/log.h"

namespace sas::postgres {

// The outcome of a column's text; throws std::runtime_error for any other.
[[nodiscard]] Outcome outcome_of(const std::string& text);
[[nodiscard]] Task<Result<Tallies>> tallies(Connection& connection, const TallyQuery& query);

}  // namespace sas::postgres
