#include "store/postgres/postgres_store.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>
#include <spdlog/spdlog.h>

#include "store/postgres/schema.h"
#include "store/postgres/statements.h"

namespace sas {
namespace {

namespace asio = boost::asio;
using postgres::Connection;
using postgres::Pool;
using postgres::Repeat;

constexpr auto kTryAgain = std::chrono::milliseconds(250);

Task<Result<void>> prepare_once(Pool& pool) {
  auto connecting = pool.connect();
  const auto connection = co_await std::move(connecting);
  if (!connection) co_return connection.error();
  auto preparing = store::postgres::prepare_schema(**connection, pool.database());
  const auto prepared = co_await std::move(preparing);
  if (!prepared) co_return prepared.error();
  auto completing = store::postgres::complete_search_texts(**connection);
  co_return co_await std::move(completing);
}

Task<Result<void>> prepare(Pool& pool, std::chrono::seconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (bool said = false;; said = true) {
    auto preparing = prepare_once(pool);
    auto prepared = co_await std::move(preparing);
    if (prepared || prepared.error().kind != ErrorKind::unavailable ||
        std::chrono::steady_clock::now() + kTryAgain > until)
      co_return prepared;
    if (!said) spdlog::warn("{} (trying for up to {} s)", prepared.error().message, patience.count());
    asio::steady_timer timer(pool.executor(), kTryAgain);
    auto waiting = timer.async_wait(asio::as_tuple(asio::use_awaitable));
    static_cast<void>(co_await std::move(waiting));
  }
}

// Changes and reads a row that serves no other purpose.
Task<Result<void>> touch(Connection& connection) {
  auto asking = store::postgres::ask(
      connection, {"INSERT INTO readiness AS r (id, checks) VALUES (1, 1) "
                   "ON CONFLICT (id) DO UPDATE SET checks = r.checks + 1 RETURNING checks"});
  const auto answers = co_await std::move(asking);
  if (!answers) co_return answers.error();
  co_return Result<void>{};
}

}  // namespace

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(std::shared_ptr<Pool> pool,
                                                           PostgresOptions options) {
  const auto prepared =
      asio::co_spawn(pool->executor(), prepare(*pool, options.patience), asio::use_future).get();
  if (!prepared) return prepared.error();
  return std::unique_ptr<PostgresStore>(new PostgresStore(std::move(pool), options));
}

PostgresStore::PostgresStore(std::shared_ptr<Pool> pool, const PostgresOptions& options)
    : pool_(std::move(pool)),
      people_(*pool_, signal_),
      templates_(*pool_),
      log_(*pool_, options.recorder, signal_),
      days_(*pool_),
      cameras_(*pool_),
      feed_(*pool_, signal_),
      sessions_(*pool_),
      audit_(*pool_),
      keys_(*pool_) {}

Task<Result<void>> PostgresStore::ping() {
  return pool_->with<void>([](Connection& connection) { return touch(connection); }, Repeat::if_lost);
}

}  // namespace sas
