#include "config/cache_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sas::config {
namespace {

using Backend = CacheConfig::Backend;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Values = std::map<std::string, std::string>;

const Values kUpstash{{"UPSTASH_REDIS_REST_URL", "https://eu1-calm-owl-1.upstash.io/"},
                      {"UPSTASH_REDIS_REST_TOKEN", "AX-token_1=="}};

CacheConfig read_cache(const Values& values, std::string* problems = nullptr, bool embedded = true) {
  Settings settings = Settings::from(values);
  CacheConfig config = read_cache_config(settings, embedded);
  const auto checked = settings.check();
  if (problems != nullptr) {
    *problems = checked ? "" : checked.error().message;
  } else {
    EXPECT_TRUE(checked) << checked.error().message;
  }
  return config;
}

std::string problems_of(const Values& values) {
  std::string problems;
  static_cast<void>(read_cache(values, &problems));
  return problems;
}

Values with(Values values, const Values& more) {
  values.insert(more.begin(), more.end());
  return values;
}

TEST(CacheConfig, AutoTakesUpstashThenRedisThenMemory) {
  EXPECT_EQ(read_cache(with(kUpstash, {{"REDIS_URL", "redis://cache"}})).backend, Backend::upstash_rest);
  EXPECT_EQ(read_cache({{"REDIS_URL", "redis://cache"}}).backend, Backend::redis);
  EXPECT_EQ(read_cache({{"AUTO_START_LOCAL_REDIS", "true"}}).backend, Backend::redis);
  EXPECT_EQ(read_cache({}).backend, Backend::memory);
  EXPECT_EQ(read_cache({{"CACHE_BACKEND", "auto"}}, nullptr, false).backend, Backend::memory);
}

TEST(CacheConfig, TheReasonNamesTheDecidingSetting) {
  EXPECT_THAT(read_cache({{"REDIS_URL", "redis://cache"}}).reason, HasSubstr("REDIS_URL"));
  EXPECT_THAT(read_cache({{"AUTO_START_LOCAL_REDIS", "on"}}).reason, HasSubstr("AUTO_START_LOCAL_REDIS"));
  EXPECT_THAT(read_cache(with(kUpstash, {})).reason, HasSubstr("Upstash"));
  EXPECT_THAT(read_cache({{"CACHE_BACKEND", "memory"}}).reason, HasSubstr("CACHE_BACKEND"));
  EXPECT_NE(read_cache({}).reason, read_cache({}, nullptr, false).reason);
}

TEST(CacheConfig, CacheBackendTakesPrecedenceOverAddresses) {
  EXPECT_EQ(read_cache(with(kUpstash, {{"CACHE_BACKEND", "memory"}})).backend, Backend::memory);
  EXPECT_EQ(read_cache(with(kUpstash, {{"CACHE_BACKEND", "redis"}, {"REDIS_URL", "redis://cache"}})).backend,
            Backend::redis);
}

TEST(CacheConfig, TheUpstashUrlLosesItsTrailingSlash) {
  const CacheConfig config = read_cache(kUpstash);
  EXPECT_EQ(config.upstash_url, "https://eu1-calm-owl-1.upstash.io");
  EXPECT_EQ(config.upstash_token, "AX-token_1==");
}

TEST(CacheConfig, TheMissingHalfOfAPairIsNamed) {
  EXPECT_THAT(problems_of({{"UPSTASH_REDIS_REST_URL", "https://x.upstash.io"}}),
              HasSubstr("UPSTASH_REDIS_REST_TOKEN is missing"));
  EXPECT_THAT(problems_of({{"UPSTASH_REDIS_REST_TOKEN", "t"}}),
              HasSubstr("UPSTASH_REDIS_REST_URL is missing"));
  const std::string both = problems_of({{"CACHE_BACKEND", "upstash_rest"}});
  EXPECT_THAT(both, HasSubstr("UPSTASH_REDIS_REST_URL is missing"));
  EXPECT_THAT(both, HasSubstr("UPSTASH_REDIS_REST_TOKEN is missing"));
  EXPECT_THAT(problems_of({{"CACHE_BACKEND", "redis"}}), HasSubstr("REDIS_URL is missing"));
}

TEST(CacheConfig, ATokenIsNeverSentUnencrypted) {
  for (const char* url :
       {"http://x.upstash.io", "https://user:pw@x.upstash.io", "https://x.upstash.io/db", "x"})
    EXPECT_THAT(
        problems_of({{"UPSTASH_REDIS_REST_URL", url}, {"UPSTASH_REDIS_REST_TOKEN", "t"}}),
        AllOf(HasSubstr("UPSTASH_REDIS_REST_URL="), HasSubstr("expected https://"), Not(HasSubstr("pw"))))
        << url;
  EXPECT_EQ(
      problems_of({{"UPSTASH_REDIS_REST_URL", "http://127.0.0.1:8079"}, {"UPSTASH_REDIS_REST_TOKEN", "t"}}),
      "");
}

TEST(CacheConfig, OnlyARedisOnThisMachineIsStarted) {
  EXPECT_TRUE(read_cache({{"AUTO_START_LOCAL_REDIS", "true"}, {"REDIS_URL", "redis://[::1]:7000"}})
                  .start_local_redis);
  EXPECT_FALSE(read_cache({{"AUTO_START_LOCAL_REDIS", "true"}, {"REDIS_URL", "redis://cache.example"}})
                   .start_local_redis);
  EXPECT_FALSE(read_cache({{"REDIS_URL", "redis://localhost"}}).start_local_redis);
  EXPECT_THAT(problems_of({{"AUTO_START_LOCAL_REDIS", "true"}, {"REDIS_URL", "rediss://localhost"}}),
              HasSubstr("TLS"));
}

TEST(CacheConfig, EveryProblemIsNamedAtOnce) {
  const std::string problems = problems_of({{"CACHE_BACKEND", "redis"},
                                            {"REDIS_URL", "cache:6379"},
                                            {"REDIS_CA_FILE", "/nowhere/ca.pem"},
                                            {"AUTO_START_LOCAL_REDIS", "maybe"},
                                            {"UPSTASH_REDIS_REST_URL", "ftp://x"}});
  for (const char* name :
       {"REDIS_URL: expected", "/nowhere/ca.pem", "AUTO_START_LOCAL_REDIS", "UPSTASH_REDIS_REST_URL"})
    EXPECT_THAT(problems, HasSubstr(name));
}

TEST(RedisUrl, IsParsedIntoItsParts) {
  const auto all = parse_redis_url("rediss://attendd:p%40ss%23@Cache.Example:6380/3");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->host, "cache.example");
  EXPECT_EQ(all->port, 6380);
  EXPECT_EQ(all->username, "attendd");
  EXPECT_EQ(all->password, "p@ss#");
  EXPECT_EQ(all->database, 3);
  EXPECT_TRUE(all->tls);
  const auto least = parse_redis_url("redis://127.0.0.1");
  ASSERT_TRUE(least);
  EXPECT_EQ(least->port, 6379);
  EXPECT_FALSE(least->tls);
  EXPECT_EQ(parse_redis_url("redis://:secret@localhost/")->password, "secret");
  EXPECT_EQ(parse_redis_url("redis://[fd00::1]:7000")->host, "fd00::1");
}

TEST(RedisUrl, AWrongUrlIsRefusedWithoutRepeatingIt) {
  for (const char* url : {"hunter2", "http://hunter2", "redis://", "redis://host:0", "redis://host:99999",
                          "redis://host/hunter2", "redis://host/-1", "redis://host/0?hunter2=1",
                          "redis://u:hunter2#x@host", "redis://hunter2@host"}) {
    const auto address = parse_redis_url(url);
    ASSERT_FALSE(address) << url;
    EXPECT_THAT(address.error().message, Not(HasSubstr("hunter2"))) << url;
  }
}

}  // namespace
}  // namespace sas::config
