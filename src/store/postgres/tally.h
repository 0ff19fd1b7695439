#pragma once
// Tallies of the log.

#include <string>

#include "base/error.h"
#include "base/task.h"
#include "store/log.h"
#include "store/postgres/client.h"

namespace sas::store::postgres {

// Parses the text of an outcome column; throws std::runtime_error for any other text.
[[nodiscard]] Outcome outcome_of(const std::string& text);
[[nodiscard]] Task<Result<Tallies>> tallies(Connection& connection, const TallyQuery& query);

}  // namespace sas::store::postgres
