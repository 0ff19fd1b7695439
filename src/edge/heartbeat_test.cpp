#include "edge/heartbeat.h"

#include <future>

#include <gtest/gtest.h>

#include "fixtures/manual_clock.h"

namespace sas::edge {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kStart{std::chrono::seconds{1795334400}};

TEST(WatchLog, FramesThatFollowEachOtherAreOneTime) {
  WatchLog log(5s);
  EXPECT_FALSE(log.unconfirmed());
  for (int i = 0; i <= 10; ++i) log.on_frame(kStart + i * 1s);
  EXPECT_EQ(log.unconfirmed(), (Interval{kStart, kStart + 10s}));
}

TEST(WatchLog, AGapIsNotClaimed) {
  WatchLog log(5s);
  log.on_frame(kStart);
  log.on_frame(kStart + 2s);
  log.on_frame(kStart + 20s);
  log.on_frame(kStart + 22s);
  const auto first = log.unconfirmed();
  EXPECT_EQ(first, (Interval{kStart, kStart + 2s}));
  log.confirm(*first);
  EXPECT_EQ(log.unconfirmed(), (Interval{kStart + 20s, kStart + 22s}));
}

TEST(WatchLog, WhatIsConfirmedIsToldOnceAndTheRestContinuesIt) {
  WatchLog log(5s);
  log.on_frame(kStart);
  log.on_frame(kStart + 2s);
  const auto told = log.unconfirmed();
  log.on_frame(kStart + 3s);  // while it was on its way
  log.confirm(*told);
  EXPECT_EQ(log.unconfirmed(), (Interval{kStart + 2s, kStart + 3s}));
  log.confirm({kStart + 2s, kStart + 3s});
  EXPECT_FALSE(log.unconfirmed());
  log.on_frame(kStart + 4s);
  EXPECT_EQ(log.unconfirmed(), (Interval{kStart + 3s, kStart + 4s}));
}

TEST(WatchLog, AClockThatIsSetBackBeginsAnew) {
  WatchLog log(5s);
  log.on_frame(kStart + 10s);
  log.on_frame(kStart + 11s);
  log.on_frame(kStart);
  log.on_frame(kStart + 1s);
  log.confirm({kStart + 10s, kStart + 11s});
  EXPECT_EQ(log.unconfirmed(), (Interval{kStart, kStart + 1s}));
}

TEST(WatchLog, WhatIsRepeatedCountsOnlyIfThePictureMovesAgain) {
  WatchLog log(5s);
  log.on_frame(kStart);
  log.on_frame(kStart + 1s);
  for (int i = 2; i <= 30; ++i) log.on_frame(kStart + i * 1s, true);
  EXPECT_EQ(log.unconfirmed(), (Interval{kStart, kStart + 1s})) << "it may be frozen";
  log.on_frame(kStart + 31s);
  EXPECT_EQ(log.unconfirmed(), (Interval{kStart, kStart + 31s})) << "nobody came, and it was watched";
}

TEST(WatchLog, AFrozenCameraWatchedNobody) {
  WatchLog log(5s);
  log.on_frame(kStart);
  log.on_frame(kStart + 1s);
  for (int i = 2; i <= 60; ++i) log.on_frame(kStart + i * 1s, true);
  log.on_loss();
  log.on_frame(kStart + 62s);
  log.on_frame(kStart + 63s);
  const auto first = log.unconfirmed();
  EXPECT_EQ(first, (Interval{kStart, kStart + 1s}));
  log.confirm(*first);
  EXPECT_EQ(log.unconfirmed(), (Interval{kStart + 62s, kStart + 63s}));
}

// A server that can be away, and tells the test what it took.
struct HeartbeatServer {
  std::mutex mutex;
  std::condition_variable changed;
  bool away = false;
  int refused = 0;
  std::vector<Heartbeat> taken;

  void wait(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, 20s, condition));
  }
};

class HeartbeatsToServer final : public HeartbeatSender {
 public:
  explicit HeartbeatsToServer(HeartbeatServer& server) : server_(server) {}
  Result<void> send(const Heartbeat& heartbeat, std::stop_token /*stop*/) override {
    const std::lock_guard lock(server_.mutex);
    server_.changed.notify_all();
    if (server_.away) {
      ++server_.refused;
      return Error::of(ErrorKind::unavailable, "server_unreachable", "nobody is there");
    }
    server_.taken.push_back(heartbeat);
    return {};
  }

 private:
  HeartbeatServer& server_;
};

TEST(HeartbeatReporter, TellsLaterWhatTheServerMissed) {
  HeartbeatServer server;
  server.away = true;
  sas::test::ManualClock clock{Timestamp{std::chrono::hours(24)}};
  const Timestamp begin = clock.now();
  HeartbeatReporter reporter(std::make_unique<HeartbeatsToServer>(server), clock,
                             {5ms, "attend test", "model@1"});
  CameraState state;
  state.camera = CameraId{"gate"};
  state.frames_per_second = 15;
  state.waiting = 7;
  reporter.on_frame({}, {}, state);
  clock.advance(2s);
  reporter.on_frame({}, {}, state);
  clock.advance(60s);
  reporter.on_frame({}, {}, state);
  clock.advance(1s);
  reporter.on_frame({}, {}, state);
  server.wait([&] { return server.refused > 1; });
  {
    const std::lock_guard lock(server.mutex);
    server.away = false;
  }
  server.wait([&] {
    std::size_t told = 0;
    for (const auto& each : server.taken) told += each.watched ? 1 : 0;
    return told == 2;
  });
  const std::lock_guard lock(server.mutex);
  EXPECT_EQ(server.taken[0].watched, (Interval{begin, begin + 2s}));
  EXPECT_EQ(server.taken[1].watched, (Interval{begin + 62s, begin + 63s}));
  EXPECT_EQ(server.taken[0].camera.value, "gate");
  EXPECT_EQ(server.taken[0].fps, 15.0F);
  EXPECT_EQ(server.taken[0].outbox_waiting, 7);
  EXPECT_EQ(server.taken[0].software, "attend test");
}

TEST(HeartbeatReporter, ACameraWithoutPicturesIsStillHeardOf) {
  HeartbeatServer server;
  sas::test::ManualClock clock{Timestamp{std::chrono::hours(24)}};
  HeartbeatReporter reporter(std::make_unique<HeartbeatsToServer>(server), clock,
                             {5ms, "attend test", "model@1"});
  CameraState state;
  state.camera = CameraId{"gate"};
  state.connected = false;
  state.frames_per_second = 15;
  reporter.on_quiet(state);
  server.wait([&] { return !server.taken.empty(); });
  const std::lock_guard lock(server.mutex);
  EXPECT_FALSE(server.taken[0].watched);
  EXPECT_EQ(server.taken[0].fps, 0.0F);
}

}  // namespace
}  // namespace sas::edge
