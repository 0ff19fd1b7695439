#include "cooldown_setup.h"

#include <cstdlib>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "cooldown/memory/memory_cooldown.h"
#include "cooldown/redis/redis_cooldown.h"
#include "cooldown/upstash/upstash_cooldown.h"
#include "run_here.h"

namespace sas {
namespace {

using Backend = config::CacheConfig::Backend;

Result<std::unique_ptr<MemoryCooldown>> make_memory(LogStore& log, const Clock& clock) {
  auto gate = std::make_unique<MemoryCooldown>(clock);
  const auto marks = run_here(log.active_marks(clock.now()));
  if (!marks) return marks.error();
  std::vector<CooldownClaim> claims;
  claims.reserve(marks->size());
  for (const ActiveMark& mark : *marks)
    claims.push_back(
        {mark.person, mark.event, mark.captured_at,
         std::chrono::duration_cast<std::chrono::seconds>(mark.cooldown_until - mark.captured_at)});
  gate->restore(claims);
  spdlog::info("cooldown: {} marks are still active", claims.size());
  return gate;
}

std::unique_ptr<LocalRedis> start_local(const config::CacheConfig& config,
                                        const std::filesystem::path& data_dir) {
  LocalRedisOptions options;
  options.host = config.redis.host;
  options.port = config.redis.port;
  options.username = config.redis.username;
  options.password = config.redis.password;
  options.database = config.redis.database;
  options.command = config.local_redis_command;
  options.prefer_docker = config.prefer_docker;
  options.folder = data_dir / "redis";
  // Read at startup, before any other thread exists.
  const char* path = std::getenv("PATH");
  options.search_path = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  auto redis = LocalRedis::ensure(options);
  if (!redis) {
    spdlog::error("cooldown: {}", redis.error().message);
    return nullptr;
  }
  spdlog::info("cooldown: the Redis at {}:{} {}", options.host, options.port, (*redis)->how());
  return std::move(*redis);
}

Result<std::unique_ptr<RedisCooldown>> make_redis(const config::CacheConfig& config, const Clock& clock) {
  RedisOptions options = redis_options(config);
  options.purpose = "cooldown";
  options.while_away = "the database's rule decides until it is back";
  auto gate = RedisCooldown::create(options, clock);
  if (!gate) return gate.error();
  const auto connected = (*gate)->wait_until_connected(2 * options.connect_timeout);
  if (!connected && connected.error().kind == ErrorKind::failed_precondition) return connected.error();
  return gate;
}

Result<std::unique_ptr<UpstashCooldown>> make_upstash(const config::CacheConfig& config, const Clock& clock) {
  UpstashOptions options;
  options.url = config.upstash_url;
  options.token = config.upstash_token;
  auto gate = std::make_unique<UpstashCooldown>(std::move(options), clock);
  const auto answered = run_here(gate->ping());
  if (!answered && answered.error().kind == ErrorKind::failed_precondition) return answered.error();
  return gate;
}

template <class Gate>
Result<Cooldown> of_gate(std::unique_ptr<LocalRedis> started, Result<std::unique_ptr<Gate>> gate) {
  if (!gate) return gate.error();
  Cooldown cooldown;
  cooldown.started = std::move(started);
  cooldown.ping = [&shared = **gate] { return shared.ping(); };
  cooldown.gate = std::move(*gate);
  return cooldown;
}

}  // namespace

RedisOptions redis_options(const config::CacheConfig& config) {
  RedisOptions options;
  options.host = config.redis.host;
  options.port = config.redis.port;
  options.username = config.redis.username;
  options.password = config.redis.password;
  options.database = config.redis.database;
  options.tls = config.redis.tls;
  options.ca_file = config.redis_ca_file;
  return options;
}

Result<Cooldown> make_cooldown(const config::CacheConfig& config, const std::filesystem::path& data_dir,
                               LogStore& log, const Clock& clock) {
  spdlog::info("cooldown: kept in {} ({})", config::to_string(config.backend), config.reason);
  if (config.backend == Backend::redis) {
    auto started = config.start_local_redis ? start_local(config, data_dir) : nullptr;
    return of_gate(std::move(started), make_redis(config, clock));
  }
  if (config.backend == Backend::upstash_rest) return of_gate(nullptr, make_upstash(config, clock));

  auto gate = make_memory(log, clock);
  if (!gate) return gate.error();
  Cooldown cooldown;
  cooldown.gate = std::move(*gate);
  cooldown.ping = []() -> Task<Result<void>> { co_return Result<void>{}; };
  return cooldown;
}

}  // namespace sas
