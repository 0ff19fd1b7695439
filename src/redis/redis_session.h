#pragma once
// Internal to redis: one connection from open to close. Everything here runs on the client's thread.

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

// A command in flight and its receiver.
class Waiting {
 public:
  virtual ~Waiting() = default;
  virtual void finish(Result<RedisReply> reply) = 0;  // called once

  std::string bytes;  // encoded
  SteadyTime deadline;
};

class Session {
 public:
  // A message on a subscribed channel.
  using OnMessage = std::function<void(const std::string& channel, std::string message)>;

  virtual ~Session() = default;
  // Connects and completes the handshake within the time limit; errors as in
  // RedisClient::wait_until_connected.
  [[nodiscard]] virtual Task<Result<void>> open() = 0;
  // Reads answers until the connection ends; returns the reason.
  [[nodiscard]] virtual Task<Error> serve() = 0;
  virtual void submit(std::unique_ptr<Waiting> waiting) = 0;
  // Closes the connection; serve() then ends.
  virtual void close() = 0;
  // Fails every command that is still waiting.
  virtual void fail_waiting(const Error& error) = 0;
  // At least one command got a normal answer.
  [[nodiscard]] virtual bool has_worked() const = 0;
};

// TCP, or TLS if `tls` is given. `options`, `tls` and `on_message` must outlive it. With `on_message` it is
// for SUBSCRIBE and UNSUBSCRIBE (one channel per command) and PING: all that RESP2 allows once a channel is
// subscribed.
[[nodiscard]] std::shared_ptr<Session> make_session(boost::asio::io_context& context,
                                                    const RedisOptions& options,
                                                    boost::asio::ssl::context* tls,
                                                    const Session::OnMessage& on_message);

}  // namespace sas::redis
