// The gate contract on a real Redis, and cases specific to it: several servers at once, and a Redis that
// dies, hangs or rejects the client.

#include <future>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>

#include "cooldown/redis/redis_cooldown.h"
#include "cooldown_contract.h"
#include "fixtures/redis_server.h"
#include "fixtures/run_task.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using test::run_task;

constexpr auto kPatience = 20s;

const SystemClock& system_clock() {
  static const SystemClock clock;
  return clock;
}

RedisOptions options_for(std::uint16_t port) {
  RedisOptions options;
  options.port = port;
  options.connect_timeout = 20s;  // for a busy machine under a sanitizer
  options.command_timeout = 20s;
  options.first_pause = 5ms;
  options.longest_pause = 50ms;
  return options;
}

std::unique_ptr<RedisCooldown> open_gate(const RedisOptions& options) {
  auto gate = RedisCooldown::create(options, system_clock()).value();
  gate->wait_until_connected(kPatience).value();
  return gate;
}

INSTANTIATE_TEST_SUITE_P(Redis, CooldownContract,
                         testing::Values(CooldownFactory{"Redis",
                                                         []() -> std::unique_ptr<CooldownGate> {
                                                           if (test::redis_server_program().empty())
                                                             return nullptr;
                                                           static const test::RedisServer server;
                                                           return open_gate(options_for(server.port()));
                                                         },
                                                         test::kNoRedisServer}),
                         [](const auto& instance) { return instance.param.name; });

struct Round {
  int granted = 0;
  int refused = 0;
  int unavailable = 0;
};

class RedisCooldownTest : public testing::Test {
 protected:
  void SetUp() override {
    if (test::redis_server_program().empty()) GTEST_SKIP() << test::kNoRedisServer;
    server_ = std::make_unique<test::RedisServer>();
    gates_.push_back(open_gate(options_for(server_->port())));
    gates_.push_back(open_gate(options_for(server_->port())));
  }

  void TearDown() override { threads_.join(); }  // no thread is inside a gate when it is destroyed

  Result<CooldownAnswer> claim(RedisCooldown& gate, PersonId person, Timestamp at) {
    return run_task(gate.try_claim({person, EventId::make(at), at, 1h}));
  }

  // 64 claimants of one walk-past, alternating between the two gates.
  Round race() {
    const Timestamp start = system_clock().now();
    const PersonId ada = PersonId::make(start);
    std::vector<std::future<Result<CooldownAnswer>>> pending;
    for (int i = 0; i < 64; ++i) {
      const CooldownClaim wanted{ada, EventId::make(start), start + i * 1ms, 1h};
      pending.push_back(
          boost::asio::co_spawn(threads_, gates_[i % 2]->try_claim(wanted), boost::asio::use_future));
    }
    Round round;
    for (auto& future : pending) {
      const auto answer = future.get();
      ++(answer ? (answer->granted ? round.granted : round.refused) : round.unavailable);
    }
    return round;
  }

  // Waits until both gates grant again.
  [[nodiscard]] bool back_by_itself() {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    for (const auto& gate : gates_) {
      for (;;) {
        if (claim(*gate, PersonId::make(system_clock().now()), system_clock().now())) break;
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
      }
    }
    return true;
  }

  std::unique_ptr<test::RedisServer> server_;
  boost::asio::thread_pool threads_{4};
  std::vector<std::unique_ptr<RedisCooldown>> gates_;
};

TEST_F(RedisCooldownTest, GrantsExactlyOneOf64ClaimantsOnTwoServersEveryTime) {
  for (int i = 0; i < 1000; ++i) {
    const Round round = race();
    ASSERT_EQ(round.granted, 1) << "round " << i;
    ASSERT_EQ(round.refused, 63) << "round " << i;
  }
}

TEST_F(RedisCooldownTest, AKilledRedisBlocksNobodyAndIsUsedAgainAfterRestart) {
  for (int kills = 0; kills < 5; ++kills) {
    std::thread killer([this] {
      server_->kill();
      server_->start();
    });
    int answered = 0;
    for (int i = 0; i < 20; ++i) {
      // The killed Redis has lost its claims, so one round may see two grants; the store decides.
      const Round round = race();
      ASSERT_LE(round.granted, 2);
      answered += round.granted + round.refused + round.unavailable;
    }
    killer.join();
    EXPECT_EQ(answered, 20 * 64);
    ASSERT_TRUE(back_by_itself());
    const Round round = race();
    EXPECT_EQ(round.granted, 1);
    EXPECT_EQ(round.refused, 63);
  }
}

TEST_F(RedisCooldownTest, ReportsAStoppedRedisAtOnce) {
  server_->kill();
  const auto answer = claim(*gates_[0], PersonId::make(system_clock().now()), system_clock().now());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(answer.error().message, testing::HasSubstr(std::to_string(server_->port())));
  EXPECT_FALSE(run_task(gates_[0]->ping()));
}

