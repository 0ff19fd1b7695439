#include "postgres/errors.h"

#include <algorithm>

#include <libpq-fe.h>

namespace sas::postgres {
namespace {

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string_view detail(const Error& error, std::string_view name) {
  const auto* value = error.details.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

Error classify(const std::string& state, const std::string& said, const std::string& database) {
  const std::string_view kind = std::string_view(state).substr(0, std::min<std::size_t>(2, state.size()));
  if (state == "57014" || state == "25P03")
    return Error::of(ErrorKind::unavailable, "database_timeout",
                     database + " took too long: " + said + "; try again in a moment");
  if (kind == "08" || kind == "57" || state == "53300" || state == "25006") return lost(database, said);
  if (state == "40P01" || state == "40001" || state == "55P03")
    return Error::of(ErrorKind::unavailable, "database_busy",
                     database + " is busy with the same rows: " + said + "; try again");
  if (state == "53100")
    return Error::of(
        ErrorKind::failed_precondition, "storage_full",
        "no space left on the disk of " + database + "; free some space there and operation resumes");
  if (kind == "53") return Error::of(ErrorKind::resource_exhausted, database + ": " + said);
  if (kind == "58")
    return Error::of(ErrorKind::unavailable, "storage_error",
                     database + " cannot be read or written: " + said + "; check its disk");
  if (kind == "XX" && state != "XX000")
    return Error::of(ErrorKind::data_loss, "database_damaged",
                     database + " is damaged: " + said + "; stop the servers and restore the last backup");
  if (kind == "28" || state == "42501")
    return Error::of(ErrorKind::failed_precondition, "database_refused",
                     database + " refuses this user: " + said +
                         "; check user, password and rights (the owner of the database has them all)");
  if (state == "26000" || state == "42P05")
    return Error::of(
        ErrorKind::failed_precondition, "database_pooler",
        database + " is behind a connection pooler that changes connections between statements: " + said +
            "; set the pooler to pool sessions (PgBouncer: pool_mode = session), or let "
            "DATABASE_URL lead to PostgreSQL itself");
  if (state == "42P01" || state == "42703" || state == "42883")
    return Error::of(ErrorKind::failed_precondition, "schema_damaged",
                     database + ": " + said + "; restart a server to restore what is missing");
  if (kind == "23")
    return Error::of(ErrorKind::conflict, "already_exists",
                     "this contradicts existing data in " + database + ": " + said);
  if (state == "22021")
    return Error::of(ErrorKind::invalid_argument, "invalid_text",
                     "a text is not UTF-8 or contains a zero byte");
  return Error::of(ErrorKind::internal, database + ": " + said + " (" + state + ")");
}

}  // namespace

Error error_of(const PGresult* result, std::string_view database) {
  const std::string state = field(result, PG_DIAG_SQLSTATE);
  const std::string name = "the database " + std::string(database);
  if (state.empty()) return lost(database, one_line(PQresultErrorMessage(result)));
  Error error = classify(state, one_line(field(result, PG_DIAG_MESSAGE_PRIMARY)), name);
  error.details["sqlstate"] = state;
  if (const std::string constraint = field(result, PG_DIAG_CONSTRAINT_NAME); !constraint.empty())
    error.details["constraint"] = constraint;
  return error;
}

Error lost(std::string_view database, std::string_view why) {
  const std::string_view prefix = database.starts_with("the database ") ? "" : "the database ";
  return Error::of(ErrorKind::unavailable, "database_unavailable",
                   std::string(prefix) + std::string(database) + " does not answer: " + std::string(why) +
                       "; try again in a moment");
}

Error not_connected(std::string_view database, std::string_view why) {
  for (const std::string_view hopeless :
       {"authentication failed", "no password supplied", "pg_hba.conf", "does not exist", "not permitted to",
        "certificate", "SSL", "sslmode", "invalid connection option", "invalid port number"})
    if (why.find(hopeless) != std::string_view::npos)
      return Error::of(ErrorKind::failed_precondition, "database_refused",
                       "the database " + std::string(database) + " cannot be used: " + std::string(why) +
                           "; check DATABASE_URL");
  return lost(database, why);
}

Error timed_out(std::string_view database, std::string_view what) {
  return Error::of(ErrorKind::unavailable, "database_timeout",
                   "the database " + std::string(database) + " does not answer: " + std::string(what) +
                       "; try again in a moment");
}

std::string last_words(const PGconn* connection) { return one_line(PQerrorMessage(connection)); }

std::string_view sqlstate_of(const Error& error) { return detail(error, "sqlstate"); }
std::string_view constraint_of(const Error& error) { return detail(error, "constraint"); }

}  // namespace sas::postgres
