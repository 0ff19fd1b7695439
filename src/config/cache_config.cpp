#include "config/cache_config.h"

#include <algorithm>
#include <charconv>

#include <boost/url/parse.hpp>

#include "config/server_config.h"

namespace sas::config {
namespace {

namespace urls = boost::urls;
constexpr int kMostDatabases = 1'000'000;

Error wrong(std::string why) {
  return Error::of(
      ErrorKind::invalid_argument, "invalid_redis_url",
      "expected redis://user:password@host:port/database, or rediss:// for TLS; " + std::move(why));
}

// In lower case, an IPv6 address without its brackets.
std::string host_of(const urls::url_view& url) {
  std::string host = url.host_address();
  std::transform(host.begin(), host.end(), host.begin(), [](unsigned char c) { return std::tolower(c); });
  return host;
}

// Only a Redis of this machine can be started.
void decide_starting(Settings& settings, CacheConfig& config) {
  config.start_local_redis = config.start_local_redis && is_loopback(config.redis.host);
  if (config.start_local_redis && config.redis.tls && !config.local_redis_command)
    settings.problem(
        "AUTO_START_LOCAL_REDIS: the Redis that it starts has no TLS; use redis:// in REDIS_URL, or set "
        "LOCAL_REDIS_START_CMD to a command that starts one with TLS");
}

}  // namespace

std::string_view to_string(CacheConfig::Backend backend) {
  switch (backend) {
    case CacheConfig::Backend::memory:
      return "memory";
    case CacheConfig::Backend::redis:
      return "redis";
    case CacheConfig::Backend::upstash_rest:
      return "upstash_rest";
  }
  return "memory";
}

Result<void> take_redis_url(CacheConfig& config, const std::string& url) {
  auto address = parse_redis_url(url);
  if (!address) return address.error();
  config.redis = std::move(*address);
  return {};
}

Result<void> take_upstash_url(CacheConfig& config, const std::string& text) {
  const auto url = urls::parse_uri(text);
  const bool plain = url && !url->has_userinfo() && !url->has_query() && !url->has_fragment() &&
                     (url->path().empty() || url->path() == "/") && !url->host().empty();
  // Every request carries the token.
  const bool safe =
      plain && (url->scheme() == "https" || (url->scheme() == "http" && is_loopback(host_of(*url))));
  if (!safe)
    return Error::of(ErrorKind::invalid_argument, "expected https://<id>.upstash.io and nothing after it");
  config.upstash_url = text;
  while (config.upstash_url.ends_with('/')) config.upstash_url.pop_back();
  return {};
}

Result<void> take_upstash_token(CacheConfig& config, const std::string& token) {
  const bool sendable =
      std::all_of(token.begin(), token.end(), [](unsigned char c) { return c > 0x20U && c < 0x7FU; });
  if (!sendable)
    return Error::of(ErrorKind::invalid_argument,
                     "expected a token, which has no spaces and no characters outside ASCII");
  config.upstash_token = token;
  return {};
}

Result<RedisAddress> parse_redis_url(std::string_view text) {
  const auto url = urls::parse_uri(text);
  if (!url) return wrong("this is not a URL; write # @ : / in a password as %23 %40 %3A %2F");
  RedisAddress address;
  if (url->scheme() == "rediss") {
    address.tls = true;
  } else if (url->scheme() != "redis") {
    return wrong("its scheme is neither of these");
  }
  address.host = host_of(*url);
  if (address.host.empty()) return wrong("the host is missing");
  if (const std::string port = url->port(); !port.empty()) {
    const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (problem != std::errc{} || end != port.data() + port.size() || address.port == 0)
      return wrong("the port must be between 1 and 65535");
  }
  address.username = url->user();
  address.password = url->password();
  if (!address.username.empty() && address.password.empty())
    return wrong("there is a user but no password; write a password alone as redis://:password@host");
  if (url->has_query() || url->has_fragment()) return wrong("nothing may follow the database number");
  std::string path = url->path();
  if (path.starts_with('/')) path.erase(0, 1);
  if (!path.empty()) {
    const auto [end, problem] = std::from_chars(path.data(), path.data() + path.size(), address.database);
    if (problem != std::errc{} || end != path.data() + path.size() || address.database < 0 ||
        address.database >= kMostDatabases)
      return wrong("the database must be a number");
  }
  return address;
}

CacheConfig read_cache_config(Settings& settings, bool embedded) {
  using Backend = CacheConfig::Backend;
  CacheConfig config;
  settings.read(kCacheSettings, config);
  const bool has_redis_url = settings.is_set("REDIS_URL");
  const bool has_upstash_url = settings.is_set("UPSTASH_REDIS_REST_URL");
  const bool has_upstash_token = settings.is_set("UPSTASH_REDIS_REST_TOKEN");

  const std::string& wanted = config.configured;
  if (wanted == "memory") {
    config.backend = Backend::memory;
    config.reason = "CACHE_BACKEND is set to it";
  } else if (wanted == "redis") {
    config.backend = Backend::redis;
    config.reason = "CACHE_BACKEND is set to it";
  } else if (wanted == "upstash_rest") {
    config.backend = Backend::upstash_rest;
    config.reason = "CACHE_BACKEND is set to it";
  } else if (has_upstash_url || has_upstash_token) {
    config.backend = Backend::upstash_rest;
    config.reason = "auto: Upstash's address and token are set";
  } else if (has_redis_url) {
    config.backend = Backend::redis;
    config.reason = "auto: REDIS_URL is set";
  } else if (config.start_local_redis) {
    config.backend = Backend::redis;
    config.reason = "auto: AUTO_START_LOCAL_REDIS is true";
  } else {
    config.backend = Backend::memory;
    config.reason =
        embedded ? "auto: one server with its own database file needs no Redis"
                 : "auto: REDIS_URL is not set, so the database's rule decides what two servers see at once; "
                   "a Redis takes that load off the database";
  }

  if (config.backend == Backend::upstash_rest) {
    const std::string why =
        wanted == "auto" ? "the other one of the pair is set" : "CACHE_BACKEND=upstash_rest needs it";
    for (const auto& [name, set] : {std::pair{"UPSTASH_REDIS_REST_URL", has_upstash_url},
                                    std::pair{"UPSTASH_REDIS_REST_TOKEN", has_upstash_token}})
      if (!set) settings.problem(std::string(name) + " is missing: " + why);
  }
  if (config.backend == Backend::redis) {
    if (!has_redis_url && !config.start_local_redis)
      settings.problem("REDIS_URL is missing: CACHE_BACKEND=redis needs it, or AUTO_START_LOCAL_REDIS=true");
    decide_starting(settings, config);
  }
  return config;
}

}  // namespace sas::config
