#pragma once

#include <atomic>
#include <cerrno>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "base/callers_inside.h"
#include "base/completion.h"
#include "base/task.h"
#include "store/feed.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/database_lock.h"
#include "store/sqlite/file_state.h"
#include "store/sqlite/options.h"
#include "store/sqlite/scrubber.h"
#include "store/sqlite/writer.h"

namespace sas::store::sqlite {

// The open database file: one writer and a few readers, each with its own connection and thread. The stores pass
// their work to it. Thread-safe.
class Database {
 public:
  // Locks, checks and migrates the file. Errors: see SqliteStore::open.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(SqliteOptions options);

  // Completes queued requests, waits for calls on their way out, truncates the WAL and releases the lock. Nothing may
  // be called from here on.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] const SqliteOptions& options() const { return options_; }
  [[nodiscard]] FeedSignal& feed_signal() { return feed_signal_; }

  // Runs `work` (WriteContext& → Result<T>) in the writer's next transaction. `erases`: it deletes biometric data.
  template <class T, class Work>
  Task<Result<T>> write(Work work, bool erases = false) {
    auto start = [this, erases](auto handler, Work job) {
      const CallersInside::Call inside(callers_);
      using Handler = decltype(handler);
      std::unique_ptr<WriteRequest> request =
          std::make_unique<Request<T, Work, Handler>>(std::move(job), erases, std::move(handler));
      const auto refused = writer_->submit(std::move(request));
      if (!refused) return;
      refused->fail(busy("changes", options_.write_queue));
      refused->finish();
    };
    auto pending = boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<T>)>(
        start, boost::asio::use_awaitable, std::move(work));
    co_return co_await std::move(pending);
  }

  // Runs `work` (Connection& → Result<T>) on a reader.
  template <class T, class Work>
  Task<Result<T>> read(Work work) {
    auto start = [this](auto handler, Work job) {
      const CallersInside::Call inside(callers_);
      Completion<Result<T>, decltype(handler)> completion(std::move(handler));
      if (waiting_reads_.fetch_add(1) >= options_.read_queue) {
        waiting_reads_.fetch_sub(1);
        completion(busy("reads", options_.read_queue));
        return;
      }
      boost::asio::post(readers_, [this, job = std::move(job), completion = std::move(completion)]() mutable {
        waiting_reads_.fetch_sub(1);
        completion(read_now<T>(job));
      });
    };
    auto pending = boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<T>)>(
        start, boost::asio::use_awaitable, std::move(work));
    co_return co_await std::move(pending);
  }

 private:
  Database(SqliteOptions options, DatabaseLock lock, std::unique_ptr<Connection> connection,
           const FileState& state);

  [[nodiscard]] static Error busy(const std::string& what, std::size_t limit);

  template <class T, class Work, class Handler>
  class Request final : public WriteRequest {
   public:
    Request(Work work, bool erases, Handler handler)
        : work_(std::move(work)), erases_(erases), completion_(std::move(handler)) {}

    void execute(WriteContext& context) override { outcome_ = work_(context); }
    void fail(const Error& error) override { outcome_ = error; }
    void finish() override { completion_(std::move(*outcome_)); }
    [[nodiscard]] bool erases() const override { return erases_ && outcome_ && outcome_->has_value(); }

   private:
    Work work_;
    bool erases_;
    std::optional<Result<T>> outcome_;
    Completion<Result<T>, Handler> completion_;
  };

  template <class T, class Work>
  Result<T> read_now(Work& work) {
    std::unique_ptr<Connection> connection = take_idle();
    Result<T> outcome = [&]() -> Result<T> {
      try {
        errno = 0;  // for to_error()
        return work(*connection);
      } catch (const SQLite::Exception& problem) {
        const Error error = to_error(problem, options_.path, connection.get());
        spdlog::error("{}: {}", error.code, error.message);
        return error;
      } catch (const std::exception& problem) {
        return Error::of(ErrorKind::internal, std::string("reading failed: ") + problem.what());
      }
    }();
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
    return outcome;
  }

  // There is one connection per reader thread, so one is always idle here.
  std::unique_ptr<Connection> take_idle() {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  const SqliteOptions options_;
  const DatabaseLock lock_;
  CallersInside callers_;
  std::atomic<std::size_t> waiting_reads_{0};
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
  boost::asio::thread_pool readers_;
  FeedSignal feed_signal_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Scrubber> scrubber_;
};

}  // namespace sas::store::sqlite
