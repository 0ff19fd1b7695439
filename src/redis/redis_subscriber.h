#pragma once

#include <functional>
#include <memory>
#include <string>

#include "redis/redis_client.h"

namespace sas {

// Subscribes to channels of a Redis over its own connection, which is maintained like RedisClient's: after a
// loss it reconnects and subscribes to the same channels. Messages published meanwhile are lost; so are
// messages queued at Redis when this side reads so slowly that Redis's answers exceed `command_timeout`.
// Thread-safe.
class RedisSubscriber {
 public:
  // Called on the subscriber's thread; must not block it.
  struct Handlers {
    std::function<void(const std::string& channel, std::string message)> on_message;
    // From now on no message published on the channel is missed; called again after each reconnect.
    std::function<void(const std::string& channel)> on_subscribed;
  };

  // Starts connecting; errors as in RedisClient::create.
  [[nodiscard]] static Result<std::unique_ptr<RedisSubscriber>> create(RedisOptions options,
                                                                       Handlers handlers);
  ~RedisSubscriber();  // no handler is called afterwards
  RedisSubscriber(const RedisSubscriber&) = delete;
  RedisSubscriber& operator=(const RedisSubscriber&) = delete;

  // If Redis's rules forbid this user the channel, the connection counts as unreachable; the log explains
  // why.
  void subscribe(std::string channel);
  void unsubscribe(std::string channel);

  // Success: it is subscribed. Otherwise the reason why not.
  [[nodiscard]] Result<void> state() const;
  // See RedisClient::wait_until_connected.
  [[nodiscard]] Result<void> wait_until_connected(std::chrono::milliseconds patience) const;

 private:
  struct Impl;
  explicit RedisSubscriber(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sas
