// Live pictures and events across two servers on one PostgreSQL and one Redis, or none: two complete instances of
// attendd.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/people.h"
#include "fixtures/postgres_server.h"
#include "fixtures/redis_server.h"
#include "fixtures/synthetic_faces.h"
#include "fixtures/websocket.h"
#include "functional/application_server.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using test::ApplicationServer;
using test::jpeg;
using test::WebSocket;
using testing::HasSubstr;
using testing::Not;

// Reads a WebSocket until stopped and keeps the last message.
class Watcher {
 public:
  Watcher(const ApplicationServer& server, const std::string& path) : socket_(server.url(), path) {
    thread_ = std::thread([this] {
      for (std::string got = socket_.read(); !got.starts_with("closed"); got = socket_.read()) {
        const std::lock_guard lock(mutex_);
        if (got <= last_) in_order_ = false;
        last_ = std::move(got);
        ++count_;
      }
    });
  }
  // Ends when the server closes it.
  ~Watcher() { thread_.join(); }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  [[nodiscard]] std::string last() const {
    const std::lock_guard lock(mutex_);
    return last_;
  }
  [[nodiscard]] int count() const { return count_; }
  // Whether each message was greater than the previous one.
  [[nodiscard]] bool in_order() const { return in_order_; }

 private:
  WebSocket socket_;
  mutable std::mutex mutex_;
  std::string last_;  // guarded by mutex_
  std::atomic<int> count_{0};
  std::atomic<bool> in_order_{true};
  std::thread thread_;
};

