#include "postgres_databases.h"

#include <chrono>

#include "store/postgres/postgres_store.h"

namespace sas {

test::PostgresServer& postgres_server() {
  static test::PostgresServer server;
  return server;
}

std::shared_ptr<postgres::Pool> make_pool(const std::string& url, std::size_t connections) {
  postgres::ConnectOptions connect;
  connect.target = postgres::parse_target(url).value();
  // Protects against hanging, not against a busy machine; a stopped server is reported at once.
  connect.connect_timeout = std::chrono::seconds(60);
  connect.statement_timeout = std::chrono::seconds(60);
  connect.setup = PostgresStore::kSessionSetup;
  postgres::PoolOptions pool;
  pool.connections = connections;
  pool.patience = std::chrono::seconds(60);
  return std::make_shared<postgres::Pool>(std::move(connect), pool);
}

}  // namespace sas
