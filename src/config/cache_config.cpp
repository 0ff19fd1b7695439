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

// The host alone, for looking at: an IPv6 address without its brackets.
std::string host_of(const urls::url_view& url) {
  std::string host = url.host_address();
  std::transform(host.begin(), host.end(), host.begin(), [](unsigned char c) { return std::tolower(c); });
  return host;
}

void read_redis(Settings& settings, CacheConfig& config) {
  if (const auto url = settings.text("REDIS_URL")) {
    if (const auto address = parse_redis_url(*url)) {
      config.redis = *address;
    } else {
      settings.problem("REDIS_URL", "REDIS_URL: " + address.error().message);
    }
  }
  if (const auto file = settings.text("REDIS_CA_FILE")) {
    config.redis_ca_file = *file;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(*file, ignored))
      settings.problem("REDIS_CA_FILE", "REDIS_CA_FILE=\"" + *file + "\": no such file; expected a PEM file");
  }
  config.start_local_redis = settings.flag("AUTO_START_LOCAL_REDIS", false);
  config.local_redis_command = settings.text("LOCAL_REDIS_START_CMD");
  config.prefer_docker = settings.flag("PREFER_DOCKER_REDIS", false);
}

void read_upstash(Settings& settings, CacheConfig& config) {
  config.upstash_token = settings.text("UPSTASH_REDIS_REST_TOKEN", "");
  const bool sendable = std::all_of(config.upstash_token.begin(), config.upstash_token.end(),
                                    [](unsigned char c) { return c > 0x20U && c < 0x7FU; });
  if (!sendable)
    settings.problem(
        "UPSTASH_REDIS_REST_TOKEN",
        "UPSTASH_REDIS_REST_TOKEN holds a space or a character outside ASCII; it is not a token");
  const auto text = settings.text("UPSTASH_REDIS_REST_URL");
  if (!text) return;
  const auto url = urls::parse_uri(*text);
  const bool plain = url && !url->has_userinfo() && !url->has_query() && !url->has_fragment() &&
                     (url->path().empty() || url->path() == "/") && !url->host().empty();
  // The token travels with every request.
  const bool safe =
      plain && (url->scheme() == "https" || (url->scheme() == "http" && is_loopback(host_of(*url))));
  if (!safe) {
    settings.problem("UPSTASH_REDIS_REST_URL",
                     "UPSTASH_REDIS_REST_URL: expected https://<id>.upstash.io and nothing after it");
    return;
  }
  config.upstash_url = *text;
  while (config.upstash_url.ends_with('/')) config.upstash_url.pop_back();
}

// A Redis elsewhere is not this machine's to start, wanted or not.
void decide_starting(Settings& settings, CacheConfig& config) {
  config.start_local_redis = config.start_local_redis && is_loopback(config.redis.host);
  if (config.start_local_redis && config.redis.tls && !config.local_redis_command)
    settings.problem(
        "AUTO_START_LOCAL_REDIS",
        "AUTO_START_LOCAL_REDIS: the Redis that it starts speaks no TLS; write redis:// in REDIS_URL, or "
        "say in LOCAL_REDIS_START_CMD how to start one that does");
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

Result<RedisAddress> parse_redis_url(std::string_view text) {
  const auto url = urls::parse_uri(text);
  if (!url)
    return wrong(
        "this cannot be read; characters such as # @ : / in a password are written as %23 %40 %3A %2F");
  RedisAddress address;
  if (url->scheme() == "rediss") {
    address.tls = true;
  } else if (url->scheme() != "redis") {
    return wrong("this begins with \"" + std::string(url->scheme()) + "\"");
  }
  address.host = host_of(*url);
  if (address.host.empty()) return wrong("the host is missing");
  if (const std::string port = url->port(); !port.empty()) {
    const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (problem != std::errc{} || end != port.data() + port.size() || address.port == 0)
      return wrong("the port lies between 1 and 65535");
  }
  address.username = url->user();
  address.password = url->password();
  if (!address.username.empty() && address.password.empty())
    return wrong("a user without a password; for a password alone write redis://:password@host");
  if (url->has_query() || url->has_fragment()) return wrong("nothing follows the database's number");
  std::string path = url->path();
  if (path.starts_with('/')) path.erase(0, 1);
  if (!path.empty()) {
    const auto [end, problem] = std::from_chars(path.data(), path.data() + path.size(), address.database);
    if (problem != std::errc{} || end != path.data() + path.size() || address.database < 0 ||
        address.database >= kMostDatabases)
      return wrong("the database is a number");
  }
  return address;
}

CacheConfig read_cache_config(Settings& settings, bool embedded) {
  using Backend = CacheConfig::Backend;
  CacheConfig config;
  read_redis(settings, config);
  read_upstash(settings, config);
  const bool has_redis_url = settings.text("REDIS_URL").has_value();
  const bool has_upstash_url = settings.text("UPSTASH_REDIS_REST_URL").has_value();
  const bool has_upstash_token = !config.upstash_token.empty();

  const std::string wanted =
      settings.choice("CACHE_BACKEND", "auto", {"auto", "upstash_rest", "redis", "memory"});
  if (wanted == "memory") {
    config.backend = Backend::memory;
    config.reason = "CACHE_BACKEND says so";
  } else if (wanted == "redis") {
    config.backend = Backend::redis;
    config.reason = "CACHE_BACKEND says so";
  } else if (wanted == "upstash_rest") {
    config.backend = Backend::upstash_rest;
    config.reason = "CACHE_BACKEND says so";
  } else if (has_upstash_url || has_upstash_token) {
    config.backend = Backend::upstash_rest;
    config.reason = "auto: Upstash's address and token are set";
  } else if (has_redis_url) {
    config.backend = Backend::redis;
    config.reason = "auto: REDIS_URL is set";
  } else if (config.start_local_redis) {
    config.backend = Backend::redis;
    config.reason = "auto: AUTO_START_LOCAL_REDIS asks for a Redis on this machine";
  } else {
    config.backend = Backend::memory;
    config.reason =
        embedded ? "auto: one server with its own database file needs no other"
                 : "auto: no Redis is set, so the database's rule settles what two servers see at once; "
                   "REDIS_URL spares it that";
  }

  if (config.backend == Backend::upstash_rest) {
    const std::string why =
        wanted == "auto" ? "the other one of the pair is set" : "CACHE_BACKEND=upstash_rest needs it";
    for (const auto& [name, set] : {std::pair{"UPSTASH_REDIS_REST_URL", has_upstash_url},
                                    std::pair{"UPSTASH_REDIS_REST_TOKEN", has_upstash_token}})
      if (!set) settings.problem(name, std::string(name) + " is missing: " + why);
  }
  if (config.backend == Backend::redis) {
    if (!has_redis_url && !config.start_local_redis)
      settings.problem("REDIS_URL",
                       "REDIS_URL is missing: CACHE_BACKEND=redis needs it, or AUTO_START_LOCAL_REDIS=true");
    decide_starting(settings, config);
  }
  return config;
}

}  // namespace sas::config
