#pragma once

#include <memory>

#include "cooldown/script/scripted_cooldown.h"
#include "redis/redis_client.h"

namespace sas {

// The gate on a Redis that several servers share. While it cannot be reached, every claim is unavailable at
// once and the store's own rule decides.
class RedisCooldown final : public ScriptedCooldown {
 public:
  // Starts connecting; errors as in RedisClient::create. `clock` must outlive it.
  [[nodiscard]] static Result<std::unique_ptr<RedisCooldown>> create(RedisOptions options,
                                                                     const Clock& clock);

  // See RedisClient::wait_until_connected.
  [[nodiscard]] Result<void> wait_until_connected(std::chrono::milliseconds patience) const {
    return client_->wait_until_connected(patience);
  }

 private:
  RedisCooldown(std::unique_ptr<RedisClient> client, const Clock& clock)
      : ScriptedCooldown(*client, clock), client_(std::move(client)) {}
  std::unique_ptr<RedisClient> client_;
};

}  // namespace sas
