// Back-off and token bucket: how often something is tried or allowed.

#include <gtest/gtest.h>

#include "base/backoff.h"
#include "base/token_bucket.h"

namespace sas {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToTheLongestPause) {
  Backoff backoff({.first = 100ms, .longest = 500ms});
  EXPECT_EQ(backoff.next(), 100ms);
  EXPECT_EQ(backoff.next(), 200ms);
  EXPECT_EQ(backoff.next(), 400ms);
  EXPECT_EQ(backoff.next(), 500ms);
  EXPECT_EQ(backoff.next(), 500ms);
}

TEST(Backoff, BeginsAgainAfterASuccess) {
  Backoff backoff({.first = 100ms, .longest = 500ms});
  static_cast<void>(backoff.next());
  static_cast<void>(backoff.next());
  backoff.reset();
  EXPECT_EQ(backoff.next(), 100ms);
  EXPECT_EQ(backoff.next(), 200ms);
}

TEST(Backoff, ALongestPauseBelowTheFirstNeverShortensIt) {
  Backoff backoff({.first = 1h, .longest = 2s});
  EXPECT_EQ(backoff.next(), 1h);
  EXPECT_EQ(backoff.next(), 1h);
}

TEST(Backoff, JitterSpreadsThePausesAndDoesNotAddUp) {
  bool shorter = false;
  bool longer = false;
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    Backoff backoff({.first = 100ms, .longest = 200ms, .jitter = 0.2}, seed);
    const auto first = backoff.next();
    EXPECT_GE(first, 80ms);
    EXPECT_LE(first, 120ms);
    shorter = shorter || first < 95ms;
    longer = longer || first > 105ms;
    for (int i = 0; i < 5; ++i) {
      const auto later = backoff.next();
      EXPECT_GE(later, 160ms);
      EXPECT_LE(later, 240ms);
    }
  }
  EXPECT_TRUE(shorter);
  EXPECT_TRUE(longer);
}

class TokenBucketTest : public testing::Test {
 protected:
  TokenBucket::Time now_{1000s};
};

TEST_F(TokenBucketTest, AllowsABurstAndThenTheRate) {
  TokenBucket bucket(5, 1, now_);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(bucket.take(1, now_));
  EXPECT_FALSE(bucket.take(1, now_));
  now_ += 999ms;
  EXPECT_FALSE(bucket.take(1, now_));
  now_ += 1ms;
  EXPECT_TRUE(bucket.take(1, now_));
  EXPECT_FALSE(bucket.take(1, now_));
}

TEST_F(TokenBucketTest, NeverHoldsMoreThanItsCapacity) {
  TokenBucket bucket(5, 1, now_);
  now_ += 1h;
  EXPECT_EQ(bucket.available(now_), 5);
  EXPECT_FALSE(bucket.take(6, now_));
  EXPECT_TRUE(bucket.take(5, now_));
}

TEST_F(TokenBucketTest, WhatIsTooLargeTakesNothing) {
  TokenBucket bucket(10, 10, now_);
  EXPECT_FALSE(bucket.take(11, now_));
  EXPECT_TRUE(bucket.take(10, now_));
}

TEST_F(TokenBucketTest, AChargeBeyondWhatIsThereIsADebt) {
  TokenBucket bucket(2, 1, now_);
  bucket.charge(5, now_);
  EXPECT_EQ(bucket.available(now_), -3);
  now_ += 3s;
  EXPECT_FALSE(bucket.take(1, now_));
  now_ += 1s;
  EXPECT_TRUE(bucket.take(1, now_));
}

TEST_F(TokenBucketTest, IsFullAgainAfterLongEnough) {
  TokenBucket bucket(2, 1, now_);
  EXPECT_TRUE(bucket.full(now_));
  bucket.charge(1, now_);
  EXPECT_FALSE(bucket.full(now_ + 500ms));
  EXPECT_TRUE(bucket.full(now_ + 1s));
}

TEST_F(TokenBucketTest, ATimeBeforeTheLastOneGivesNothingBack) {
  TokenBucket bucket(1, 1, now_);
  EXPECT_TRUE(bucket.take(1, now_));
  EXPECT_FALSE(bucket.take(1, now_ - 10s));
  EXPECT_TRUE(bucket.take(1, now_ + 1s));
}

}  // namespace
}  // namespace sas
