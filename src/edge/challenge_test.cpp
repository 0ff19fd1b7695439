#include "edge/challenge.h"

#include <gtest/gtest.h>

#include "edge/edge_fakes.h"

namespace sas::edge {
namespace {

using test::kNow;
using State = Challenge::State;

constexpr std::chrono::milliseconds kFrame{40};

// Shows how open the eyes are, frame by frame.
State blink_with(const std::vector<float>& eyes) {
  Challenge challenge(Challenge::Kind::blink, kNow);
  State state = State::asked;
  Timestamp at = kNow;
  for (const float open : eyes) state = challenge.observe(at += kFrame, open, {});
  return state;
}
State turn_with(const std::vector<float>& yaws) {
  Challenge challenge(Challenge::Kind::turn, kNow);
  State state = State::asked;
  Timestamp at = kNow;
  for (const float yaw : yaws) state = challenge.observe(at += kFrame, 1.0F, {yaw, 0, 0});
  return state;
}

TEST(Challenge, ABlinkIsOpenShutAndOpenAgain) {
  EXPECT_EQ(blink_with({0.9F, 0.9F, 0.1F, 0.05F, 0.9F}), State::met);
  EXPECT_EQ(blink_with({0.9F, 0.9F, 0.1F, 0.1F}), State::asked) << "shut, not open again";
  EXPECT_EQ(blink_with({0.1F, 0.1F, 0.9F, 0.9F}), State::asked) << "eyes that were shut when it was asked";
  EXPECT_EQ(blink_with({0.9F, 0.8F, 0.5F, 0.4F, 0.9F, 0.5F, 0.8F}), State::asked) << "a photograph's noise";
}

TEST(Challenge, AHeadTurnCountsFromHowTheHeadWasHeld) {
  EXPECT_EQ(turn_with({0, 1, 0, 10, 20, 25}), State::met);
  EXPECT_EQ(turn_with({0, -1, 0, -10, -20, -25}), State::met) << "either side";
  EXPECT_EQ(turn_with({20, 21, 20, 22, 25, 24}), State::asked) << "a photograph held at an angle";
  EXPECT_EQ(turn_with({0, 0, 0, 30, 0, 0}), State::asked) << "one frame's slip";
}

TEST(Challenge, WhoDoesNothingFailsWhenTheTimeIsOver) {
  Challenge challenge(Challenge::Kind::blink, kNow);
  EXPECT_EQ(challenge.observe(kNow + std::chrono::seconds(9), 1.0F, {}), State::asked);
  EXPECT_EQ(challenge.observe(kNow + std::chrono::seconds(10), 1.0F, {}), State::failed);
  EXPECT_EQ(challenge.observe(kNow + std::chrono::seconds(11), 0.0F, {}), State::failed);
}

TEST(Challenge, EyesThatCannotBeJudgedDoNotBlink) {
  Challenge challenge(Challenge::Kind::blink, kNow);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(challenge.observe(kNow + i * kFrame, std::nullopt, {}), State::asked);
}

TEST(LivenessMode, IsReadAsItIsWritten) {
  for (const auto mode : {LivenessMode::off, LivenessMode::passive, LivenessMode::active})
    EXPECT_EQ(parse_liveness_mode(to_string(mode)), mode);
  EXPECT_FALSE(parse_liveness_mode("maybe"));
}

}  // namespace
}  // namespace sas::edge