// Twenty frames a second, numbered in increasing order.
class Publisher {
 public:
  Publisher(const ApplicationServer& server, const std::string& camera)
      : socket_(server.url(), "/api/v1/live/" + camera + "/publish") {
    thread_ = std::thread([this] {
      for (int number = 1'000'000; !over_; ++number) {
        const std::string frame = jpeg(std::to_string(number), 40'000);
        if (!socket_.send(frame)) break;
        {
          const std::lock_guard lock(mutex_);
          last_ = frame;
        }
        std::this_thread::sleep_for(50ms);
      }
    });
  }
  ~Publisher() { stop(); }
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  void stop() {
    over_ = true;
    if (thread_.joinable()) thread_.join();
  }
  // The newest frame sent.
  [[nodiscard]] std::string last() const {
    const std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  WebSocket socket_;
  std::atomic<bool> over_{false};
  mutable std::mutex mutex_;
  std::string last_;  // guarded by mutex_
  std::thread thread_;
};

class SharedLive : public test::SharedBackends {
 protected:
  void SetUp() override {
    SharedBackends::SetUp();
    if (IsSkipped()) return;
    for (auto* server : {&here_, &there_}) *server = std::make_unique<ApplicationServer>(settings());
  }

  std::unique_ptr<ApplicationServer> here_;
  std::unique_ptr<ApplicationServer> there_;
};

TEST_F(SharedLive, AViewerOnTheOtherServerSeesTheCamera) {
  EXPECT_TRUE(there_->client()->get("/api/v1/system").json().at("live").at("shared").as_bool());
  Watcher elsewhere(*there_, "/api/v1/live/gate");
  Watcher here_viewer(*here_, "/api/v1/live/gate");
  Publisher camera(*here_, "gate");
  EXPECT_TRUE(test::becomes_true([&] { return elsewhere.count() >= 20; }));
  camera.stop();
  EXPECT_TRUE(test::becomes_true([&] { return elsewhere.last() == camera.last(); }))
      << "the latest frame arrives";
  EXPECT_TRUE(test::becomes_true([&] { return here_viewer.last() == camera.last(); }));
  EXPECT_TRUE(elsewhere.in_order());
  EXPECT_TRUE(here_viewer.in_order()) << "no frame comes back to the publishing server";
  const std::string sent = here_->client()->get("/metrics").body;
  EXPECT_THAT(sent, HasSubstr("live_other_servers 1\n"));
  EXPECT_THAT(sent, Not(HasSubstr("live_shared_frames_total{way=\"sent\"} 0\n")));
  EXPECT_THAT(sent, HasSubstr("live_shared_frames_total{way=\"received\"} 0\n"));
  EXPECT_THAT(there_->client()->get("/metrics").body,
              Not(HasSubstr("live_shared_frames_total{way=\"received\"} 0\n")));
  here_.reset();
  there_.reset();
}

TEST_F(SharedLive, KillingRedisAffectsOnlyTheOtherServersViewers) {
  Watcher elsewhere(*there_, "/api/v1/live/gate");
  Watcher here_viewer(*here_, "/api/v1/live/gate");
  Publisher camera(*here_, "gate");
  ASSERT_TRUE(test::becomes_true([&] { return elsewhere.count() > 0 && here_viewer.count() > 0; }));
  redis_->kill();
  const int before = here_viewer.count();
  EXPECT_TRUE(test::becomes_true([&] { return here_viewer.count() >= before + 20; }));
  const int stopped_at = elsewhere.count();
  redis_->start();
  const auto since = std::chrono::steady_clock::now();
  EXPECT_TRUE(test::becomes_true([&] { return elsewhere.count() > stopped_at; })) << "by itself";
  std::cout << "pictures of the other server again "
            << std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count()
            << " s after Redis's start\n";
  EXPECT_TRUE(elsewhere.in_order());
  EXPECT_TRUE(here_viewer.in_order());
  here_.reset();
  there_.reset();
}

// What a listener is told of a decision; other events may come before it.
boost::json::value event_of(const boost::json::value& decision, WebSocket& events) {
  for (int i = 0; i < 20; ++i) {
    const std::string text = events.read();
    if (text.starts_with("closed")) break;
    auto event = boost::json::parse(text);
    if (event.at("type") == "decision" && event.at("decision").at("event_id") == decision.at("event_id"))
      return event;
  }
  return {};
}

// Decides at one server, once, and expects it at listeners of both. Returns the camera.
std::string expect_decision_at_both(const ApplicationServer& here, const ApplicationServer& there) {
  WebSocket here_viewer(here.url(), "/api/v1/events");
  WebSocket elsewhere(there.url(), "/api/v1/events");
  test::SyntheticFaces faces(3, kEmbeddingSize);
  const auto asker = here.client();
  const auto decision = test::recognise(*asker, faces.identity());
  std::string camera;
  for (WebSocket* events : {&here_viewer, &elsewhere}) {
    const auto event = event_of(decision, *events);
    EXPECT_TRUE(event.is_object()) << "not told " << decision;
    if (!event.is_object()) return {};
    EXPECT_EQ(event.at("decision"), decision);
    camera = std::string(event.at("camera_id").as_string());
  }
  return camera;
}

TEST_F(SharedLive, TheOtherServerReportsDecisionsAndLiveCameras) {
  const std::string camera = expect_decision_at_both(*here_, *there_);
  const auto live_there = [&] {
    const auto cameras = there_->client()->get("/api/v1/cameras").json();
    for (const auto& one : cameras.at("items").as_array())
      if (one.at("id").as_string() == camera) return one.at("live").as_bool();
    return false;
  };
  EXPECT_FALSE(live_there());
  {
    const Publisher publisher(*here_, camera);
    EXPECT_TRUE(test::becomes_true(live_there));
  }
  EXPECT_TRUE(test::becomes_true([&] { return !live_there(); }));
}

TEST_F(SharedLive, DecisionsOfTheOtherServerArriveWhileRedisIsLost) {
  redis_->kill();
  expect_decision_at_both(*here_, *there_);
}

TEST_F(SharedLive, DecisionsOfTheOtherServerArriveWithoutRedis) {
  auto alone = settings();
  alone.erase("REDIS_URL");
  const ApplicationServer here(alone);
  const ApplicationServer there(alone);
  EXPECT_FALSE(here.client()->get("/api/v1/system").json().at("live").at("shared").as_bool());
  expect_decision_at_both(here, there);
  expect_decision_at_both(there, here);
}

// As soon as a listener's handshake is answered it misses nothing, wherever it is.
TEST_F(SharedLive, AListenerGetsWhatIsDecidedRightAfterItsHandshake) {
  for (int i = 0; i < 20; ++i) expect_decision_at_both(*here_, *there_);
}

}  // namespace
}  // namespace sas
