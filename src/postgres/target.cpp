#include "postgres/target.h"

#include <algorithm>
#include <memory>

#include <libpq-fe.h>

namespace sas::postgres {
namespace {

constexpr std::string_view kPlain = "postgresql://";
constexpr std::string_view kShort = "postgres://";
constexpr std::string_view kAsyncpg = "postgresql+asyncpg://";

// SQLAlchemy's asyncpg driver uses ssl=… where libpq uses sslmode=….
std::string from_asyncpg(std::string_view url) {
  std::string plain = std::string(kPlain) + std::string(url.substr(kAsyncpg.size()));
  for (std::size_t at = plain.find('?'); at != std::string::npos; at = plain.find('&', at + 1))
    if (plain.compare(at + 1, 4, "ssl=") == 0) plain.replace(at + 1, 4, "sslmode=");
  return plain;
}

std::string refusal(std::string_view why) {
  return "DATABASE_URL cannot be read" + std::string(why) +
         "; expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…, with @ : / ? # % in a user or "
         "password written as %40 %3A %2F %3F %23 %25";
}

}  // namespace

Result<Target> parse_target(std::string_view url) {
  const auto refuse = [](std::string_view why) {
    return Error::of(ErrorKind::invalid_argument, "invalid_database_url", refusal(why));
  };
  Target target;
  if (url.starts_with(kAsyncpg)) {
    target.conninfo = from_asyncpg(url);
  } else if (url.starts_with(kPlain) || url.starts_with(kShort)) {
    target.conninfo = url;
  } else {
    return refuse("");
  }

  char* problem = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfoParse(target.conninfo.c_str(), &problem), PQconninfoFree);
  const std::unique_ptr<char, void (*)(void*)> problem_text(problem, PQfreemem);
  if (!options) {
    // libpq quotes what it could not parse, which may be part of the password; a parameter's name is safe.
    const std::string_view text = problem == nullptr ? "" : problem;
    constexpr std::string_view kParameter = "invalid URI query parameter";
    // Behind a "?" in a password there is no parameter.
    if (!text.starts_with(kParameter) || text.find('@') != std::string_view::npos) return refuse("");
    return refuse(": " + std::string(text.substr(0, text.find('\n'))));
  }
  std::string host;
  std::string port = "5432";
  std::string database;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    const std::string_view keyword = option->keyword;
    if (keyword == "host" || (keyword == "hostaddr" && host.empty())) host = option->val;
    if (keyword == "port") port = option->val;
    if (keyword == "dbname") database = option->val;
  }
  // With a "/" in the password libpq takes its beginning for a port and the rest for the database: it must not be shown.
  const bool port_is_number =
      std::ranges::all_of(port, [](char c) { return (c >= '0' && c <= '9') || c == ','; });
  if (!port_is_number || (database + host).find('@') != std::string::npos) return refuse("");
  target.name = (host.empty() ? "this machine" : host) + ":" + port + "/" + database;
  return target;
}

}  // namespace sas::postgres
