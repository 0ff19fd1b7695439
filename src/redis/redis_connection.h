#pragma once
// Internal to redis: keeps one session with a Redis, on its own thread, and opens a new one after a loss.

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

// Optional uses of a connection besides commands. All are called on its thread.
struct ConnectionHooks {
  Session::OnMessage on_message;               // none: it does not subscribe
  std::function<void(Session&)> on_connected;  // after every connect; commands may be submitted
  std::chrono::milliseconds ping_every{0};     // to detect a dead connection; 0: never
};

class Connection {
 public:
  // Starts connecting. failed_precondition "redis_tls": the CA file cannot be used.
  [[nodiscard]] static Result<std::unique_ptr<Connection>> create(RedisOptions options,
                                                                  ConnectionHooks hooks = {});
  ~Connection();  // waiting commands fail
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] const RedisOptions& options() const { return options_; }
  [[nodiscard]] bool is_connected() const { return connected_.load(std::memory_order_acquire); }
  // Why it is not connected.
  [[nodiscard]] Error problem();
  // See RedisClient.
  [[nodiscard]] Result<void> wait_until_connected(std::chrono::milliseconds patience);
  // From any thread; keeps the order of each thread's commands.
  void submit(std::unique_ptr<Waiting> waiting);
  // Runs `work` on the connection's thread, with the session, or with null while there is none.
  template <class Work>
  void run(Work work) {
    boost::asio::post(context_, [this, work = std::move(work)]() mutable {
      work(connected_.load(std::memory_order_relaxed) ? session_.get() : nullptr);
    });
  }
  // Drops the connection because of `problem`, which is logged; it reconnects after a pause. Call on its
  // thread.
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
  const std::unique_ptr<boost::asio::ssl::context> tls_;  // none: no TLS
  std::atomic<bool> connected_{false};

  std::mutex mutex_;
  std::condition_variable changed_;
  Error problem_ = Error::of(ErrorKind::unavailable, "redis_unreachable",
                             "not connected to Redis yet");  // guarded by mutex_; while not connected_

  // Used only by the thread.
  boost::asio::io_context context_{1};
  boost::asio::steady_timer pause_timer_;
  boost::asio::steady_timer ping_timer_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::shared_ptr<Session> session_;
  std::optional<Error> given_up_;
  std::string reported_;  // the problem already logged
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace sas::redis
