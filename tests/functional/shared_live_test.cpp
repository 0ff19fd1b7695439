// Live pictures and events across two servers on one PostgreSQL and one Redis: two complete instances of
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
  Watcher beside(*here_, "/api/v1/live/gate");
  Publisher camera(*here_, "gate");
  EXPECT_TRUE(test::becomes_true([&] { return elsewhere.count() >= 20; }));
  camera.stop();
  EXPECT_TRUE(test::becomes_true([&] { return elsewhere.last() == camera.last(); }))
      << "the latest frame arrives";
  EXPECT_TRUE(test::becomes_true([&] { return beside.last() == camera.last(); }));
  EXPECT_TRUE(elsewhere.in_order());
  EXPECT_TRUE(beside.in_order()) << "no frame comes back to the publishing server";
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
  Watcher beside(*here_, "/api/v1/live/gate");
  Publisher camera(*here_, "gate");
  ASSERT_TRUE(test::becomes_true([&] { return elsewhere.count() > 0 && beside.count() > 0; }));
  redis_->kill();
  const int before = beside.count();
  EXPECT_TRUE(test::becomes_true([&] { return beside.count() >= before + 20; }));
  const int stopped_at = elsewhere.count();
  redis_->start();
  const auto since = std::chrono::steady_clock::now();
  EXPECT_TRUE(test::becomes_true([&] { return elsewhere.count() > stopped_at; })) << "by itself";
  std::cout << "pictures of the other server again "
            << std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count()
            << " s after Redis's start\n";
  EXPECT_TRUE(elsewhere.in_order());
  EXPECT_TRUE(beside.in_order());
  here_.reset();
  there_.reset();
}

TEST_F(SharedLive, TheOtherServerReportsDecisionsAndLiveCameras) {
  WebSocket events(there_->url(), "/api/v1/events");
  test::SyntheticFaces faces(3, kEmbeddingSize);
  const auto asker = here_->client();
  std::string told;
  // The servers may need a moment to discover each other.
  std::atomic<bool> heard{false};
  std::thread door([&] {
    while (!heard) {
      test::recognise(*asker, faces.identity());
      std::this_thread::sleep_for(20ms);
    }
  });
  for (int i = 0; i < 20 && told.find(R"("type":"decision")") == std::string::npos; ++i) told = events.read();
  heard = true;
  door.join();
  const auto event = boost::json::parse(told);
  EXPECT_EQ(event.at("type"), "decision") << told;
  EXPECT_EQ(event.at("decision").at("outcome"), "unknown");

  const std::string camera(event.at("camera_id").as_string());
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

}  // namespace
}  // namespace sas
