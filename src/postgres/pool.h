#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/backoff.h"
#include "base/error.h"
#include "base/task.h"
#include "postgres/connection.h"

namespace sas::postgres {

struct PoolOptions {
  std::size_t connections = 10;  // at most; opened on demand
  std::size_t queue = 1024;      // operations waiting for one; beyond that resource_exhausted "database_full"
  std::chrono::milliseconds patience{5000};  // maximum wait in the queue; then unavailable "database_full"
};

// Whether an operation may be repeated once on another connection because the first was lost during it.
enum class Repeat { never, if_lost };

// A bounded number of connections to one database, and the thread that drives them. Thread-safe.
//
// A connection is checked before use and discarded if anything is wrong with it. While the database cannot be
// reached, operations fail at once with the reason, and connecting is retried at growing intervals of at most
// a second; no restart is needed.
class Pool {
 public:
  Pool(ConnectOptions connect, PoolOptions options);
  // Waits for operations in progress; their executors must still run.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Runs `work` (Connection& → Task<Result<T>>) on the pool's thread with a connection for its exclusive use;
  // completes on the caller's executor.
  template <class T, class Work>
  [[nodiscard]] Task<Result<T>> with(Work work, Repeat repeat = Repeat::never) {
    auto running =
        boost::asio::co_spawn(io_, with_optional<T>(std::move(work), repeat), boost::asio::use_awaitable);
    auto outcome = co_await std::move(running);
    co_return std::move(*outcome);
  }
  // The same for callers already on the pool's thread.
  template <class T, class Work>
  [[nodiscard]] Task<Result<T>> with_here(Work work, Repeat repeat = Repeat::never);

  // The pool's single thread: code that runs on it shares its state without locks.
  [[nodiscard]] boost::asio::io_context::executor_type executor() { return io_.get_executor(); }
  // Opens a connection outside the pool for long-term use. Call it on the pool's thread.
  [[nodiscard]] Task<Result<std::unique_ptr<Connection>>> connect();
  [[nodiscard]] const std::string& database() const { return connect_->target.name; }

 private:
  // co_spawn wants a result that can be made of nothing; a Result of a value without default is none.
  template <class T, class Work>
  [[nodiscard]] Task<std::optional<Result<T>>> with_optional(Work work, Repeat repeat) {
    auto running = with_here<T>(std::move(work), repeat);
    co_return co_await std::move(running);
  }
  // Somebody in the queue, woken to look again.
  struct Waiter {
    explicit Waiter(boost::asio::io_context& io) : wake(io) {}
    boost::asio::steady_timer wake;
    bool woken = false;
  };
  // Returns the connection to the pool when destroyed.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    ~Lease() { give_back(); }
    Lease(Lease&& other) noexcept = default;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Lease& operator=(Lease&&) = delete;
    [[nodiscard]] Connection& operator*() const { return *connection_; }
    void give_back() {
      if (connection_) pool_->put(std::move(connection_));
    }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  [[nodiscard]] Task<Result<Lease>> take();
  [[nodiscard]] Task<Result<std::unique_ptr<Connection>>> open_one();
  void put(std::unique_ptr<Connection> connection);
  void wake_one();
  [[nodiscard]] static bool was_lost(const Error& error);

  const std::shared_ptr<const ConnectOptions> connect_;
  const PoolOptions options_;
  boost::asio::thread_pool resolver_{1};
  boost::asio::io_context io_{1};
  // The rest is used only by the thread.
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t open_ = 0;  // idle, in use or being opened
  std::deque<std::shared_ptr<Waiter>> waiting_;
  std::optional<Error> unreachable_;  // why the last attempt failed
  std::chrono::steady_clock::time_point try_again_;
  Backoff backoff_{{.first = std::chrono::milliseconds(50), .longest = std::chrono::seconds(1)}};
  bool closing_ = false;  // what comes back is not kept
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::thread thread_;
};

template <class T, class Work>
Task<Result<T>> Pool::with_here(Work work, Repeat repeat) {
  for (bool again = repeat == Repeat::if_lost;; again = false) {
    auto taking = take();
    auto lease = co_await std::move(taking);
    if (!lease) co_return lease.error();
    std::optional<Result<T>> outcome;
    try {
      auto working = work(**lease);
      outcome.emplace(co_await std::move(working));
    } catch (const std::exception& problem) {
      outcome.emplace(
          Error::of(ErrorKind::internal, std::string("querying the database: ") + problem.what()));
    }
    lease->give_back();
    if (*outcome || !again || !was_lost(outcome->error())) co_return std::move(*outcome);
  }
}

}  // namespace sas::postgres
