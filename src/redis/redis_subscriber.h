#pragma once

#include <functional>
#include <memory>
#include <string>

#include "redis/redis_client.h"

namespace sas {

// Listens to channels of a Redis, over a connection of its own that is kept as RedisClient's is: lost, it is
// made again by itself and listens to the same channels. What was published meanwhile is not heard; nor, when
// this side reads so slowly that Redis's answers are later than `command_timeout`, what waits at Redis then.
// Thread-safe.
class RedisSubscriber {
 public:
  // Called on the subscriber's thread, which they must not hold up.
  struct Handlers {
    std::function<void(const std::string& channel, std::string message)> on_message;
    // From here on nothing that is published there is missed; called again after each loss.
    std::function<void(const std::string& channel)> on_subscribed;
  };

  // Begins to connect; errors as RedisClient::create.
  [[nodiscard]] static Result<std::unique_ptr<RedisSubscriber>> create(RedisOptions options,
                                                                       Handlers handlers);
  ~RedisSubscriber();  // no handler is called after it
  RedisSubscriber(const RedisSubscriber&) = delete;
  RedisSubscriber& operator=(const RedisSubscriber&) = delete;

  // A Redis whose rules for this user forbid the channel is an unreachable one, which the log explains.
  void subscribe(std::string channel);
  void unsubscribe(std::string channel);

  // None: it listens. Otherwise why not.
  [[nodiscard]] Result<void> state() const;
  // As RedisClient::wait_until_connected.
  [[nodiscard]] Result<void> wait_until_connected(std::chrono::milliseconds patience) const;

 private:
  struct Impl;
  explicit RedisSubscriber(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sas
