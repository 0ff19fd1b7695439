#include "api/live_events.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.h"
#include "fixtures/becomes_true.h"
#include "fixtures/manual_clock.h"
#include "fixtures/run_task.h"

namespace sas::api {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const OrganisationId kOther(Uuid::parse("00000000-0000-4000-8000-000000000002").value());

// A feed in memory: a position is the number of entries before it.
class ScriptedFeed final : public Feed {
 public:
  explicit ScriptedFeed(bool shared = false) : shared_(shared) {}

  Task<Result<FeedPosition>> end() override {
    ++ends;
    const std::lock_guard lock(mutex_);
    if (is_broken_) co_return broken();
    co_return FeedPosition{std::to_string(entries_.size())};
  }
  Task<Result<FeedPage>> after(FeedPosition position, std::size_t limit) override {
    ++reads;
    const std::lock_guard lock(mutex_);
    if (is_broken_) co_return broken();
    std::size_t from = std::stoul(position.value);
    if (from > entries_.size())
      co_return Error::of(ErrorKind::failed_precondition, "feed_went_back", "the database is older");
    FeedPage page;
    for (; from < entries_.size() && page.entries.size() < limit; ++from)
      page.entries.push_back(entries_[from]);
    page.position = {std::to_string(from)};
    page.complete = from == entries_.size();
    co_return page;
  }
  Task<Result<std::int64_t>> trim(Timestamp before) override {
    const std::lock_guard lock(mutex_);
    trimmed_ = before;
    co_return 0;
  }
  FeedSignal& signal() override { return signal_; }
  [[nodiscard]] bool is_shared() const override { return shared_; }

  // `camera` names the decision.
  void add_silently(const std::string& camera, OrganisationId organisation = kFirstOrganisation) {
    const std::lock_guard lock(mutex_);
    FeedEntry entry{.organisation = organisation, .at = {}, .subject = {}};
    entry.decision.emplace();
    entry.decision->camera = {camera};
    entries_.push_back(std::move(entry));
  }
  void add(const std::string& camera, OrganisationId organisation = kFirstOrganisation) {
    add_silently(camera, organisation);
    signal_.notify();
  }
  void add_person() {
    const std::lock_guard lock(mutex_);
    entries_.push_back(
        {.organisation = kFirstOrganisation, .at = {}, .kind = FeedEntry::Kind::person_added, .subject = {}});
  }
  void restore_backup() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
  }
  [[nodiscard]] std::optional<Timestamp> trimmed() const {
    const std::lock_guard lock(mutex_);
    return trimmed_;
  }

  void set_broken(bool is_broken) {
    const std::lock_guard lock(mutex_);
    is_broken_ = is_broken;
  }

  std::atomic<int> ends{0};
  std::atomic<int> reads{0};

 private:
  static Error broken() { return Error::of(ErrorKind::unavailable, "the disk is gone"); }

  const bool shared_;
  FeedSignal signal_;
  mutable std::mutex mutex_;
  bool is_broken_ = false;            // guarded by mutex_
  std::vector<FeedEntry> entries_;    // guarded by mutex_
  std::optional<Timestamp> trimmed_;  // guarded by mutex_
};

class LiveEventsTest : public testing::Test {
 protected:
  using Listener = std::unique_ptr<LiveEvents::Listener>;

  explicit LiveEventsTest(bool shared = false) : feed_(shared) {}

  Listener listen(OrganisationId organisation = kFirstOrganisation) {
    auto listening = test::run_task(live_events_.listen(organisation, [this] { ++woken_; }));
    return std::move(*listening);
  }
  // The cameras of the next `count` decisions.
  static std::vector<std::string> cameras_of(LiveEvents::Listener& listener, std::size_t count) {
    std::vector<std::string> cameras;
    EXPECT_TRUE(test::becomes_true([&] {
      auto next = listener.next();
      for (; std::holds_alternative<relay::Event>(next); next = listener.next()) {
        const auto message = boost::json::parse(std::get<relay::Event>(next)->text);
        EXPECT_EQ(message.at("type"), "decision");
        cameras.emplace_back(message.at("camera_id").as_string());
      }
      EXPECT_TRUE(std::holds_alternative<std::monostate>(next)) << "some are lost";
      return cameras.size() >= count;
    })) << cameras.size()
        << " of " << count;
    return cameras;
  }
  static bool has_nothing(LiveEvents::Listener& listener) {
    return std::holds_alternative<std::monostate>(listener.next());
  }

  std::atomic<int> woken_{0};
  test::ManualClock clock_{*parse_rfc3339("2026-11-22T08:00:00Z")};
  ScriptedFeed feed_;
  relay::EventHub hub_;
  LiveEvents live_events_{feed_, hub_, clock_};
};

