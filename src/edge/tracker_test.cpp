#include "edge/tracker.h"

#include <gtest/gtest.h>

#include "edge/edge_fakes.h"

namespace sas::edge {
namespace {

using test::face_at;
using namespace std::chrono_literals;

// Of a camera with 25 frames a second.
constexpr std::chrono::milliseconds at(int frame) { return frame * 40ms; }

TEST(Tracker, OneWalkPastIsOneTrack) {
  Tracker tracker;
  for (int frame = 0; frame < 60; ++frame) {
    tracker.update({face_at(static_cast<float>(frame) * 8, 50)}, at(frame));
    ASSERT_EQ(tracker.tracks().size(), 1U);
    EXPECT_EQ(tracker.tracks()[0].id, 1U);
  }
  EXPECT_EQ(tracker.confirmed_count(), 1U);
}

TEST(Tracker, SurvivesFramesInWhichTheDetectorMissesTheFace) {
  Tracker tracker;
  for (int frame = 0; frame < 40; ++frame) {
    const bool seen = frame < 10 || frame >= 20;
    tracker.update(
        seen ? std::vector{face_at(static_cast<float>(frame) * 6, 50)} : std::vector<vision::DetectedFace>{},
        at(frame));
  }
  ASSERT_EQ(tracker.tracks().size(), 1U);
  EXPECT_EQ(tracker.tracks()[0].id, 1U) << "it is expected where its movement carried it";
}

TEST(Tracker, EndsATrackThatIsGoneAndSaysSoOnce) {
  Tracker tracker({.lose_after = 200ms});
  for (int frame = 0; frame < 5; ++frame) tracker.update({face_at(10, 10)}, at(frame));
  int ended = 0;
  for (int frame = 5; frame < 25; ++frame) {
    tracker.update({}, at(frame));
    ended += static_cast<int>(tracker.ended().size());
  }
  EXPECT_EQ(ended, 1);
  EXPECT_TRUE(tracker.tracks().empty());
}

TEST(Tracker, EndsATrackByTimeWhateverTheFrameRate) {
  for (const auto frame : {10ms, 40ms, 100ms, 300ms}) {
    Tracker tracker;
    std::chrono::milliseconds now = 0ms;
    for (int i = 0; i < 3; ++i, now += frame) tracker.update({face_at(10, 10)}, now);
    const auto last_seen = now - frame;
    while (tracker.ended().empty()) {
      tracker.update({}, now);
      EXPECT_EQ(tracker.ended().empty(), now - last_seen <= 700ms);
      now += frame;
    }
  }
}

TEST(Tracker, TwoPeopleSideBySideKeepTheirTracks) {
  Tracker tracker;
  for (int frame = 0; frame < 30; ++frame) {
    const auto step = static_cast<float>(frame);
    // The detector lists the best score first, so their order changes.
    const auto left = face_at(10 + step, 20);
    const auto right = face_at(300 - step, 20);
    tracker.update(frame % 2 == 0 ? std::vector{left, right} : std::vector{right, left}, at(frame));
  }
  ASSERT_EQ(tracker.tracks().size(), 2U);
  for (const Track& track : tracker.tracks()) {
    EXPECT_EQ(track.face.box.x < 150, track.id == 1U);
  }
}

TEST(Tracker, AGhostOfOneFrameIsNeverBelieved) {
  Tracker tracker;
  tracker.update({face_at(10, 10)}, at(0));
  EXPECT_FALSE(tracker.confirmed(tracker.tracks()[0]));
  tracker.update({}, at(1));
  tracker.update({}, at(2));
  EXPECT_TRUE(tracker.tracks().empty());
  EXPECT_EQ(tracker.confirmed_count(), 0U);
}

}  // namespace
}  // namespace sas::edge
