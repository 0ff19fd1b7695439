#include "attendance/calibration.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "gallery/csls.h"

namespace sas::attendance {
namespace {

constexpr double kRate = 0.001;
// The Gumbel law's quantile at 1 - kRate, in scales above its location.
constexpr float kScales = 6.907F;

ScorePrior prior() {
  return {.strangers = {{1, 0.17F, 0.038F}, {20, 0.17F, 0.038F}, {80, 0.09F, 0.038F}, {170, 0.06F, 0.038F}},
          .genuine_mean = 0.6F,
          .genuine_deviation = 0.12F};
}

std::vector<float> gumbel(std::size_t count, double location, double scale, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::extreme_value_distribution<double> law(location, scale);
  std::vector<float> scores(count);
  for (float& score : scores) score = static_cast<float>(law(random));
  return scores;
}

double share_above(const std::vector<float>& scores, float threshold) {
  double above = 0;
  for (const float score : scores) above += score >= threshold ? 1 : 0;
  return above / static_cast<double>(scores.size());
}

TEST(Csls, TakesHalfOfBothNeighbourhoodsOff) { EXPECT_FLOAT_EQ(csls(0.8F, 0.3F, 0.1F), 0.6F); }

TEST(Csls, ANeighbourhoodIsTheTenNearest) {
  const std::vector<float> cosines{0.9F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.4F, 0.3F};
  EXPECT_FLOAT_EQ(neighbourhood_mean(cosines), 0.54F);
}

TEST(Csls, AbsentNeighboursCountAsUnrelated) {
  EXPECT_FLOAT_EQ(neighbourhood_mean({}), 0);
  const std::vector<float> one{0.5F};
  EXPECT_FLOAT_EQ(neighbourhood_mean(one), 0.05F);
}

TEST(Calibration, AGalleryWithoutScoresHasThePriorsThreshold) {
  const auto alone = calibrate({.people = 1, .strangers = {}, .genuine = {}}, prior(), kRate);
  EXPECT_NEAR(alone.threshold, 0.17F + kScales * 0.038F, 1e-3);
  EXPECT_EQ(alone.strangers, 0U);
  EXPECT_EQ(alone.people, 1U);
  const auto none = calibrate({}, prior(), kRate);
  EXPECT_FLOAT_EQ(none.threshold, alone.threshold);
}

TEST(Calibration, ThePriorIsReadBetweenItsSizes) {
  const auto at = [](std::size_t people) {
    return calibrate({.people = people, .strangers = {}, .genuine = {}}, prior(), kRate).threshold;
  };
  EXPECT_NEAR(at(40), 0.13F + kScales * 0.038F, 1e-3);  // halfway from 20 to 80 by logarithm
  EXPECT_FLOAT_EQ(at(170), at(1000000));
}

TEST(Calibration, ALargeGalleryMisnamesTheWantedShare) {
  const auto fitted =
      calibrate({.people = 2000, .strangers = gumbel(2000, 0.2, 0.05), .genuine = {}}, prior(), kRate);
  const double share = share_above(gumbel(400000, 0.2, 0.05, 2), fitted.threshold);
  EXPECT_GT(share, kRate / 2);
  EXPECT_LT(share, kRate * 2);
  EXPECT_EQ(fitted.strangers, 2000U);
}

TEST(Calibration, PeopleEnrolledTwiceDoNotRaiseItForEverybody) {
  auto scores = gumbel(1000, 0.1, 0.04);
  const float before =
      calibrate({.people = 1000, .strangers = scores, .genuine = {}}, prior(), kRate).threshold;
  for (std::size_t i = 0; i < 15; ++i) scores[i] = 0.7F;
  const float after =
      calibrate({.people = 1000, .strangers = scores, .genuine = {}}, prior(), kRate).threshold;
  EXPECT_NEAR(after, before, 0.05);  // the highest of the others is near 0.4
}

TEST(Calibration, AGalleryOfCopiesDoesNotLowerItToWhereCopiesPass) {
  // Every copy's own score is 1 - (1 + 1) / 2.
  const auto copies =
      calibrate({.people = 1000, .strangers = std::vector<float>(1000, 0.0F), .genuine = {}}, prior(), kRate);
  EXPECT_GT(copies.threshold, csls(1, 1, 1) + 0.2F);
}

TEST(Calibration, AHandfulOfScoresIsLeftToThePrior) {
  const auto two = calibrate({.people = 2, .strangers = {0.9F, 0.9F}, .genuine = {}}, prior(), kRate);
  EXPECT_EQ(two.strangers, 0U);
  EXPECT_NEAR(two.threshold, 0.17F + kScales * 0.038F, 1e-3);
}

TEST(Calibration, ASmallerRateAsksForMore) {
  const GalleryScores scores{.people = 300, .strangers = gumbel(300, 0.1, 0.04), .genuine = {}};
  const auto strict = calibrate(scores, prior(), 0.0001);
  const auto loose = calibrate(scores, prior(), 0.01);
  EXPECT_GT(strict.threshold, loose.threshold + 0.1F);
  EXPECT_GT(strict.expected_miss, loose.expected_miss);
}

TEST(Calibration, TheMissIsCountedInThePeoplesOwnScores) {
  GalleryScores scores{.people = 500, .strangers = gumbel(500, 0.1, 0.04), .genuine = {}};
  scores.genuine.assign(1000, 0.9F);
  for (std::size_t i = 0; i < 100; ++i) scores.genuine[i] = 0.1F;
  const auto counted = calibrate(scores, prior(), kRate);
  EXPECT_NEAR(counted.expected_miss, 0.1, 0.01);
  EXPECT_EQ(counted.genuine, 1000U);
}

TEST(Calibration, WithoutGenuineScoresTheMissIsThePriors) {
  const auto alone = calibrate({.people = 1, .strangers = {}, .genuine = {}}, prior(), kRate);
  const double below = std::erfc((0.6 - alone.threshold) / 0.12 / std::sqrt(2.0)) / 2;
  EXPECT_NEAR(alone.expected_miss, below, 1e-4);
  EXPECT_EQ(alone.genuine, 0U);
}

}  // namespace
}  // namespace sas::attendance
