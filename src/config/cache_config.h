#pragma once
// Where cooldowns are kept, from Settings.

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

// invalid_argument: what is wrong with it, without repeating it, since it may hold a password.
[[nodiscard]] Result<RedisAddress> parse_redis_url(std::string_view text);

struct CacheConfig {
  enum class Backend { memory, redis, upstash_rest };
  Backend backend = Backend::memory;
  std::string reason;  // why this one, for people: "REDIS_URL is set"

  RedisAddress redis;
  std::optional<std::filesystem::path> redis_ca_file;
  bool start_local_redis = false;  // when nothing listens there; only for an address of this machine
  std::optional<std::string> local_redis_command;
  bool prefer_docker = false;

  std::string upstash_url;  // without a slash at its end
  std::string upstash_token;
};

// The variable's word for it: "upstash_rest".
[[nodiscard]] std::string_view to_string(CacheConfig::Backend backend);

// Notes every problem in `settings`. `embedded`: the database is this server's own file.
[[nodiscard]] CacheConfig read_cache_config(Settings& settings, bool embedded);

}  // namespace sas::config
