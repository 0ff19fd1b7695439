#pragma once
// Where cooldowns are kept.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/error.h"
#include "config/settings.h"

namespace sas::config {

// redis://user:password@host:port/database, or rediss:// for TLS.
struct RedisAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string username;
  std::string password;
  int database = 0;
  bool tls = false;
};

// invalid_argument: what is wrong with it. The message does not repeat the text, which may hold a password.
[[nodiscard]] Result<RedisAddress> parse_redis_url(std::string_view text);

struct CacheConfig {
  enum class Backend { memory, redis, upstash_rest };
  Backend backend = Backend::memory;
  std::string configured;  // CACHE_BACKEND: the name of a backend, or "auto"
  std::string reason;      // why this backend, for people: "REDIS_URL is set"

  RedisAddress redis;
  std::optional<std::filesystem::path> redis_ca_file;
  bool start_local_redis =
      false;  // if nothing listens at the address; only true for this machine's addresses
  std::optional<std::string> local_redis_command;
  bool prefer_docker = false;

  std::string upstash_url;  // without a slash at its end
  std::string upstash_token;
};

// The name in CACHE_BACKEND: "upstash_rest".
[[nodiscard]] std::string_view to_string(CacheConfig::Backend backend);

[[nodiscard]] Result<void> take_redis_url(CacheConfig& config, const std::string& url);
[[nodiscard]] Result<void> take_upstash_url(CacheConfig& config, const std::string& url);
[[nodiscard]] Result<void> take_upstash_token(CacheConfig& config, const std::string& token);

inline constexpr std::array kCacheSettings{
    setting<&CacheConfig::configured>(
        {.name = "CACHE_BACKEND",
         .initial = "auto",
         .choices = "auto|upstash_rest|redis|memory",
         .help = "Where cooldowns are kept. memory: in this process, restored from the database at the "
                 "start; right for one server. redis, upstash_rest: in a Redis that several servers share. "
                 "auto: upstash_rest if its address and token are set, else redis if REDIS_URL is set or "
                 "AUTO_START_LOCAL_REDIS is true, else memory. With any of them the database makes sure that "
                 "one walk-past makes one record."}),
    setting<&take_redis_url>(
        {.name = "REDIS_URL",
         .when_unset = "none, or redis://127.0.0.1:6379/0 if AUTO_START_LOCAL_REDIS is true",
         .secret = true,
         .help = "The Redis: redis://user:password@host:port/database, or rediss:// for TLS. Write "
                 "characters that a URL cannot hold as %XX. Servers that share a PostgreSQL also use it to "
                 "show each other's live pictures (docs/scaling.md)."}),
    setting<&CacheConfig::redis_ca_file>({.name = "REDIS_CA_FILE",
                                          .when_unset = "the system's certificates",
                                          .file = true,
                                          .help = "Certificates (PEM) to trust for rediss://."}),
    setting<&CacheConfig::start_local_redis>(
        {.name = "AUTO_START_LOCAL_REDIS",
         .initial = "false",
         .help = "Start a Redis together with attendd if REDIS_URL leads to this machine (127.0.0.1, ::1, "
                 "localhost) and nothing listens there."}),
    setting<&CacheConfig::local_redis_command>(
        {.name = "LOCAL_REDIS_START_CMD",
         .when_unset = "redis-server, which keeps nothing on disk and ends with attendd",
         .secret = true,
         .help = "The shell command that starts the local Redis. A program that stays in the foreground ends "
                 "with attendd; one that detaches stays."}),
    setting<&CacheConfig::prefer_docker>(
        {.name = "PREFER_DOCKER_REDIS",
         .initial = "false",
         .help = "Start the local Redis in a container (redis:7, named sas-redis-PORT) if there is Docker. "
                 "The container stays when attendd ends."}),
    setting<&take_upstash_url>(
        {.name = "UPSTASH_REDIS_REST_URL",
         .when_unset = "no Upstash",
         .help = "The address of a Redis at Upstash, from its console, section REST API."}),
    setting<&take_upstash_token>(
        {.name = "UPSTASH_REDIS_REST_TOKEN",
         .when_unset = "no Upstash",
         .secret = true,
         .help = "The token of the Redis at Upstash, from the same section. It must be allowed to write."}),
};

// Notes every problem in `settings`. `embedded`: the database is this server's own file.
[[nodiscard]] CacheConfig read_cache_config(Settings& settings, bool embedded);

}  // namespace sas::config
