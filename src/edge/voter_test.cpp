#include "edge/voter.h"

#include <gtest/gtest.h>

#include "edge/edge_fakes.h"

namespace sas::edge {
namespace {

using test::direction;
using test::kNow;

// Offers a frame as the pipeline does; returns the vote if there was one.
std::optional<Vote> offer(TrackVoter& voter, std::uint64_t frame, bool good, float quality,
                          const Embedding& embedding) {
  if (voter.wants_look(frame) && voter.wants_embedding(frame, good, quality)) {
    auto newcomer = voter.add(frame, kNow, quality, 0.9F, embedding);
    if (newcomer) voter = std::move(*newcomer);
  }
  return voter.take_vote(frame, false);
}

TEST(TrackVoter, SaysItOnceHoweverLongTheFaceStays) {
  TrackVoter voter({});
  int votes = 0;
  for (std::uint64_t frame = 1; frame <= 4800; ++frame) {
    if (offer(voter, frame, true, 0.7F, direction(0))) {
      ++votes;
      voter.decided(Outcome::marked);
    }
  }
  EXPECT_EQ(votes, 1);
}

TEST(TrackVoter, NeverSpeaksForAFaceThatWasNeverGoodEnough) {
  TrackVoter voter({});
  for (std::uint64_t frame = 1; frame <= 200; ++frame)
    EXPECT_FALSE(offer(voter, frame, false, 0.2F, direction(0)));
  EXPECT_FALSE(voter.take_vote(201, true));
  EXPECT_FALSE(voter.ever_good());
}

TEST(TrackVoter, OneGoodFrameIsEnoughWhenThePersonIsGone) {
  TrackVoter voter({});
  EXPECT_FALSE(offer(voter, 1, true, 0.6F, direction(0)));
  const auto vote = voter.take_vote(2, true);
  ASSERT_TRUE(vote);
  EXPECT_EQ(vote->frames, 1);
  EXPECT_FLOAT_EQ(vote->quality, 0.6F);
}

TEST(TrackVoter, BetterFramesWeighMore) {
  TrackVoter voter({.look_every = 1, .ready_after = 2});
  EXPECT_FALSE(offer(voter, 1, true, 0.1F, direction(0, 0.5F)));
  const auto vote = offer(voter, 2, true, 0.9F, direction(0, -0.5F));
  ASSERT_TRUE(vote);
  EXPECT_GT(cosine(vote->embedding, direction(0, -0.5F)), cosine(vote->embedding, direction(0, 0.5F)));
  EXPECT_NEAR(*vote->liveness, 0.9F, 1e-5);
}

TEST(TrackVoter, AsksAgainOnlyForAnUnrecognisedFaceThatIsSeenClearlyBetter) {
  for (const Outcome outcome : {Outcome::unknown, Outcome::marked}) {
    TrackVoter voter({});
    std::uint64_t frame = 1;
    while (!offer(voter, frame, true, 0.4F, direction(0))) ++frame;
    voter.decided(outcome);
    int again = 0;
    for (const std::uint64_t end = frame + 400; frame < end; ++frame) {
      if (auto vote = offer(voter, frame, true, 0.8F, direction(0))) {
        EXPECT_TRUE(vote->resend);
        ++again;
        voter.decided(outcome);
      }
    }
    EXPECT_EQ(again, outcome == Outcome::unknown ? 1 : 0);
  }
}

TEST(TrackVoter, NoticesThatAnotherPersonTookTheTrackOver) {
  TrackVoter voter({});
  std::uint64_t frame = 1;
  while (!offer(voter, frame, true, 0.7F, direction(0))) ++frame;
  voter.decided(Outcome::marked);
  std::optional<Vote> second;
  for (const std::uint64_t end = frame + 300; frame < end && !second; ++frame) {
    second = offer(voter, frame, true, 0.7F, direction(100));
  }
  ASSERT_TRUE(second) << "the second person must not go unrecorded";
  EXPECT_FALSE(second->resend);
  EXPECT_GT(cosine(second->embedding, direction(100)), 0.99F);
}

TEST(TrackVoter, OneOddFrameIsNotAnotherPerson) {
  TrackVoter voter({.look_every = 1});
  for (std::uint64_t frame = 1; frame < 400; ++frame) {
    const bool odd = frame == 60;
    if (voter.wants_look(frame) && voter.wants_embedding(frame, true, 0.7F)) {
      EXPECT_FALSE(voter.add(frame, kNow, 0.7F, std::nullopt, direction(odd ? 200 : 0)));
    }
    if (voter.take_vote(frame, false)) voter.decided(Outcome::marked);
  }
  EXPECT_EQ(voter.outcome(), Outcome::marked);
}

}  // namespace
}  // namespace sas::edge
