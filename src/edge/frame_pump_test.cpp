#include "edge/frame_pump.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sas::edge {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr PumpOptions kQuick{milliseconds(1),  milliseconds(4),  milliseconds(1000),
                             milliseconds(50), milliseconds(50), 2};

// What hangs until somebody lets it go.
class Gate {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    --waiting_;
    changed_.notify_all();
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait_until_left() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

// A camera that delivers so many frames and then does what the test says.
class ShakySource final : public FrameSource {
 public:
  using Then = std::function<Result<std::optional<Frame>>()>;
  ShakySource(int frames, Then then) : left_(frames), then_(std::move(then)) {}

  Result<std::optional<Frame>> next(std::stop_token) override {
    if (left_-- > 0) return std::optional<Frame>(Frame{cv::Mat::zeros(4, 4, CV_8UC3), 0, {}, {}});
    return then_();
  }
  bool live() const override { return true; }
  std::optional<std::uint64_t> frame_count() const override { return std::nullopt; }
  std::string description() const override { return "shaky camera"; }

 private:
  int left_;
  Then then_;
};

Result<std::optional<Frame>> lost() {
  return Error::of(ErrorKind::unavailable, "source_lost", "the cable was pulled");
}
std::unique_ptr<FrameSource> shaky(int frames, ShakySource::Then then = lost) {
  return std::make_unique<ShakySource>(frames, std::move(then));
}

TEST(FramePump, ACameraThatWentAwayIsOpenedAgain) {
  std::atomic<int> opened{0};
  FramePump pump(
      shaky(2),
      [&]() -> Result<std::unique_ptr<FrameSource>> {
        if (++opened == 1) return Error::of(ErrorKind::unavailable, "source_unreachable", "still gone");
        return shaky(2);
      },
      kQuick);
  Frame frame;
  while (pump.reconnects() < 2) (void)pump.next(frame, milliseconds(5));
  pump.stop();
  EXPECT_GE(opened, 3);
}

TEST(FramePump, ACameraThatIsNotThereYetIsWaitedFor) {
  std::atomic<int> tries{0};
  FramePump pump(
      nullptr,
      [&]() -> Result<std::unique_ptr<FrameSource>> {
        if (++tries < 3) return Error::of(ErrorKind::unavailable, "source_unreachable", "not yet");
        return shaky(1);
      },
      kQuick);
  EXPECT_FALSE(pump.connected());
  Frame frame;
  while (pump.next(frame, milliseconds(5)) != FramePump::State::frame) {
  }
  EXPECT_GE(tries, 3);
}

TEST(FramePump, WithoutAWayToReopenItEndsWithTheReason) {
  FramePump pump(shaky(0), {}, kQuick);
  Frame frame;
  auto state = FramePump::State::none_yet;
  while (state == FramePump::State::none_yet) state = pump.next(frame, milliseconds(5));
  EXPECT_EQ(state, FramePump::State::ended);
  ASSERT_TRUE(pump.failure());
  EXPECT_EQ(pump.failure()->code, "source_lost");
}

TEST(FramePump, AReadThatNeverReturnsIsLeftBehindAndTheCameraOpenedAgain) {
  Gate gate;
  const auto hang = [&]() -> Result<std::optional<Frame>> {
    gate.wait();
    return std::optional<Frame>(Frame{cv::Mat::ones(4, 4, CV_8UC3), 0, {}, {}});
  };
  std::atomic<bool> second{false};
  {
    FramePump pump(
        shaky(1, hang),
        [&]() -> Result<std::unique_ptr<FrameSource>> {
          second = true;
          return shaky(1'000'000'000);
        },
        kQuick);
    Frame frame;
    while (!second || !pump.connected()) (void)pump.next(frame, milliseconds(5));
    EXPECT_EQ(pump.abandoned(), 1U);
    EXPECT_EQ(pump.reconnects(), 1U);
    gate.open();
    while (pump.abandoned() > 0) {
      const auto state = pump.next(frame, milliseconds(50));
      EXPECT_NE(state, FramePump::State::ended);
      if (state != FramePump::State::frame) continue;
      EXPECT_EQ(cv::countNonZero(frame.image.reshape(1)), 0) << "a frame of the reader that was left behind";
    }
  }
  gate.wait_until_left();
}

TEST(FramePump, NoMoreThreadsThanAllowedAreLeftHanging) {
  Gate gate;
  std::atomic<int> opened{0};
  const auto hang = [&]() -> Result<std::optional<Frame>> {
    gate.wait();
    return lost();
  };
  FramePump pump(
      shaky(0, hang),
      [&]() -> Result<std::unique_ptr<FrameSource>> {
        ++opened;
        return shaky(0, hang);
      },
      kQuick);
  Frame frame;
  while (pump.abandoned() < kQuick.most_abandoned) (void)pump.next(frame, milliseconds(5));
  (void)pump.next(frame, milliseconds(200));
  EXPECT_EQ(pump.abandoned(), kQuick.most_abandoned);
  EXPECT_EQ(opened, 1);
  gate.open();
  while (pump.abandoned() > 0 || opened < 2) (void)pump.next(frame, milliseconds(5));
}

TEST(FramePump, StoppingDoesNotWaitForAReadThatHangs) {
  Gate gate;
  FramePump pump(shaky(0,
                       [&]() -> Result<std::optional<Frame>> {
                         gate.wait();
                         return lost();
                       }),
                 {}, {});
  pump.stop();
  EXPECT_EQ(pump.abandoned(), 1U);
  gate.open();
  while (pump.abandoned() > 0) std::this_thread::yield();
}

TEST(FramePump, PicturesThatAreOnlyTheDecodersGreyAreNotShownAndEndInANewConnection) {
  const auto grey = []() -> Result<std::optional<Frame>> {
    std::this_thread::sleep_for(milliseconds(1));  // as a camera between two pictures
    return std::optional<Frame>(Frame{cv::Mat(64, 64, CV_8UC3, cv::Scalar(130, 130, 130)), 0, {}, {}});
  };
  std::atomic<bool> again{false};
  FramePump pump(
      shaky(0, grey),
      [&]() -> Result<std::unique_ptr<FrameSource>> {
        again = true;
        return shaky(1);
      },
      kQuick);
  Frame frame;
  while (pump.next(frame, milliseconds(5)) != FramePump::State::frame) {
  }
  EXPECT_TRUE(again);
  EXPECT_GT(pump.undecoded(), 1U);
  EXPECT_EQ(frame.index, 0U);
}

// A camera that gives `pictures` different ones and then the last one for ever.
class StuckSource final : public FrameSource {
 public:
  StuckSource(int pictures, int first) : left_(pictures), shade_(first) {}
  Result<std::optional<Frame>> next(std::stop_token stop) override {
    if (stop.stop_requested()) return std::optional<Frame>();
    if (left_ > 0) {
      --left_;
      ++shade_;
    } else {
      std::this_thread::sleep_for(milliseconds(1));  // as a camera between two pictures
    }
    return std::optional<Frame>(Frame{cv::Mat(8, 8, CV_8UC3, cv::Scalar::all(shade_)), 0, {}, {}});
  }
  bool live() const override { return true; }
  std::optional<std::uint64_t> frame_count() const override { return std::nullopt; }
  std::string description() const override { return "stuck camera"; }

 private:
  int left_;
  int shade_;
};

PumpOptions frozen_after(milliseconds time) {
  PumpOptions options = kQuick;
  options.read_limit = options.open_limit = std::chrono::seconds(20);
  options.frozen_after = time;
  return options;
}

TEST(FramePump, ACameraThatRepeatsOnePictureIsNotConnectedUntilItMoves) {
  std::atomic<int> opened{0};
  std::atomic<bool> moves{false};
  FramePump pump(
      std::make_unique<StuckSource>(3, 0),
      [&]() -> Result<std::unique_ptr<FrameSource>> {
        ++opened;
        // Opened again, it shows the picture at which it froze.
        return std::make_unique<StuckSource>(moves ? 1'000'000 : 0, 3);
      },
      frozen_after(milliseconds(30)));
  Frame frame;
  bool repeated = false;
  while (opened < 2) {
    if (pump.next(frame, milliseconds(5)) == FramePump::State::frame) repeated = repeated || frame.repeated;
  }
  EXPECT_TRUE(repeated) << "until it counts as frozen its pictures come, marked";
  EXPECT_FALSE(pump.connected());
  EXPECT_EQ(pump.reconnects(), 0U);
  moves = true;
  while (!pump.connected()) (void)pump.next(frame, milliseconds(5));
  EXPECT_EQ(pump.reconnects(), 1U);
}

TEST(FramePump, WithoutALimitAStillPictureIsNotFrozen) {
  std::atomic<int> opened{0};
  FramePump pump(
      std::make_unique<StuckSource>(1, 0),
      [&]() -> Result<std::unique_ptr<FrameSource>> {
        ++opened;
        return std::make_unique<StuckSource>(1, 0);
      },
      frozen_after(milliseconds(0)));
  Frame frame;
  for (int frames = 0; frames < 50;) {
    if (pump.next(frame, milliseconds(5)) == FramePump::State::frame) ++frames;
    EXPECT_FALSE(frame.repeated);
  }
  EXPECT_EQ(opened, 0);
  EXPECT_TRUE(pump.connected());
}

}  // namespace
}  // namespace sas::edge
