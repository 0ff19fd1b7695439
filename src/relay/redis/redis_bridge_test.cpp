#include "relay/redis/redis_bridge.h"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/becomes_true.h"
#include "fixtures/redis_server.h"

namespace sas::relay {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr auto kLongEnough = 60s;

template <class Condition>
bool becomes_true(Condition condition) {
  return test::becomes_true(condition, kLongEnough);
}

const Topic kGate{Uuid::parse("00000000-0000-4000-8000-000000000001").value(), "gate"};
const Topic kDoor{kGate.organisation, "door"};

Frame frame(const std::string& text) { return std::make_shared<const std::string>(text); }

RedisBridgeOptions options_for(const test::RedisServer& redis) {
  RedisBridgeOptions options;
  options.redis.port = redis.port();
  options.redis.purpose = "live";
  options.redis.while_away = "nothing is shared";
  options.redis.connect_timeout = 5s;
  options.redis.command_timeout = 5s;
  options.redis.longest_pause = 100ms;
  options.prefix = "test";
  options.tell_every = 200ms;
  return options;
}

// The live part of one server.
struct Server {
  explicit Server(RedisBridgeOptions options) : bridge(relay, std::move(options)) {
    relay.observe({[this](const Topic& topic, bool live) { bridge.on_live(topic, live); },
                   [this](const Topic& topic, bool viewed) { bridge.on_viewed(topic, viewed); },
                   [this](const Topic& topic, const Frame& one) { bridge.on_frame(topic, one); }});
    bridge.start([this] { ++changes; }).value();
  }
  explicit Server(const test::RedisServer& redis) : Server(options_for(redis)) {}

  Relay relay;
  std::atomic<int> changes{0};
  RedisBridge bridge;
};

// The next frame of the view; "nothing" if none arrives.
std::string next(Relay::View& view) {
  Frame found;
  becomes_true([&] { return (found = view.next()) != nullptr; });
  return found ? *found : "nothing";
}

class RedisBridgeTest : public testing::Test {
 protected:
  void SetUp() override {
    if (test::redis_server_program().empty()) GTEST_SKIP() << test::kNoRedisServer;
    redis_ = std::make_unique<test::RedisServer>();
    here_ = std::make_unique<Server>(*redis_);
    there_ = std::make_unique<Server>(*redis_);
  }
  // Waits until both servers know each other.
  [[nodiscard]] bool meet() const {
    return becomes_true(
        [&] { return here_->bridge.stats().servers == 1 && there_->bridge.stats().servers == 1; });
  }

