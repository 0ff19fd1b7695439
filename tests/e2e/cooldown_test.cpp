// Where cooldowns are stored, from the operator's point of view.

#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/people.h"
#include "fixtures/redis_server.h"
#include "fixtures/server.h"
#include "fixtures/synthetic_faces.h"

namespace sas {
namespace {

using test::TestServer;

boost::json::value cooldown_of(TestServer& server) {
  const auto ready = server.client()->get("/readyz");
  EXPECT_EQ(ready.status, 200) << "a lost cache must not make the server unready";
  return ready.json().at("cooldown");
}

// Waits until /readyz reports the Redis as reached, or as not reached.
bool becomes(TestServer& server, bool reached) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (cooldown_of(server).at("ok").as_bool() != reached) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

class Cooldown : public testing::Test {
 protected:
  void SetUp() override {
    if (test::redis_server_program().empty()) GTEST_SKIP() << test::kNoRedisServer;
  }
};

TEST_F(Cooldown, ALostRedisCausesNoDuplicatesAndBlocksNobody) {
  test::RedisServer redis;
  TestServer server({{"REDIS_URL", redis.url()}});
  const auto chosen = cooldown_of(server);
  EXPECT_EQ(chosen.at("backend"), "redis");
  EXPECT_EQ(chosen.at("reason"), "auto: REDIS_URL is set");
  EXPECT_EQ(chosen.at("ok"), true);

  test::SyntheticFaces faces(5);
  const Embedding ada = faces.identity();
  const Embedding bob = faces.identity();
  const auto client = server.client();
  test::enrol(*client, "1", "Ada", ada);
  test::enrol(*client, "2", "Bob", bob);
  EXPECT_EQ(test::recognise(*client, ada).at("outcome"), "marked");
  EXPECT_THAT(redis.command("KEYS sas:*"), testing::HasSubstr("sas:cooldown:"))
      << "the claim is stored there";

  redis.kill();
  EXPECT_EQ(test::recognise(*client, ada).at("outcome"), "cooldown");
  EXPECT_EQ(test::recognise(*client, bob).at("outcome"), "marked");
  EXPECT_EQ(test::recognise(*client, bob).at("outcome"), "cooldown");
  ASSERT_TRUE(becomes(server, false));

  redis.start();
  ASSERT_TRUE(becomes(server, true));
  EXPECT_EQ(test::recognise(*client, ada).at("outcome"), "cooldown")
      << "Redis has forgotten it, the store has not";
}

TEST_F(Cooldown, StartsARedisThatEndsWithTheServerHoweverThatEnds) {
  const std::uint16_t port = test::free_port();
  TestServer server({{"AUTO_START_LOCAL_REDIS", "true"},
                     {"REDIS_URL", "redis://:s3cret@127.0.0.1:" + std::to_string(port)}});
  const auto goes = [port] {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (test::listens(port) && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return !test::listens(port);
  };
  EXPECT_EQ(cooldown_of(server).at("ok"), true);
  EXPECT_THAT(server.output(), testing::HasSubstr("started redis-server"));
  EXPECT_THAT(server.output(), testing::Not(testing::HasSubstr("s3cret")));
  server.kill();
  EXPECT_TRUE(goes());
  server.start();
  EXPECT_EQ(cooldown_of(server).at("ok"), true);
  EXPECT_EQ(server.stop(), 0);
  EXPECT_TRUE(goes());
}

TEST_F(Cooldown, ARedisThatRejectsThePasswordPreventsTheStartWithoutRevealingIt) {
  const test::RedisServer redis({"--requirepass", "right"});
  const test::TempDir dir;
  const auto ended = test::run({test::program("attendd")},
                               {{"PORT", "0"},
                                {"DATA_DIR", dir.path().string()},
                                {"LOG_FILE", "off"},
                                {"REDIS_URL", "redis://:mistaken@127.0.0.1:" + std::to_string(redis.port())}},
                               dir.path());
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.output, testing::HasSubstr("WRONGPASS"));
  EXPECT_THAT(ended.output, testing::Not(testing::HasSubstr("mistaken")));
}

}  // namespace
}  // namespace sas
