#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

struct pg_conn;
struct pg_result;

namespace sas::postgres {

// What the server said of a statement, in our terms. details.sqlstate has the five characters, and
// details.constraint the constraint that was broken, where there is one:
//  * unavailable: "database_unavailable" (gone, shutting down, starting), "database_timeout",
//    "database_busy" (locks), "storage_error"
//  * resource_exhausted; failed_precondition "storage_full", "database_refused" (rights, password),
//    "schema_damaged" (a table is missing in service)
//  * conflict "already_exists"; invalid_argument "invalid_text"; data_loss "database_damaged"; internal
[[nodiscard]] Error error_of(const pg_result* result, std::string_view database);

// The connection itself is gone.
[[nodiscard]] Error lost(std::string_view database, std::string_view why);
// It could not be made: unavailable, or failed_precondition "database_refused" where trying again is of no
// use (password, rights, no such database, TLS). `why` is libpq's message, which knows no code.
[[nodiscard]] Error not_connected(std::string_view database, std::string_view why);
[[nodiscard]] Error timed_out(std::string_view database, std::string_view what);

// libpq's last words about a connection, on one line.
[[nodiscard]] std::string last_words(const pg_conn* connection);

// The five characters of the error, or an empty text.
[[nodiscard]] std::string_view sqlstate_of(const Error& error);
[[nodiscard]] std::string_view constraint_of(const Error& error);

}  // namespace sas::postgres
