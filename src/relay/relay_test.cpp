#include "relay/relay.h"

#include <thread>

#include <gtest/gtest.h>

namespace sas::relay {
namespace {

Frame frame(const std::string& text) { return std::make_shared<const std::string>(text); }
std::string text_of(const Frame& frame) { return frame ? *frame : "nothing"; }

TEST(Relay, AViewerGetsTheLatestFrameOnce) {
  Relay relay;
  int woken = 0;
  const auto publication = *relay.publish("gate", [] {});
  const auto view = *relay.view("gate", [&] { ++woken; });
  EXPECT_EQ(text_of(view->next()), "nothing");
  publication->send(frame("1"));
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(text_of(view->next()), "1");
  EXPECT_EQ(text_of(view->next()), "nothing");
  publication->send(frame("2"));
  publication->send(frame("3"));
  EXPECT_EQ(text_of(view->next()), "3");
  EXPECT_EQ(relay.stats().frames_skipped, 1U);
  EXPECT_EQ(relay.stats().frames_out, 2U);
}

TEST(Relay, ALateViewerSeesTheLatestFrameAtOnce) {
  Relay relay;
  const auto publication = *relay.publish("gate", [] {});
  publication->send(frame("1"));
  publication->send(frame("2"));
  const auto view = *relay.view("gate", [] {});
  EXPECT_EQ(text_of(view->next()), "2");
  EXPECT_EQ(relay.stats().frames_skipped, 0U);
}

TEST(Relay, AStalledViewerHoldsNoFrames) {
  Relay relay;
  const auto publication = *relay.publish("gate", [] {});
  const auto stalled = *relay.view("gate", [] {});
  std::weak_ptr<const std::string> old;
  for (int i = 0; i < 1000; ++i) {
    const auto one = frame(std::to_string(i));
    if (i == 998) old = one;
    publication->send(one);
  }
  EXPECT_TRUE(old.expired());
  EXPECT_EQ(text_of(stalled->next()), "999");
}

TEST(Relay, CamerasAreIndependent) {
  Relay relay;
  const auto gate = *relay.publish("gate", [] {});
  const auto view = *relay.view("door", [] { FAIL(); });
  gate->send(frame("1"));
  EXPECT_EQ(text_of(view->next()), "nothing");
}

TEST(Relay, ANewPublisherTakesOver) {
  Relay relay;
  bool told = false;
  const auto first = *relay.publish("gate", [&] { told = true; });
  const auto view = *relay.view("gate", [] {});
  auto second = *relay.publish("gate", [] {});
  EXPECT_TRUE(told);
  first->send(frame("old"));
  EXPECT_EQ(text_of(view->next()), "nothing");
  second->send(frame("new"));
  EXPECT_EQ(text_of(view->next()), "new");
  EXPECT_TRUE(relay.is_published("gate"));
  second.reset();
  EXPECT_FALSE(relay.is_published("gate"));
}

TEST(Relay, ShowsNoFrameAfterThePublisherEnds) {
  Relay relay;
  auto publication = *relay.publish("gate", [] {});
  const auto view = *relay.view("gate", [] {});
  publication->send(frame("1"));
  publication.reset();
  EXPECT_EQ(text_of(view->next()), "nothing");
}

TEST(Relay, ReportsWhenACameraGoesLiveAndIsViewed) {
  Relay relay;
  std::vector<std::string> heard;
  relay.observe(
      {[&](const std::string& camera, bool live) { heard.push_back(camera + (live ? " live" : " over")); },
       [&](const std::string& camera, bool viewed) {
         heard.push_back(camera + (viewed ? " viewed" : " unviewed"));
       },
       [&](const std::string& camera, const Frame& one) { heard.push_back(camera + " " + *one); }});
  {
    const auto first = *relay.publish("gate", [] {});
    auto second = relay.publish("gate", [] {});
    const auto view = *relay.view("gate", [] {});
    const auto other = *relay.view("gate", [] {});
    (*second)->send(frame("1"));
  }
  EXPECT_EQ(heard,
            (std::vector<std::string>{"gate live", "gate viewed", "gate 1", "gate unviewed", "gate over"}));
}

TEST(Relay, DeliversRemoteFramesToViewersUnlessSomebodyPublishesHere) {
  Relay relay;
  relay.deliver("gate", frame("nobody"));
  const auto view = *relay.view("gate", [] {});
  relay.deliver("gate", frame("far"));
  EXPECT_EQ(text_of(view->next()), "far");
  const auto publication = *relay.publish("gate", [] {});
  relay.deliver("gate", frame("far again"));
  EXPECT_EQ(text_of(view->next()), "nothing");
}

TEST(Relay, LimitsPublishersAndViewers) {
  Relay relay({.max_publishers = 1, .max_viewers = 1});
  {
    const auto publication = relay.publish("gate", [] {});
    const auto view = relay.view("gate", [] {});
    EXPECT_EQ(relay.publish("door", [] {}).error().code, "too_many_publishers");
    EXPECT_EQ(relay.view("door", [] {}).error().code, "too_many_viewers");
  }
  EXPECT_TRUE(relay.publish("door", [] {}));
  EXPECT_TRUE(relay.view("door", [] {}));
}

TEST(Relay, ViewersAndPublishersComeAndGoOnManyThreads) {
  Relay relay;
  relay.observe({[](const std::string&, bool) {}, [](const std::string&, bool) {}, {}});
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] {
      while (!done) {
        const auto publication = *relay.publish("gate", [] {});
        for (int j = 0; j < 20; ++j) publication->send(frame("x"));
      }
    });
  for (int i = 0; i < 500; ++i) {
    const auto view = *relay.view("gate", [] {});
    static_cast<void>(view->next());
  }
  done = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(relay.stats().publishers, 0U);
  EXPECT_EQ(relay.stats().viewers, 0U);
}

}  // namespace
}  // namespace sas::relay
