#include "postgres/pool.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "postgres/errors.h"

namespace sas::postgres {

namespace asio = boost::asio;
Pool::Pool(ConnectOptions connect, PoolOptions options)
    : connect_(std::make_shared<const ConnectOptions>(std::move(connect))),
      options_(options),
      work_(io_.get_executor()),
      thread_([this] { io_.run(); }) {}

Pool::~Pool() {
  // Connections have timers, which would keep the thread running.
  asio::post(io_, [this] {
    closing_ = true;
    idle_.clear();
  });
  work_.reset();
  thread_.join();
  resolver_.join();
}

bool Pool::was_lost(const Error& error) { return error.code == "database_unavailable"; }

Task<Result<std::unique_ptr<Connection>>> Pool::connect() {
  auto opening = Connection::open(io_.get_executor(), connect_, resolver_);
  co_return co_await std::move(opening);
}

// Opens a connection within the limit; the caller has counted it in open_.
Task<Result<std::unique_ptr<Connection>>> Pool::open_one() {
  auto opening = connect();
  auto connection = co_await std::move(opening);
  const auto now = std::chrono::steady_clock::now();
  if (connection) {
    if (unreachable_) spdlog::info("the database {} is reachable again", database());
    unreachable_.reset();
    backoff_.reset();
    co_return connection;
  }
  --open_;
  if (!unreachable_) spdlog::error("{}: {}", connection.error().code, connection.error().message);
  unreachable_ = connection.error();
  try_again_ = now + backoff_.next();
  // Wake waiters now, so that they get the error before their patience runs out.
  while (!waiting_.empty()) wake_one();
  co_return connection;
}

Task<Result<Pool::Lease>> Pool::take() {
  const auto until = std::chrono::steady_clock::now() + options_.patience;
  for (;;) {
    while (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      auto checking = connection->check();
      const bool good = co_await std::move(checking);
      if (good) co_return Lease(*this, std::move(connection));
      connection.reset();
      --open_;
    }
    if (open_ < options_.connections) {
      if (unreachable_ && std::chrono::steady_clock::now() < try_again_) co_return *unreachable_;
      ++open_;
      auto opening = open_one();
      auto connection = co_await std::move(opening);
      if (!connection) co_return connection.error();
      co_return Lease(*this, std::move(*connection));
    }
    const auto full = [&](const std::string& why, ErrorKind kind) {
      return Error::of(kind, "database_full",
                       "all " + std::to_string(options_.connections) + " connections to the database " +
                           database() + " are in use" + why + "; try again in a moment");
    };
    if (waiting_.size() >= options_.queue)
      co_return full(", and " + std::to_string(options_.queue) + " operations are waiting for one",
                     ErrorKind::resource_exhausted);
    const auto waiter = std::make_shared<Waiter>(io_);
    waiting_.push_back(waiter);
    waiter->wake.expires_at(until);
    auto waking = waiter->wake.async_wait(asio::as_tuple(asio::use_awaitable));
    static_cast<void>(co_await std::move(waking));
    if (!waiter->woken) {
      std::erase(waiting_, waiter);
      co_return full(" for long", ErrorKind::unavailable);
    }
  }
}

void Pool::wake_one() {
  if (waiting_.empty()) return;
  const auto waiter = std::move(waiting_.front());
  waiting_.pop_front();
  waiter->woken = true;
  waiter->wake.cancel();
}

void Pool::put(std::unique_ptr<Connection> connection) {
  // The connection is checked before its next use; waiters check it themselves.
  if (closing_ || !connection->usable()) {
    connection.reset();
    --open_;
  } else {
    idle_.push_back(std::move(connection));
  }
  wake_one();
}

}  // namespace sas::postgres
