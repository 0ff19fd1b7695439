#include "cooldown/redis/redis_cooldown.h"

namespace sas {

Result<std::unique_ptr<RedisCooldown>> RedisCooldown::create(RedisOptions options, const Clock& clock) {
  auto client = RedisClient::create(std::move(options));
  if (!client) return client.error();
  return std::unique_ptr<RedisCooldown>(new RedisCooldown(std::move(*client), clock));
}

}  // namespace sas