  std::unique_ptr<test::RedisServer> redis_;
  std::unique_ptr<Server> here_;
  std::unique_ptr<Server> there_;
};

TEST_F(RedisBridgeTest, AViewerElsewhereSeesTheLatestFrameAtOnceAndAllLaterOnes) {
  const auto publication = here_->relay.publish(kGate, [] {}).value();
  publication->send(frame("one"));
  ASSERT_TRUE(meet());
  const auto view = there_->relay.view(kGate, [] {}).value();
  EXPECT_EQ(next(*view), "one");
  const std::string any_bytes("\xFF\xD8\0\r\n", 5);
  publication->send(frame(any_bytes));
  EXPECT_EQ(next(*view), any_bytes);
}

TEST_F(RedisBridgeTest, AViewerWhoArrivesBeforeThePublisherSeesItToo) {
  const auto view = there_->relay.view(kGate, [] {}).value();
  ASSERT_TRUE(meet());
  const auto publication = here_->relay.publish(kGate, [] {}).value();
  ASSERT_TRUE(becomes_true([&] {
    publication->send(frame("one"));
    return view->next() != nullptr;
  }));
}

TEST_F(RedisBridgeTest, SendsFramesOnlyWhileSomebodyElsewhereWatches) {
  ASSERT_TRUE(meet());
  const auto publication = here_->relay.publish(kGate, [] {}).value();
  const auto own_view = here_->relay.view(kGate, [] {}).value();
  const auto other_camera = there_->relay.view(kDoor, [] {}).value();
  for (int i = 0; i < 50; ++i) publication->send(frame("unseen"));
  auto view = there_->relay.view(kGate, [] {}).value();
  publication->send(frame("seen"));
  ASSERT_TRUE(becomes_true([&] {
    const Frame one = view->next();
    return one && *one == "seen";
  }));
  view.reset();
  ASSERT_TRUE(becomes_true([&] { return here_->bridge.stats().wanted == 1; })) << "only the other camera";
  for (int i = 0; i < 50; ++i) publication->send(frame("unseen"));
  publication->send(frame("at last"));
  view = there_->relay.view(kGate, [] {}).value();
  EXPECT_EQ(next(*view), "at last");
  EXPECT_LE(here_->bridge.stats().frames_sent, 3U) << "one for each new viewer and one in between";
  EXPECT_EQ(here_->bridge.stats().frames_received, 0U) << "receives none of its own";
  EXPECT_EQ(next(*own_view), "at last");
}

TEST_F(RedisBridgeTest, KeepsTheOrderAndDeliversTheLastFrame) {
  const auto publication = here_->relay.publish(kGate, [] {}).value();
  const auto view = there_->relay.view(kGate, [] {}).value();
  ASSERT_TRUE(becomes_true([&] {
    publication->send(frame("0"));
    return view->next() != nullptr;
  }));
  constexpr int kLast = 5000;
  std::thread publisher([&] {
    for (int i = 1; i <= kLast; ++i) publication->send(frame(std::to_string(i)));
  });
  int last = 0;
  int disorders = 0;
  EXPECT_TRUE(becomes_true([&] {
    while (const Frame one = view->next()) {
      const int number = std::stoi(*one);
      if (number < last) ++disorders;
      last = number;
    }
    return last == kLast;
  })) << "got as far as "
      << last;
  publisher.join();
  EXPECT_EQ(disorders, 0);
}

TEST_F(RedisBridgeTest, QueuesNothingAndAffectsNobodyHereWhileRedisHangs) {
  const auto publication = here_->relay.publish(kGate, [] {}).value();
  const auto own_view = here_->relay.view(kGate, [] {}).value();
  const auto view = there_->relay.view(kGate, [] {}).value();
  ASSERT_TRUE(becomes_true([&] {
    publication->send(frame("before"));
    return view->next() != nullptr;
  }));
  static_cast<void>(own_view->next());
  redis_->suspend();
  const auto dropped = here_->bridge.stats().frames_dropped;
  constexpr int kFrames = 1000;
  for (int i = 0; i < kFrames; ++i) {
    publication->send(frame(std::to_string(i)));
    ASSERT_EQ(*own_view->next(), std::to_string(i));
  }
  EXPECT_GE(here_->bridge.stats().frames_dropped - dropped, kFrames - 3U) << "one in flight, one waiting";
  redis_->resume();
  ASSERT_TRUE(becomes_true([&] {
    publication->send(frame("after"));
    const Frame one = view->next();
    return one && *one == "after";
  }));
}

TEST_F(RedisBridgeTest, RecoversAfterRedisIsKilled) {
  const auto publication = here_->relay.publish(kGate, [] {}).value();
  const auto own_view = here_->relay.view(kGate, [] {}).value();
  const auto view = there_->relay.view(kGate, [] {}).value();
  const auto arrives = [&](const std::string& text) {
    return becomes_true([&] {
      publication->send(frame(text));
      const Frame one = view->next();
      return one && *one == text;
    });
  };
  ASSERT_TRUE(arrives("before"));
  redis_->kill();
  publication->send(frame("alone"));
  EXPECT_EQ(*own_view->next(), "alone");
  // Long enough that each server considers the other gone.
  ASSERT_TRUE(becomes_true([&] { return here_->bridge.stats().servers == 0; }));
  redis_->start();
  EXPECT_TRUE(arrives("after"));
}

TEST_F(RedisBridgeTest, ACameraIsLiveElsewhereUntilItOrItsServerStops) {
  auto publication = here_->relay.publish(kGate, [] {}).value();
  EXPECT_TRUE(becomes_true([&] { return there_->bridge.is_live_elsewhere(kGate); }));
  EXPECT_FALSE(there_->bridge.is_live_elsewhere(kDoor));
  EXPECT_FALSE(here_->bridge.is_live_elsewhere(kGate));
  EXPECT_GE(there_->changes, 1);
  const auto view = there_->relay.view(kGate, [] {}).value();
  ASSERT_TRUE(becomes_true([&] {
    publication->send(frame("one"));
    return view->next() != nullptr;
  }));
  publication.reset();
  EXPECT_TRUE(becomes_true([&] { return !there_->bridge.is_live_elsewhere(kGate); }));
  EXPECT_TRUE(becomes_true([&] {
    const auto late = there_->relay.view(kGate, [] {}).value();
    return late->next() == nullptr;
  })) << "a stale frame must not be shown";

  publication = here_->relay.publish(kGate, [] {}).value();
  EXPECT_TRUE(becomes_true([&] { return there_->bridge.is_live_elsewhere(kGate); }));
  here_->bridge.stop();  // without a notice, as if it were killed
  EXPECT_TRUE(becomes_true([&] { return !there_->bridge.is_live_elsewhere(kGate); }));
  EXPECT_EQ(there_->bridge.stats().servers, 0U);
}

TEST_F(RedisBridgeTest, KeepsOrganisationsApart) {
  const Topic other{Uuid::parse("00000000-0000-4000-8000-000000000002").value(), kGate.camera};
  const auto publication = here_->relay.publish(kGate, [] {}).value();
  const auto own_view = there_->relay.view(kGate, [] {}).value();
  const auto other_view = there_->relay.view(other, [] {}).value();
  ASSERT_TRUE(becomes_true([&] {
    publication->send(frame("own"));
    return own_view->next() != nullptr;
  }));
  EXPECT_EQ(other_view->next(), nullptr);
  EXPECT_TRUE(there_->bridge.is_live_elsewhere(kGate));
  EXPECT_FALSE(there_->bridge.is_live_elsewhere(other));
  const auto other_publication = here_->relay.publish(other, [] {}).value();
  ASSERT_TRUE(becomes_true([&] {
    other_publication->send(frame("other"));
    const Frame one = other_view->next();
    return one && *one == "other";
  }));
  publication->send(frame("the last"));
  ASSERT_TRUE(becomes_true([&] {
    const Frame one = own_view->next();
    EXPECT_TRUE(!one || one->starts_with("own") || *one == "the last") << *one;
    return one && *one == "the last";
  }));
}

TEST_F(RedisBridgeTest, IgnoresServersOfAnotherInstallation) {
  RedisBridgeOptions options = options_for(*redis_);
  options.prefix = "other";
  Server stranger(options);
  const auto view = stranger.relay.view(kGate, [] {}).value();
  const auto publication = here_->relay.publish(kGate, [] {}).value();
  ASSERT_TRUE(meet());
  publication->send(frame("private"));
  EXPECT_EQ(stranger.bridge.stats().servers, 0U);
  EXPECT_EQ(view->next(), nullptr);
}

TEST_F(RedisBridgeTest, ViewersAndPublishersComeAndGoOnManyThreads) {
  std::atomic<bool> done{false};
  std::atomic<int> rounds{0};
  std::vector<std::thread> threads;
  for (Server* server : {here_.get(), there_.get()}) {
    threads.emplace_back([&done, server] {
      while (!done) {
        const auto publication = server->relay.publish(kGate, [] {}).value();
        for (int i = 0; i < 20; ++i) publication->send(frame("x"));
        std::this_thread::sleep_for(1ms);
      }
    });
    threads.emplace_back([&done, &rounds, server] {
      while (!done) {
        const auto view = server->relay.view(kGate, [] {}).value();
        std::this_thread::sleep_for(1ms);
        static_cast<void>(view->next());
        ++rounds;
      }
    });
  }
  EXPECT_TRUE(becomes_true([&] { return rounds > 500; }));
  done = true;
  for (auto& thread : threads) thread.join();
  const auto publication = here_->relay.publish(kGate, [] {}).value();
  const auto view = there_->relay.view(kGate, [] {}).value();
  EXPECT_TRUE(becomes_true([&] {
    publication->send(frame("calm again"));
    const Frame one = view->next();
    return one && *one == "calm again";
  }));
}

}  // namespace
}  // namespace sas::relay
