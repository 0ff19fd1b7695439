#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace sas::postgres {

// Where a database is and how to get in.
struct Target {
  std::string conninfo;  // for libpq; holds the password: never logged
  std::string name;      // for people: "host:port/database"
};

// Reads postgresql://… and postgres://… as libpq does, with every parameter that libpq knows (sslmode,
// sslrootcert, target_session_attrs, several hosts, …), and postgresql+asyncpg://…, whose ssl=… is sslmode=….
// invalid_argument "invalid_database_url"; the message repeats nothing that could be the password.
[[nodiscard]] Result<Target> parse_target(std::string_view url);

}  // namespace sas::postgres
