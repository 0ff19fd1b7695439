#pragma once
// What the suites over PostgreSQL share.

#include <memory>
#include <string>

#include "fixtures/postgres_server.h"
#include "postgres/pool.h"

namespace sas {

// One server a test program. Ask test::PostgresServer::missing() first.
[[nodiscard]] test::PostgresServer& postgres_server();

// With time limits that only something that hangs exceeds.
[[nodiscard]] std::shared_ptr<postgres::Pool> make_pool(const std::string& url, std::size_t connections = 8);

}  // namespace sas
