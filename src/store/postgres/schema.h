#pragma once

#include "base/error.h"
#include "base/task.h"
#include "store/postgres/client.h"

namespace sas::store::postgres {

// Installs the extensions, runs pending migrations and recreates missing objects, all in one transaction under a
// lock, so that several servers can start at the same time. Removes the connection's time limits. Errors:
// failed_precondition "schema_newer", "pgvector_missing", "schema_damaged" (a missing object cannot be recreated; the
// message names it), and those of errors.h.
[[nodiscard]] Task<Result<void>> prepare_schema(Connection& connection, std::string database);

}  // namespace sas::store::postgres
