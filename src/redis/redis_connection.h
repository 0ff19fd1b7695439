#pragma once
// Internal to redis: keeps one session with a Redis, on a thread of its own, and makes another when it is
// lost.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "redis/redis_client.h"
#include "redis/redis_session.h"

namespace sas::redis {

// What a connection is there for beside commands. All are called on its thread.
struct ConnectionHooks {
  Session::OnMessage on_message;               // none: it does not subscribe
  std::function<void(Session&)> on_connected;  // each time; commands may be submitted
  std::chrono::milliseconds ping_every{0};  // so that one that says nothing is not taken for silent; 0: never
};

class Connection {
 public:
  // failed_precondition "redis_tls": the CA file cannot be used. Begins to connect.
  [[nodiscard]] static Result<std::unique_ptr<Connection>> create(RedisOptions options,
                                                                  ConnectionHooks hooks = {});
  ~Connection();  // what waits fails
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] const RedisOptions& options() const { return options_; }
  [[nodiscard]] bool is_connected() const { return connected_.load(std::memory_order_acquire); }
  // Why it is not.
  [[nodiscard]] Error problem();
  // As RedisClient's.
  [[nodiscard]] Result<void> wait_until_connected(std::chrono::milliseconds patience);
  // From any thread; those of one thread in their order.
  void submit(std::unique_ptr<Waiting> waiting);
  // Runs `work` on the connection's thread, with the session or, while there is none, without.
  template <class Work>
  void run(Work work) {
    boost::asio::post(context_, [this, work = std::move(work)]() mutable {
      work(connected_.load(std::memory_order_relaxed) ? session_.get() : nullptr);
    });
  }
  // Gives the connection up for `problem`, which is what the log then says; it connects again after a pause.
  // On its thread.
  void give_up(const Error& problem);

 private:
  Connection(RedisOptions options, ConnectionHooks hooks, std::unique_ptr<boost::asio::ssl::context> tls);
  void set_state(bool connected, const Error& problem);
  Task<void> keep_connected();
  Task<Error> serve();
  void ping();
  void report(const Error& problem);

  const RedisOptions options_;
  const ConnectionHooks hooks_;
  const std::unique_ptr<boost::asio::ssl::context> tls_;  // none: without TLS
  std::atomic<bool> connected_{false};

  std::mutex mutex_;
  std::condition_variable changed_;
  Error problem_ = Error::of(ErrorKind::unavailable, "redis_unreachable",
                             "not connected to Redis yet");  // guarded by mutex_; while not connected_

  // Of the thread.
  boost::asio::io_context context_{1};
  boost::asio::steady_timer pause_timer_;
  boost::asio::steady_timer ping_timer_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::shared_ptr<Session> session_;
  std::optional<Error> given_up_;
  std::string reported_;  // the problem that is in the log already
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace sas::redis
