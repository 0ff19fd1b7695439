// The gate contract on Upstash's REST API, provided by a test server in front of a real Redis.

#include <future>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>

#include "cooldown/upstash/upstash_cooldown.h"
#include "cooldown_contract.h"
#include "fixtures/redis_server.h"
#include "fixtures/run_task.h"
#include "fixtures/upstash_server.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using test::run_task;

constexpr auto kPatience = 20s;

const SystemClock& system_clock() {
  static const SystemClock clock;
  return clock;
}

struct Servers {
  test::RedisServer redis;
  test::UpstashServer rest{redis.port(), "a-token"};
};

UpstashOptions options_for(const test::UpstashServer& server) {
  UpstashOptions options;
  options.url = server.url();
  options.token = server.token();
  options.command_timeout = 5s;  // for a busy machine under a sanitizer
  options.first_pause = 5ms;
  options.longest_pause = 50ms;
  return options;
}

INSTANTIATE_TEST_SUITE_P(Upstash, CooldownContract,
                         testing::Values(CooldownFactory{"Upstash",
                                                         []() -> std::unique_ptr<CooldownGate> {
                                                           if (test::redis_server_program().empty())
                                                             return nullptr;
                                                           static const Servers servers;
                                                           return std::make_unique<UpstashCooldown>(
                                                               options_for(servers.rest), system_clock());
                                                         },
                                                         test::kNoRedisServer}),
                         [](const auto& instance) { return instance.param.name; });

class UpstashCooldownTest : public testing::Test {
 protected:
  void SetUp() override {
    if (test::redis_server_program().empty()) GTEST_SKIP() << test::kNoRedisServer;
    servers_ = std::make_unique<Servers>();
  }

  static Result<CooldownAnswer> claim(CooldownGate& gate) {
    const Timestamp now = system_clock().now();
    return run_task(gate.try_claim({PersonId::make(now), EventId::make(now), now, 1h}));
  }

  static bool back_by_itself(CooldownGate& gate) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!claim(gate)) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  std::unique_ptr<Servers> servers_;
};

TEST_F(UpstashCooldownTest, GrantsExactlyOneOf64ClaimantsOnTwoServersEveryTime) {
  boost::asio::thread_pool threads(4);
  UpstashCooldown first(options_for(servers_->rest), system_clock());
  UpstashCooldown second(options_for(servers_->rest), system_clock());
  const int before = servers_->rest.requests();
  constexpr int kRounds = 30;
  for (int round = 0; round < kRounds; ++round) {
    const Timestamp start = system_clock().now();
    const PersonId ada = PersonId::make(start);
    std::vector<std::future<Result<CooldownAnswer>>> pending;
    for (int i = 0; i < 64; ++i)
      pending.push_back(boost::asio::co_spawn(
          threads, (i % 2 == 0 ? first : second).try_claim({ada, EventId::make(start), start, 1h}),
          boost::asio::use_future));
    int granted = 0;
    for (auto& future : pending) granted += future.get().value().granted ? 1 : 0;
    ASSERT_EQ(granted, 1);
  }
  threads.join();  // no thread is inside a gate when it is destroyed
  EXPECT_LT(servers_->rest.requests() - before, kRounds * 64) << "waiting claims share a request";
}

TEST_F(UpstashCooldownTest, ReportsAWrongTokenWithoutRevealingIt) {
  UpstashOptions options = options_for(servers_->rest);
  options.token = "mistaken";
  UpstashCooldown gate(options, system_clock());
  const auto answer = run_task(gate.ping());
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, testing::HasSubstr("UPSTASH_REDIS_REST_TOKEN"));
  EXPECT_THAT(answer.error().message, testing::Not(testing::HasSubstr("mistaken")));
}

TEST_F(UpstashCooldownTest, SendsFewRequestsAndDelaysNobodyWhileItFails) {
  UpstashOptions options = options_for(servers_->rest);
  options.first_pause = options.longest_pause = 1h;
  UpstashCooldown gate(options, system_clock());
  ASSERT_TRUE(claim(gate));
  for (const unsigned status : {500U, 429U}) {
    UpstashCooldown fresh(options, system_clock());
    servers_->rest.answer_with(status);
    const int before = servers_->rest.requests();
    for (int i = 0; i < 100; ++i) {
      const auto answer = claim(fresh);
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
      EXPECT_THAT(answer.error().message, testing::HasSubstr(std::to_string(status)));
    }
    EXPECT_EQ(servers_->rest.requests() - before, 1);
  }
}

TEST_F(UpstashCooldownTest, IsUsedAgainAfterRecovery) {
  UpstashCooldown gate(options_for(servers_->rest), system_clock());
  ASSERT_TRUE(claim(gate));
  servers_->rest.stop();
  ASSERT_FALSE(claim(gate));
  servers_->rest.start();
  EXPECT_TRUE(back_by_itself(gate));
  servers_->rest.answer_with(500);
  ASSERT_FALSE(claim(gate));
  servers_->rest.answer_with(0);
  EXPECT_TRUE(back_by_itself(gate));
}

TEST_F(UpstashCooldownTest, ASilentUpstashDelaysNobodyBeyondTheTimeLimit) {
  UpstashOptions options = options_for(servers_->rest);
  options.command_timeout = 300ms;
  options.first_pause = options.longest_pause = 1h;
  UpstashCooldown gate(options, system_clock());
  servers_->redis.suspend();
  const auto since = std::chrono::steady_clock::now();
  int claims = 0;
  for (; claims < 1000; ++claims) ASSERT_FALSE(claim(gate));
  EXPECT_LT(std::chrono::steady_clock::now() - since, claims * options.command_timeout / 10);
  servers_->redis.resume();
}

}  // namespace
}  // namespace sas
