#include "relay/relay.h"

#include <thread>

#include <gtest/gtest.h>

namespace sas::relay {
namespace {

Frame frame(const std::string& text) { return std::make_shared<const std::string>(text); }
const Uuid kHere = Uuid::parse("00000000-0000-4000-8000-000000000001").value();
const Uuid kThere = Uuid::parse("00000000-0000-4000-8000-000000000002").value();
const Topic kGate{kHere, "gate"};
const Topic kDoor{kHere, "door"};

std::string text_of(const Frame& frame) { return frame ? *frame : "nothing"; }

TEST(Relay, AViewerGetsTheLatestFrameOnce) {
  Relay relay;
  int woken = 0;
  const auto publication = *relay.publish(kGate, [] {});
  const auto view = *relay.view(kGate, [&] { ++woken; });
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
  const auto publication = *relay.publish(kGate, [] {});
  publication->send(frame("1"));
  publication->send(frame("2"));
  const auto view = *relay.view(kGate, [] {});
  EXPECT_EQ(text_of(view->next()), "2");
  EXPECT_EQ(relay.stats().frames_skipped, 0U);
}

TEST(Relay, AStalledViewerHoldsNoFrames) {
  Relay relay;
  const auto publication = *relay.publish(kGate, [] {});
  const auto stalled = *relay.view(kGate, [] {});
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
  const auto gate = *relay.publish(kGate, [] {});
  const auto view = *relay.view(kDoor, [] { FAIL(); });
  gate->send(frame("1"));
  EXPECT_EQ(text_of(view->next()), "nothing");
}

TEST(Relay, CamerasOfOneNameInTwoOrganisationsAreIndependent) {
  Relay relay;
  bool replaced = false;
  const auto own = *relay.publish(kGate, [&] { replaced = true; });
  const auto own_view = *relay.view(kGate, [] {});
  const auto other_view = *relay.view({kThere, "gate"}, [] {});
  own->send(frame("own"));
  EXPECT_EQ(text_of(other_view->next()), "nothing");
  EXPECT_FALSE(relay.is_published({kThere, "gate"}));
  const auto other = *relay.publish({kThere, "gate"}, [] {});
  EXPECT_FALSE(replaced);
  other->send(frame("other"));
  relay.deliver({kThere, "gate"}, frame("from elsewhere"));
  EXPECT_EQ(text_of(own_view->next()), "own");
  EXPECT_EQ(text_of(other_view->next()), "other");
}

TEST(Relay, ANewPublisherTakesOver) {
  Relay relay;
  bool told = false;
  const auto first = *relay.publish(kGate, [&] { told = true; });
  const auto view = *relay.view(kGate, [] {});
  auto second = *relay.publish(kGate, [] {});
  EXPECT_TRUE(told);
  first->send(frame("old"));
  EXPECT_EQ(text_of(view->next()), "nothing");
  second->send(frame("new"));
  EXPECT_EQ(text_of(view->next()), "new");
  EXPECT_TRUE(relay.is_published(kGate));
  second.reset();
  EXPECT_FALSE(relay.is_published(kGate));
}

TEST(Relay, ShowsNoFrameAfterThePublisherEnds) {
  Relay relay;
  auto publication = *relay.publish(kGate, [] {});
  const auto view = *relay.view(kGate, [] {});
  publication->send(frame("1"));
  publication.reset();
  EXPECT_EQ(text_of(view->next()), "nothing");
}

TEST(Relay, ReportsWhenACameraGoesLiveAndIsViewed) {
  Relay relay;
  std::vector<std::string> heard;
  relay.observe(
      {[&](const Topic& topic, bool live) { heard.push_back(topic.camera + (live ? " live" : " over")); },
       [&](const Topic& topic, bool viewed) {
         heard.push_back(topic.camera + (viewed ? " viewed" : " unviewed"));
       },
       [&](const Topic& topic, const Frame& one) { heard.push_back(topic.camera + " " + *one); }});
  {
    const auto first = *relay.publish(kGate, [] {});
    auto second = relay.publish(kGate, [] {});
    const auto view = *relay.view(kGate, [] {});
    const auto other = *relay.view(kGate, [] {});
    (*second)->send(frame("1"));
  }
  EXPECT_EQ(heard,
            (std::vector<std::string>{"gate live", "gate viewed", "gate 1", "gate unviewed", "gate over"}));
}

TEST(Relay, DeliversRemoteFramesToViewersUnlessSomebodyPublishesHere) {
  Relay relay;
  relay.deliver(kGate, frame("nobody"));
  const auto view = *relay.view(kGate, [] {});
  relay.deliver(kGate, frame("far"));
  EXPECT_EQ(text_of(view->next()), "far");
  const auto publication = *relay.publish(kGate, [] {});
  relay.deliver(kGate, frame("far again"));
  EXPECT_EQ(text_of(view->next()), "nothing");
}

TEST(Relay, LimitsPublishersAndViewers) {
  Relay relay({.max_publishers = 1, .max_viewers = 1});
  {
    const auto publication = relay.publish(kGate, [] {});
    const auto view = relay.view(kGate, [] {});
    EXPECT_EQ(relay.publish(kDoor, [] {}).error().code, "too_many_publishers");
    EXPECT_EQ(relay.view(kDoor, [] {}).error().code, "too_many_viewers");
  }
  EXPECT_TRUE(relay.publish(kDoor, [] {}));
  EXPECT_TRUE(relay.view(kDoor, [] {}));
}

TEST(Relay, ViewersAndPublishersComeAndGoOnManyThreads) {
  Relay relay;
  relay.observe({[](const Topic&, bool) {}, [](const Topic&, bool) {}, {}});
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] {
      while (!done) {
        const auto publication = *relay.publish(kGate, [] {});
        for (int j = 0; j < 20; ++j) publication->send(frame("x"));
      }
    });
  for (int i = 0; i < 500; ++i) {
    const auto view = *relay.view(kGate, [] {});
    static_cast<void>(view->next());
  }
  done = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(relay.stats().publishers, 0U);
  EXPECT_EQ(relay.stats().viewers, 0U);
}

}  // namespace
}  // namespace sas::relay
