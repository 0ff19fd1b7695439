#include "relay/event_hub.h"

#include <thread>

#include <gtest/gtest.h>

namespace sas::relay {
namespace {

Event event(const std::string& text) { return std::make_shared<const std::string>(text); }

std::string text_of(EventHub::Listener& listener) {
  const auto next = listener.next();
  if (const auto* lost = std::get_if<EventHub::Lost>(&next)) return "lost " + std::to_string(lost->count);
  if (const auto* one = std::get_if<Event>(&next)) return **one;
  return "nothing";
}

TEST(EventHub, DeliversEverythingToEverybodyInOrder) {
  EventHub hub;
  EXPECT_TRUE(hub.is_idle());
  int woken = 0;
  const auto first = *hub.listen([&] { ++woken; });
  const auto second = *hub.listen([] {});
  EXPECT_FALSE(hub.is_idle());
  hub.publish(event("a"));
  hub.publish(event("b"));
  EXPECT_EQ(woken, 2);
  for (const auto* listener : {&first, &second}) {
    EXPECT_EQ(text_of(**listener), "a");
    EXPECT_EQ(text_of(**listener), "b");
    EXPECT_EQ(text_of(**listener), "nothing");
  }
}

TEST(EventHub, ASlowListenerLosesEventsAndGetsTheirCountWithoutAffectingOthers) {
  EventHub hub({.max_listeners = 2, .queue = 3});
  const auto slow = *hub.listen([] {});
  const auto quick = *hub.listen([] {});
  for (int i = 0; i < 10; ++i) {
    hub.publish(event(std::to_string(i)));
    EXPECT_EQ(text_of(*quick), std::to_string(i));
  }
  EXPECT_EQ(text_of(*slow), "0");
  EXPECT_EQ(text_of(*slow), "1");
  hub.publish(event("10"));  // still in the gap
  EXPECT_EQ(text_of(*slow), "2");
  EXPECT_EQ(text_of(*slow), "lost 8");
  EXPECT_EQ(text_of(*slow), "nothing");
  hub.publish(event("11"));
  EXPECT_EQ(text_of(*slow), "11");
  EXPECT_EQ(hub.stats().lost, 8U);
}

TEST(EventHub, LimitsTheNumberOfListeners) {
  EventHub hub({.max_listeners = 1, .queue = 3});
  {
    const auto one = hub.listen([] {});
    EXPECT_EQ(hub.listen([] {}).error().code, "too_many_viewers");
  }
  EXPECT_TRUE(hub.listen([] {}));
}

TEST(EventHub, ListenersComeAndGoWhileEventsArePublished) {
  EventHub hub;
  std::atomic<bool> done{false};
  std::thread publisher([&] {
    while (!done) hub.publish(event("x"));
  });
  for (int i = 0; i < 200; ++i) {
    const auto listener = *hub.listen([] {});
    static_cast<void>(listener->next());
  }
  done = true;
  publisher.join();
  EXPECT_TRUE(hub.is_idle());
}

}  // namespace
}  // namespace sas::relay
