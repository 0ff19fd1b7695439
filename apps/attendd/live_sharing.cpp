#include "live_sharing.h"

#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "cooldown_setup.h"

namespace sas {

std::unique_ptr<relay::RedisBridge> make_bridge(const config::ServerConfig& config, relay::Relay& relay) {
  if (config.database.backend != config::DatabaseConfig::Backend::postgres) return nullptr;
  if (config.cache.backend != config::CacheConfig::Backend::redis) {
    spdlog::info("live: pictures stay on this server; with REDIS_URL they reach all servers");
    return nullptr;
  }
  relay::RedisBridgeOptions options;
  options.redis = redis_options(config.cache);
  options.redis.purpose = "live";
  options.redis.while_away = "no pictures go between servers until it is back";
  // Nobody waits for an answer; but what is later than this is not live.
  options.redis.command_timeout = std::chrono::seconds(2);
  options.redis.longest_pause = std::chrono::seconds(1);
  // Channels, unlike keys, are one space for all of Redis's databases. The version is that of the messages: servers of
  // another version are not heard.
  options.prefix = "sas:live:v2:" + std::to_string(config.cache.redis.database);
  spdlog::info("live: pictures are shared with other servers by the Redis at {}:{}", options.redis.host,
               options.redis.port);
  return std::make_unique<relay::RedisBridge>(relay, std::move(options));
}

Result<void> connect_live(relay::Relay& relay, relay::RedisBridge* bridge, api::CameraWatch& watch) {
  relay::Relay::Observer observer;
  if (bridge == nullptr) {
    observer.on_live = [&watch](const relay::Topic& /*topic*/, bool /*live*/) { watch.poke(); };
    relay.observe(std::move(observer));
    return {};
  }
  observer.on_live = [&watch, bridge](const relay::Topic& topic, bool live) {
    bridge->on_live(topic, live);
    watch.poke();
  };
  observer.on_viewed = [bridge](const relay::Topic& topic, bool viewed) { bridge->on_viewed(topic, viewed); };
  observer.on_frame = [bridge](const relay::Topic& topic, const relay::Frame& frame) {
    bridge->on_frame(topic, frame);
  };
  relay.observe(std::move(observer));
  return bridge->start([&watch] { watch.poke(); });
}

}  // namespace sas
