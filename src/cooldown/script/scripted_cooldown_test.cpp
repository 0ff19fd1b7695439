// How the gate handles a Redis that answers unexpectedly or not at all. The script's decisions are covered by
// the contract suite on a real Redis.

#include "cooldown/script/scripted_cooldown.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/run_task.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using test::run_task;
using Kind = RedisReply::Kind;

class FakeRedis final : public RedisCommands {
 public:
  Task<Result<RedisReply>> execute(RedisCommand command) override {
    commands.push_back(std::move(command));
    co_return answer(commands.back());
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const RedisCommand& command : commands) result.push_back(command.front());
    return result;
  }

  std::vector<RedisCommand> commands;
  std::function<Result<RedisReply>(const RedisCommand&)> answer;
};

RedisReply granted(std::int64_t yes, const std::string& until) {
  return {Kind::array, 0, {}, {{Kind::integer, yes, {}, {}}, {Kind::text, 0, until, {}}}};
}
RedisReply refusal(const std::string& text) { return {Kind::error, 0, text, {}}; }
Error gone() { return Error::of(ErrorKind::unavailable, "redis_lost", "gone"); }

class ScriptedCooldownTest : public testing::Test {
 protected:
  Result<CooldownAnswer> claim(PersonId person) {
    return run_task(gate_.try_claim({person, EventId::make(now_), now_, 1h}));
  }

  SystemClock clock_;
  Timestamp now_ = clock_.now();
  FakeRedis redis_;
  ScriptedCooldown gate_{redis_, clock_};
  PersonId ada_ = PersonId::make(now_);
};

TEST_F(ScriptedCooldownTest, SendsTheScriptOnlyToARedisThatDoesNotHaveIt) {
  bool has_it = false;
  redis_.answer = [&](const RedisCommand& command) -> Result<RedisReply> {
    if (command.front() == "EVALSHA" && !has_it)
      return refusal("NOSCRIPT No matching script. Please use EVAL.");
    has_it = true;
    return granted(1, "1795334400000000");
  };
  EXPECT_TRUE(claim(ada_)->granted);
  EXPECT_TRUE(claim(ada_)->granted);
  EXPECT_THAT(redis_.names(), testing::ElementsAre("EVALSHA", "EVAL", "EVALSHA"));
}

TEST_F(ScriptedCooldownTest, ReportsAnyOtherAnswerAsUnavailableWithItsText) {
  for (const RedisReply& reply :
       {refusal("OOM command not allowed when used memory > 'maxmemory'."), granted(1, "soon"),
        RedisReply{Kind::nil, 0, {}, {}}, RedisReply{Kind::array, 0, {}, {}}}) {
    redis_.answer = [&](const RedisCommand&) -> Result<RedisReply> { return reply; };
    const auto answer = claim(ada_);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(answer.error().message, testing::HasSubstr(reply.text));
  }
}

TEST_F(ScriptedCooldownTest, AnUnreleasedClaimDoesNotBlockThePersonOnceTheRedisIsBack) {
  redis_.answer = [](const RedisCommand&) -> Result<RedisReply> { return gone(); };
  const EventId event = EventId::make(now_);
  EXPECT_TRUE(run_task(gate_.release(ada_, event))) << "it will be retried";
  EXPECT_FALSE(claim(ada_));
  redis_.commands.clear();
  redis_.answer = [](const RedisCommand& command) -> Result<RedisReply> {
    if (command.front() == "HDEL") return RedisReply{Kind::integer, 1, {}, {}};
    return granted(1, "1795334400000000");
  };
  EXPECT_TRUE(claim(ada_)->granted);
  EXPECT_THAT(redis_.names(), testing::ElementsAre("HDEL", "EVALSHA"));
  EXPECT_EQ(redis_.commands.front().at(2), event.to_string());
  EXPECT_TRUE(claim(ada_)->granted);
  EXPECT_THAT(redis_.names(), testing::ElementsAre("HDEL", "EVALSHA", "EVALSHA")) << "once";
}

TEST_F(ScriptedCooldownTest, AnyClaimDeliversPendingReleases) {
  redis_.answer = [](const RedisCommand&) -> Result<RedisReply> { return gone(); };
  ASSERT_TRUE(run_task(gate_.release(ada_, EventId::make(now_))));
  redis_.commands.clear();
  redis_.answer = [](const RedisCommand&) -> Result<RedisReply> { return granted(1, "1795334400000000"); };
  EXPECT_TRUE(claim(PersonId::make(now_)));
  EXPECT_THAT(redis_.names(), testing::ElementsAre("HDEL", "EVALSHA"));
}

}  // namespace
}  // namespace sas
