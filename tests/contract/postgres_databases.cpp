#include "postgres_databases.h"

#include "store/postgres/postgres_store.h"

namespace sas {

test::PostgresServer& postgres_server() {
  static test::PostgresServer server;
  return server;
}

std::shared_ptr<postgres::Pool> make_pool(const std::string& url, std::size_t connections) {
  postgres::ConnectOptions connect;
  connect.target = postgres::parse_target(url).value();
  connect.setup = PostgresStore::kSessionSetup;
  postgres::PoolOptions pool;
  pool.connections = connections;
  return std::make_shared<postgres::Pool>(std::move(connect), pool);
}

}  // namespace sas