class SharedLiveEventsTest : public LiveEventsTest {
 protected:
  SharedLiveEventsTest() : LiveEventsTest(true) {}
};

TEST_F(LiveEventsTest, AListenerGetsDecisionsOnceInOrderAndNothingFromBefore) {
  feed_.add("before");
  const Listener listener = listen();
  feed_.add("1");
  feed_.add_person();
  feed_.add("2");
  EXPECT_THAT(cameras_of(*listener, 2), ElementsAre("1", "2"));
  EXPECT_GT(woken_, 0);
  const Listener later = listen();
  feed_.add("3");
  EXPECT_THAT(cameras_of(*listener, 1), ElementsAre("3"));
  EXPECT_THAT(cameras_of(*later, 1), ElementsAre("3"));
  EXPECT_TRUE(has_nothing(*listener));
  EXPECT_TRUE(has_nothing(*later));
}

TEST_F(LiveEventsTest, AListenerGetsOnlyItsOrganisation) {
  const Listener here = listen();
  const Listener other = listen(kOther);
  feed_.add("here");
  feed_.add("other", kOther);
  feed_.add("here again");
  EXPECT_THAT(cameras_of(*here, 2), ElementsAre("here", "here again"));
  EXPECT_THAT(cameras_of(*other, 1), ElementsAre("other"));
  EXPECT_TRUE(has_nothing(*other));
}

TEST_F(LiveEventsTest, NothingIsReadAndNothingKeptWhileNobodyListens) {
  feed_.add("alone");
  EXPECT_EQ(feed_.ends + feed_.reads, 0);
  Listener listener = listen();
  feed_.add("1");
  EXPECT_THAT(cameras_of(*listener, 1), ElementsAre("1"));
  listener.reset();
  feed_.add("alone again");
  std::this_thread::sleep_for(20ms);
  const int reads = feed_.reads;
  feed_.add("and again");
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(feed_.reads, reads);
  listener = listen();
  feed_.add("2");
  EXPECT_THAT(cameras_of(*listener, 1), ElementsAre("2"));
}

TEST_F(LiveEventsTest, ABacklogOfSeveralPagesArrivesWhole) {
  const Listener listener = listen();
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) expected.push_back(std::to_string(i));
  for (const std::string& one : expected) feed_.add_silently(one);
  feed_.signal().notify();
  EXPECT_EQ(cameras_of(*listener, expected.size()), expected);
}

TEST_F(LiveEventsTest, NoneIsMissedByListenersWhoComeAndGo) {
  std::atomic<bool> done{false};
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i)
    others.emplace_back([&] {
      while (!done) static_cast<void>(listen());
    });
  for (int i = 0; i < 300; ++i) {
    const Listener listener = listen();
    const std::string own = std::to_string(i);
    feed_.add(own);
    // The one before may have been read late.
    ASSERT_TRUE(test::becomes_true([&] {
      const auto next = listener->next();
      const auto* event = std::get_if<relay::Event>(&next);
      return event != nullptr && boost::json::parse((*event)->text).at("camera_id").as_string() == own;
    })) << own;
  }
  done = true;
  for (auto& other : others) other.join();
}

TEST_F(LiveEventsTest, AFailingStoreDelaysDecisionsAndLosesNone) {
  const Listener listener = listen();
  feed_.set_broken(true);
  feed_.add("1");
  ASSERT_TRUE(test::becomes_true([&] { return feed_.reads >= 2; }));
  feed_.add("2");
  EXPECT_TRUE(has_nothing(*listener));
  feed_.set_broken(false);
  EXPECT_THAT(cameras_of(*listener, 2), ElementsAre("1", "2"));
  feed_.add("3");
  EXPECT_THAT(cameras_of(*listener, 1), ElementsAre("3"));
}