TEST_F(RedisCooldownTest, AHangingRedisDelaysNobodyBeyondTheTimeLimit) {
  RedisOptions options = options_for(server_->port());
  options.command_timeout = 300ms;
  const auto gate = open_gate(options);
  server_->suspend();
  const auto since = std::chrono::steady_clock::now();
  int claims = 0;
  for (; claims < 1000; ++claims)
    ASSERT_FALSE(claim(*gate, PersonId::make(system_clock().now()), system_clock().now()));
  // Only the first waits for the time limit; the others fail at once.
  EXPECT_LT(std::chrono::steady_clock::now() - since, claims * options.command_timeout / 10);
  server_->resume();
  EXPECT_TRUE(back_by_itself());
  EXPECT_TRUE(gate->wait_until_connected(kPatience));
}

TEST_F(RedisCooldownTest, ReleasesAClaimWhoseAnswerWasLost) {
  RedisOptions options = options_for(server_->port());
  options.command_timeout = 200ms;
  const auto gate = open_gate(options);
  const Timestamp now = system_clock().now();
  const PersonId ada = PersonId::make(now);
  const EventId walk = EventId::make(now);
  server_->suspend();
  // It waits in the hanging Redis's socket and is executed later.
  ASSERT_FALSE(run_task(gate->try_claim({ada, walk, now, 1h})));
  ASSERT_TRUE(run_task(gate->release(ada, walk)));
  server_->resume();
  ASSERT_TRUE(gate->wait_until_connected(kPatience));
  const auto next = claim(*gate, ada, now + 1min);
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_TRUE(next->granted);
}

TEST_F(RedisCooldownTest, KeysExpireWithTheirClaims) {
  const Timestamp now = system_clock().now();
  const PersonId ada = PersonId::make(now);
  ASSERT_TRUE(claim(*gates_[0], ada, now)->granted);
  const std::string key = "sas:cooldown:" + ada.to_string();
  const auto rest = [&] { return std::stol(server_->command("PTTL " + key).substr(1)); };  // ":3599990\r\n"
  EXPECT_GT(rest(), 50L * 60 * 1000);
  EXPECT_LE(rest(), 60L * 60 * 1000);
  // An expired claim is removed by the next one, and a late claim does not shorten the key's lifetime.
  ASSERT_TRUE(claim(*gates_[0], ada, now - 5h)->granted);
  EXPECT_GT(rest(), 50L * 60 * 1000);
  ASSERT_TRUE(claim(*gates_[0], ada, now + 1h)->granted);
  EXPECT_EQ(server_->command("HLEN " + key), ":2\r\n");
}

TEST_F(RedisCooldownTest, LateEventsOfOneWalkPastConflictToo) {
  const Timestamp yesterday = system_clock().now() - 24h;
  const PersonId ada = PersonId::make(yesterday);
  EXPECT_TRUE(claim(*gates_[0], ada, yesterday)->granted);
  EXPECT_FALSE(claim(*gates_[1], ada, yesterday + 1s)->granted);
}

TEST(RedisAccess, UsesThePasswordUserAndDatabaseOfItsAddress) {
  if (test::redis_server_program().empty()) GTEST_SKIP() << test::kNoRedisServer;
  const test::RedisServer server(
      {"--requirepass", "correct horse", "--user", "attendd", "on", ">battery", "~sas:*", "+@all"});
  RedisOptions options = options_for(server.port());
  options.username = "attendd";
  options.password = "battery";
  options.database = 3;
  const auto gate = open_gate(options);
  const Timestamp now = system_clock().now();
  EXPECT_TRUE(run_task(gate->try_claim({PersonId::make(now), EventId::make(now), now, 1h}))->granted);
  EXPECT_THAT(server.command("AUTH \"correct horse\"\r\nINFO keyspace"), testing::HasSubstr("db3:keys=1"));
}

TEST(RedisAccess, ReportsARejectingRedisWithoutThePassword) {
  if (test::redis_server_program().empty()) GTEST_SKIP() << test::kNoRedisServer;
  const test::RedisServer server({"--requirepass", "correct"});
  for (const auto& [password, database] : {std::pair{"battery-staple", 0}, {"", 0}, {"correct", 99}}) {
    RedisOptions options = options_for(server.port());
    options.password = password;
    options.database = database;
    const auto gate = RedisCooldown::create(options, system_clock()).value();
    const auto refused = gate->wait_until_connected(kPatience);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "redis_refused");
    EXPECT_THAT(refused.error().message, testing::Not(testing::HasSubstr("battery-staple")));
  }
}

}  // namespace
}  // namespace sas
