#include "redis/redis_subscriber.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/redis_server.h"
#include "fixtures/run_task.h"
#include "redis/redis_client.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using test::run_task;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kLongEnough = 30s;

// What a subscriber received, in order: "+channel" for a confirmation, "channel message" for a message.
class Heard {
 public:
  RedisSubscriber::Handlers handlers() {
    return {[this](const std::string& channel, const std::string& text) { add(channel + " " + text); },
            [this](const std::string& channel) { add("+" + channel); }};
  }
  // All of it, once there are `count` entries; fewer on timeout.
  std::vector<std::string> all(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLongEnough, [&] { return told_.size() >= count; });
    return told_;
  }

 private:
  void add(std::string what) {
    const std::lock_guard lock(mutex_);
    told_.push_back(std::move(what));
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> told_;
};

class RedisSubscriberTest : public testing::Test {
 protected:
  void SetUp() override {
    if (test::redis_server_program().empty()) GTEST_SKIP() << test::kNoRedisServer;
    server_ = std::make_unique<test::RedisServer>();
    options_.port = server_->port();
    options_.connect_timeout = 5s;
    options_.command_timeout = 5s;
    options_.longest_pause = 100ms;
    client_ = RedisClient::create(options_).value();
    client_->wait_until_connected(kLongEnough).value();
  }
  std::int64_t publish(const std::string& channel, const std::string& text) {
    return run_task(client_->execute({"PUBLISH", channel, text})).value().integer;
  }

  std::unique_ptr<test::RedisServer> server_;
  RedisOptions options_;
  std::unique_ptr<RedisClient> client_;
};

TEST_F(RedisSubscriberTest, ReceivesOnlyItsChannelsInOrder) {
  Heard heard;
  const auto subscriber = RedisSubscriber::create(options_, heard.handlers()).value();
  subscriber->subscribe("one");
  subscriber->subscribe("two");
  ASSERT_THAT(heard.all(2), ElementsAre("+one", "+two"));
  const std::string big(1024UL * 1024, '\0');  // the largest frame size, with arbitrary bytes
  EXPECT_EQ(publish("one", "a"), 1);
  EXPECT_EQ(publish("three", "b"), 0);
  EXPECT_EQ(publish("two", big), 1);
  EXPECT_EQ(publish("one", "c\r\nd"), 1);
  ASSERT_THAT(heard.all(5), ElementsAre("+one", "+two", "one a", "two " + big, "one c\r\nd"));
  subscriber->unsubscribe("one");
  subscriber->subscribe("three");  // confirmed after the message
  heard.all(6);
  EXPECT_EQ(publish("one", "e"), 0);
  EXPECT_EQ(publish("three", "f"), 1);
  EXPECT_EQ(heard.all(7).back(), "three f");
}

TEST_F(RedisSubscriberTest, ResubscribesAfterALoss) {
  Heard heard;
  const auto subscriber = RedisSubscriber::create(options_, heard.handlers()).value();
  subscriber->subscribe("one");
  heard.all(1);
  server_->kill();
  subscriber->subscribe("two");  // while disconnected
  server_->start();
  EXPECT_THAT(heard.all(3), testing::UnorderedElementsAre("+one", "+one", "+two"));
  client_->wait_until_connected(kLongEnough).value();
  EXPECT_EQ(publish("one", "a"), 1);
  EXPECT_EQ(heard.all(4).back(), "one a");
}

TEST_F(RedisSubscriberTest, NoticesAHangingServerWithoutSendingCommands) {
  options_.command_timeout = 100ms;
  Heard heard;
  const auto subscriber = RedisSubscriber::create(options_, heard.handlers()).value();
  subscriber->subscribe("one");
  heard.all(1);
  server_->suspend();
  const auto until = std::chrono::steady_clock::now() + kLongEnough;
  while (subscriber->state() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(5ms);
  EXPECT_FALSE(subscriber->state());
  server_->resume();
  EXPECT_THAT(heard.all(2), ElementsAre("+one", "+one"));
}

TEST_F(RedisSubscriberTest, ReportsAForbiddenChannel) {
  client_.reset();
  const std::string answer = server_->command("ACL SETUSER door on >secret +@all ~* resetchannels");
  if (answer.find("+OK") == std::string::npos) GTEST_SKIP() << "this Redis does not support channel rules";
  options_.username = "door";
  options_.password = "secret";
  Heard heard;
  const auto subscriber = RedisSubscriber::create(options_, heard.handlers()).value();
  subscriber->wait_until_connected(kLongEnough).value();
  subscriber->subscribe("one");
  const auto until = std::chrono::steady_clock::now() + kLongEnough;
  std::string said;
  while (said.find("NOPERM") == std::string::npos && std::chrono::steady_clock::now() < until)
    if (const auto state = subscriber->state(); !state) said = state.error().message;
  EXPECT_THAT(said, HasSubstr("NOPERM"));
  EXPECT_THAT(said, HasSubstr("the channel one"));
}

}  // namespace
}  // namespace sas
