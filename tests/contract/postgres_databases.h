#pragma once
// Helpers shared by the suites on PostgreSQL.

#include <memory>
#include <string>

#include "fixtures/postgres_server.h"
#include "postgres/pool.h"

namespace sas {

// One server per test program. Check test::PostgresServer::missing() first.
[[nodiscard]] test::PostgresServer& postgres_server();

// Time limits are so long that only a hang exceeds them.
[[nodiscard]] std::shared_ptr<postgres::Pool> make_pool(const std::string& url, std::size_t connections = 8);

}  // namespace sas