TEST_F(LiveEventsTest, AListenerIsRefusedWhileTheStoreCannotTellWhereToBegin) {
  feed_.set_broken(true);
  const auto refused = test::run_task(live_events_.listen(kFirstOrganisation, [] {}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(hub_.is_idle());
  feed_.set_broken(false);
  const Listener listener = listen();
  feed_.set_broken(true);
  EXPECT_NE(listen(), nullptr) << "one who listens already says where";
}

TEST_F(LiveEventsTest, GoesOnAfterABackupWasRestored) {
  for (int i = 0; i < 5; ++i) feed_.add("old");
  const Listener listener = listen();
  feed_.restore_backup();
  feed_.signal().notify();
  ASSERT_TRUE(test::becomes_true([&] { return feed_.ends == 2; }));
  feed_.add("new");
  EXPECT_THAT(cameras_of(*listener, 1), ElementsAre("new"));
}

TEST_F(LiveEventsTest, OldEntriesAreErased) {
  ASSERT_TRUE(test::becomes_true([&] { return feed_.trimmed().has_value(); }));
  EXPECT_EQ(feed_.trimmed(), clock_.now() - 24h * 30);
}

TEST_F(SharedLiveEventsTest, DecisionsOfOtherServersArriveWithoutAWakeUp) {
  const Listener listener = listen();
  feed_.add_silently("elsewhere");
  EXPECT_THAT(cameras_of(*listener, 1), ElementsAre("elsewhere"));
}

// The text of the next event.
std::string next_text(LiveEvents::Listener& listener) {
  std::string text;
  EXPECT_TRUE(test::becomes_true([&] {
    const auto next = listener.next();
    if (const auto* event = std::get_if<relay::Event>(&next)) text = (*event)->text;
    return !text.empty();
  }));
  return text;
}

TEST(LiveEventsOfTheApi, ShowWhoWasRecognised) {
  TestApi api;
  const auto listener = *test::run_task(api.live_events.listen(kFirstOrganisation, [] {}));
  const Embedding face = api.faces.identity();
  api.enrol("E-1", "Ada", face);
  api.post("/api/v1/recognitions", smallest_form(face, R"(,"liveness":0.9)"));
  const auto told = boost::json::parse(next_text(*listener));
  EXPECT_EQ(told.at("type"), "decision");
  EXPECT_EQ(told.at("decision").at("person").at("name"), "Ada");
  EXPECT_EQ(told.at("camera_id"), "gate-1");
  EXPECT_EQ(told.at("captured_at"), "2026-11-22T08:00:00Z");
  EXPECT_EQ(lost_event(3), R"({"type":"lost","count":3})");
}

TEST(LiveEventsOfTheApi, AreThoseOfEveryDecisionWithoutItsReplays) {
  TestApi api;
  const auto listener = *test::run_task(api.live_events.listen(kFirstOrganisation, [] {}));
  const std::string id = R"(,"event_id":"01935b1c-1f2e-7a30-8b4c-5d6e7f809123","liveness":0.75)";
  const std::string stranger = smallest_form(api.faces.identity(), id);
  EXPECT_EQ(api.post("/api/v1/recognitions", stranger).status, 200U);
  EXPECT_EQ(api.post("/api/v1/recognitions", stranger).status, 200U);
  EXPECT_EQ(api.post("/api/v1/recognitions", smallest_form(api.faces.identity())).status, 200U);
  const auto first = boost::json::parse(next_text(*listener));
  EXPECT_EQ(first.at("decision").at("event_id"), "01935b1c-1f2e-7a30-8b4c-5d6e7f809123");
  EXPECT_EQ(first.at("decision").at("outcome"), "unknown");
  EXPECT_EQ(first.at("camera_id"), "gate-1");
  EXPECT_EQ(first.at("captured_at"), "2026-11-22T08:00:00Z");
  EXPECT_EQ(first.at("received_at"), "2026-11-22T08:00:00Z");
  EXPECT_EQ(first.at("liveness"), 0.75);
  EXPECT_TRUE(boost::json::parse(next_text(*listener)).at("liveness").is_null());
  EXPECT_THAT(api.get("/metrics").body, HasSubstr("attendance_decisions_total{outcome=\"unknown\"} 3\n"))
      << "counts each answer";
}

// The route listens before it answers, so that nothing is missed between the handshake and the session's first message.
TEST(LiveEventsOfTheApi, NothingIsMissedFromTheHandshakeOn) {
  TestApi api;
  const auto match = api.router.match(http::Verb::get, "/api/v1/events");
  http::Fields fields;
  fields.insert("host", "localhost:8000");
  http::Request request;
  request.path = "/api/v1/events";
  request.headers = &fields;
  ASSERT_FALSE(test::run_task(match.route->gate(request)).refusal);
  const http::Response response = test::run_task(match.route->handler(request));
  ASSERT_TRUE(response.upgrade);
  EXPECT_EQ(api.post("/api/v1/recognitions", smallest_form(api.faces.identity())).status, 200U);
  const auto session = response.upgrade->make_session();
  class Peer final : public http::WebSocketPeer {
   public:
    void wake() override {}
    void close(http::WebSocketClose /*why*/) override { ADD_FAILURE(); }
  };
  session->opened(std::make_shared<Peer>());
  std::string text;
  EXPECT_TRUE(test::becomes_true([&] {
    if (const auto message = session->next()) text = *message->bytes;
    return !text.empty();
  }));
  EXPECT_THAT(text, HasSubstr(R"("type":"decision")"));
}

}  // namespace
}  // namespace sas::api
