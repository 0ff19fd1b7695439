#include "relay/event_hub.h"

#include <thread>

#include <gtest/gtest.h>

namespace sas::relay {
namespace {

const Uuid kOwn = Uuid::parse("00000000-0000-4000-8000-000000000001").value();
const Uuid kOther = Uuid::parse("00000000-0000-4000-8000-000000000002").value();

Event event(const std::string& text, Uuid organisation = kOwn) {
  return std::make_shared<const LiveEvent>(LiveEvent{organisation, text});
}

std::string text_of(EventHub::Listener& listener) {
  const auto next = listener.next();
  if (const auto* lost = std::get_if<EventHub::Lost>(&next)) return "lost " + std::to_string(lost->count);
  if (const auto* one = std::get_if<Event>(&next)) return (*one)->text;
  return "nothing";
}

TEST(EventHub, DeliversEverythingToEverybodyInOrder) {
  EventHub hub;
  EXPECT_TRUE(hub.is_idle());
  int woken = 0;
  const auto first = *hub.listen(kOwn, [&] { ++woken; });
  const auto second = *hub.listen(kOwn, [] {});
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
  const auto slow = *hub.listen(kOwn, [] {});
  const auto quick = *hub.listen(kOwn, [] {});
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

TEST(EventHub, AListenerGetsOnlyEventsOfItsOrganisation) {
  EventHub hub({.max_listeners = 2, .queue = 2});
  const auto here = *hub.listen(kOwn, [] {});
  const auto there = *hub.listen(kOther, [] { FAIL(); });
  hub.publish(event("a"));
  hub.publish(event("b"));
  EXPECT_EQ(text_of(*here), "a");
  EXPECT_EQ(text_of(*here), "b");
  for (int i = 0; i < 10; ++i) hub.publish(event("c", Uuid()));
  EXPECT_EQ(text_of(*here), "nothing");
  EXPECT_EQ(text_of(*there), "nothing");
  EXPECT_EQ(hub.stats().lost, 0U);
}

TEST(EventHub, LimitsTheNumberOfListeners) {
  EventHub hub({.max_listeners = 1, .queue = 3});
  {
    const auto one = hub.listen(kOwn, [] {});
    EXPECT_EQ(hub.listen(kOwn, [] {}).error().code, "too_many_viewers");
  }
  EXPECT_TRUE(hub.listen(kOwn, [] {}));
}

TEST(EventHub, ListenersComeAndGoWhileEventsArePublished) {
  EventHub hub;
  std::atomic<bool> done{false};
  std::thread publisher([&] {
    while (!done) hub.publish(event("x"));
  });
  for (int i = 0; i < 200; ++i) {
    const auto listener = *hub.listen(kOwn, [] {});
    static_cast<void>(listener->next());
  }
  done = true;
  publisher.join();
  EXPECT_TRUE(hub.is_idle());
}

}  // namespace
}  // namespace sas::relay
