#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

struct pg_conn;
struct pg_result;

namespace sas::postgres {

// Maps the server's error for a statement to ours. details.sqlstate contains the five-character code, and
// details.constraint the violated constraint, if any:
// * unavailable: "database_unavailable" (gone, shutting down, starting), "database_timeout",
//   "database_busy" (locks), "storage_error"
// * resource_exhausted; failed_precondition "storage_full", "database_refused" (rights, password),
//   "schema_damaged" (a table is missing while in use)
// * conflict "already_exists"; invalid_argument "invalid_text"; data_loss "database_damaged"; internal
[[nodiscard]] Error error_of(const pg_result* result, std::string_view database);

// The connection was lost.
[[nodiscard]] Error lost(std::string_view database, std::string_view why);
// The connection could not be opened: unavailable, or failed_precondition "database_refused" if retrying
// cannot help (password, rights, no such database, TLS). `why` is libpq's message, which has no error code.
[[nodiscard]] Error not_connected(std::string_view database, std::string_view why);
[[nodiscard]] Error timed_out(std::string_view database, std::string_view what);

// libpq's last error message for a connection, on one line.
[[nodiscard]] std::string last_words(const pg_conn* connection);

// The five-character error code, or an empty text.
[[nodiscard]] std::string_view sqlstate_of(const Error& error);
[[nodiscard]] std::string_view constraint_of(const Error& error);

}  // namespace sas::postgres
