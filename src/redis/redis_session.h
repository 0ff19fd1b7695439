#pragma once
// Internal to redis: one connection from its making to its end. Everything here runs on the client's thread.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include "base/task.h"
#include "redis/redis_client.h"

namespace sas::redis {

using SteadyTime = std::chrono::steady_clock::time_point;

// A command on its way, and who waits for it.
class Waiting {
 public:
  virtual ~Waiting() = default;
  virtual void finish(Result<RedisReply> reply) = 0;  // once

  std::string bytes;  // as on the wire
  SteadyTime deadline;
};

class Session {
 public:
  // A message on a channel that was subscribed to.
  using OnMessage = std::function<void(const std::string& channel, std::string message)>;

  virtual ~Session() = default;
  // Connects and introduces itself within the time limit; errors as RedisClient::wait_until_connected.
  [[nodiscard]] virtual Task<Result<void>> open() = 0;
  // Reads answers until the connection ends, which the error explains.
  [[nodiscard]] virtual Task<Error> serve() = 0;
  virtual void submit(std::unique_ptr<Waiting> waiting) = 0;
  // Breaks it off; serve then ends.
  virtual void close() = 0;
  // Ends every command that still waits.
  virtual void fail_waiting(const Error& error) = 0;
  // At least one command was answered as it should be.
  [[nodiscard]] virtual bool has_worked() const = 0;
};

// TCP, or TLS where `tls` is given. `options`, `tls` and `on_message` outlive it. With `on_message` it is for
// SUBSCRIBE and UNSUBSCRIBE, one channel a command, and PING: all that RESP2 allows once something is
// subscribed to.
[[nodiscard]] std::shared_ptr<Session> make_session(boost::asio::io_context& context,
                                                    const RedisOptions& options,
                                                    boost::asio::ssl::context* tls,
                                                    const Session::OnMessage& on_message);

}  // namespace sas::redis
