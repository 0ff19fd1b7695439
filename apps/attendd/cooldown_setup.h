#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/task.h"
#include "config/cache_config.h"
#include "cooldown/cooldown.h"
#include "cooldown/redis/local_redis.h"
#include "redis/redis_client.h"
#include "store/log.h"

namespace sas {

struct Cooldown {
  std::unique_ptr<LocalRedis> started;  // outlives the gate
  std::unique_ptr<CooldownGate> gate;
  std::function<Task<Result<void>>()> ping;  // whether it can be reached now
};

// Creates the configured gate and logs which one and why. If Redis cannot be reached, the server starts anyway and
// the store's rule decides until Redis is available. If Redis rejects the connection, failed_precondition says what to
// fix. Active marks are read from `log` during the call; `clock` must outlive the gate.
[[nodiscard]] Result<Cooldown> make_cooldown(const config::CacheConfig& config,
                                             const std::filesystem::path& data_dir, LogStore& log,
                                             const Clock& clock);

// How to connect to the Redis of `config`.
[[nodiscard]] RedisOptions redis_options(const config::CacheConfig& config);

}  // namespace sas
