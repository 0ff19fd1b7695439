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

// Makes the gate that the settings chose and logs which and why. A Redis that cannot be reached is no reason
// not to start: the store's rule decides until it is there. One that refuses us is: failed_precondition says
// what to mend. `log` is read during the call, for the marks that still hold; `clock` outlives the gate.
[[nodiscard]] Result<Cooldown> make_cooldown(const config::CacheConfig& config,
                                             const std::filesystem::path& data_dir, LogStore& log,
                                             const Clock& clock);

// Where the Redis of `config` is and how it is spoken to.
[[nodiscard]] RedisOptions redis_options(const config::CacheConfig& config);

}  // namespace sas
