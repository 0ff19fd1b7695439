#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace sas::postgres {

// Address and credentials of a database.
struct Target {
  std::string conninfo;  // for libpq; contains the password: never log it
  std::string name;      // for display: "host:port/database"
};

// Parses postgresql://… and postgres://… like libpq, with every parameter libpq knows (sslmode, sslrootcert,
// target_session_attrs, several hosts, …), and postgresql+asyncpg://…, where ssl=… means sslmode=….
// invalid_argument "invalid_database_url"; the message never repeats anything that could be the password.
[[nodiscard]] Result<Target> parse_target(std::string_view url);

}  // namespace sas::postgres
