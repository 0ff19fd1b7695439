#pragma once

#include "base/error.h"
#include "base/task.h"
#include "postgres/connection.h"

namespace sas::postgres {

// Installs the extensions, runs the migrations that are missing, and puts back what the migrations make and
// the database lacks, all in one transaction under a lock, so that any number of servers may start at once.
// The connection's limits are lifted. Errors: failed_precondition "schema_newer", "pgvector_missing",
// "schema_damaged" (something is missing that cannot be put back; the message names it), and those of
// errors.h.
[[nodiscard]] Task<Result<void>> prepare_schema(Connection& connection, std::string database);

}  // namespace sas::postgres
