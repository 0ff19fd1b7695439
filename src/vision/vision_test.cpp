#include <cmath>
#include <numbers>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "vision/detection.h"
#include "vision/geometry.h"
#include "vision/preprocess.h"
#include "vision/quality.h"

namespace sas::vision {
namespace {

using testing::ElementsAre;

cv::Point2f apply(const cv::Matx23f& transform, cv::Point2f point) {
  return {(transform(0, 0) * point.x) + (transform(0, 1) * point.y) + transform(0, 2),
          (transform(1, 0) * point.x) + (transform(1, 1) * point.y) + transform(1, 2)};
}

TEST(SimilarityTransform, FindsRotationScaleAndTranslation) {
  const float angle = 0.4F;
  const float scale = 2.5F;
  std::vector<cv::Point2f> moved;
  for (const auto& point : arcface_template())
    moved.emplace_back((scale * ((std::cos(angle) * point.x) - (std::sin(angle) * point.y))) + 30,
                       (scale * ((std::sin(angle) * point.x) + (std::cos(angle) * point.y))) - 12);
  const auto transform = similarity_transform(moved, arcface_template());
  for (std::size_t i = 0; i < moved.size(); ++i)
    EXPECT_LT(cv::norm(apply(transform, moved[i]) - arcface_template().at(i)), 1e-3);
}

// Least squares: no other rotation, scale or translation gives a smaller error.
TEST(SimilarityTransform, IsTheBestFitForNoisyPoints) {
  std::mt19937 random(7);
  std::normal_distribution<float> noise(0, 6);
  std::vector<cv::Point2f> from;
  for (const auto& point : arcface_template())
    from.emplace_back(point.x + noise(random), point.y + noise(random));
  const auto best = similarity_transform(from, arcface_template());
  const auto misfit = [&](const cv::Matx23f& transform) {
    double sum = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const auto off = apply(transform, from[i]) - arcface_template().at(i);
      sum += off.ddot(off);
    }
    return sum;
  };
  for (const float step : {-0.01F, 0.01F}) {
    auto turned = best;
    turned(0, 1) -= step;
    turned(1, 0) += step;
    auto scaled = best;
    scaled(0, 0) += step;
    scaled(1, 1) += step;
    auto shifted = best;
    shifted(0, 2) += step;
    for (const auto& other : {turned, scaled, shifted}) EXPECT_GT(misfit(other), misfit(best));
  }
}

TEST(SimilarityTransform, NeverMirrors) {
  std::vector<cv::Point2f> mirrored;
  for (const auto& point : arcface_template()) mirrored.emplace_back(112 - point.x, point.y);
  const auto transform = similarity_transform(mirrored, arcface_template());
  EXPECT_GE((transform(0, 0) * transform(1, 1)) - (transform(0, 1) * transform(1, 0)), 0);
}

TEST(SimilarityTransform, CoincidentPointsGiveFiniteNumbers) {
  const std::vector<cv::Point2f> spot(5, cv::Point2f(3, 4));
  const auto transform = similarity_transform(spot, arcface_template());
  for (const float value : transform.val) EXPECT_TRUE(std::isfinite(value));
}

TEST(Suppression, KeepsTheBestOfOverlappingFacesAndAllOthers) {
  const std::vector<DetectedFace> faces{{{0, 0, 100, 100}, 0.8F, {}},
                                        {{5, 5, 100, 100}, 0.9F, {}},
                                        {{300, 0, 50, 50}, 0.75F, {}},
                                        {{90, 90, 100, 100}, 0.7F, {}}};
  const auto kept = suppress_overlapping(faces, 0.3F);
  std::vector<float> scores;
  for (const auto& face : kept) scores.push_back(face.score);
  EXPECT_THAT(scores, ElementsAre(0.9F, 0.75F, 0.7F));
}

TEST(Overlap, IsZeroForEmptyBoxes) { EXPECT_EQ(overlap({0, 0, 0, 0}, {0, 0, 0, 0}), 0); }

TEST(UltraFace, DecodesBoxesAboveTheScoreIntoPixels) {
  const std::vector<float> scores{0.9F, 0.1F, 0.05F, 0.95F, 0.2F, 0.8F};
  const std::vector<float> boxes{0, 0, 1, 1, 0.25F, 0.5F, 0.75F, 1, 0.5F, 0.5F, 0.5F, 0.5F};
  const auto faces = decode_ultraface(scores, boxes, {320, 240}, 0.7F);
  ASSERT_EQ(faces.size(), 1U) << "the first is below the score, the last has no extent";
  EXPECT_EQ(faces[0].box, cv::Rect2f(80, 120, 160, 120));
  EXPECT_FLOAT_EQ(faces[0].score, 0.95F);
}

TEST(UltraFace, IgnoresNotANumber) {
  const std::vector<float> scores{0, NAN, 0, 0.9F};
  const std::vector<float> boxes{0, 0, 1, 1, NAN, 0, 1, 1};
  EXPECT_TRUE(decode_ultraface(scores, boxes, {320, 240}, 0.7F).empty());
}

TEST(Scrfd, DecodesDistancesInStridesFromTheCell) {
  // A 32x16 input at stride 8 has 4x2 cells with two anchors each; the face is the second anchor of cell (2,
  // 1).
  const std::size_t at = 13;
  std::vector<float> scores(16);
  std::vector<float> boxes(64);
  std::vector<float> points(160);
  scores[at] = 0.9F;
  const std::vector<float> distances{1, 0.5F, 2, 1.5F};
  std::ranges::copy(distances, boxes.begin() + (at * 4));
  points[at * 10] = -0.5F;
  points[(at * 10) + 9] = 1.0F;
  std::vector<DetectedFace> faces;
  decode_scrfd({8, 2, scores, boxes, points}, {32, 16}, 0.5F, faces);
  ASSERT_EQ(faces.size(), 1U);
  EXPECT_EQ(faces[0].box, cv::Rect2f(8, 4, 24, 16));
  EXPECT_EQ(faces[0].points->front(), cv::Point2f(12, 8));
  EXPECT_EQ(faces[0].points->back(), cv::Point2f(16, 16));
}

TEST(Scrfd, IdentifiesLevelsByShapeInAnyOrder) {
  const std::vector<std::vector<std::int64_t>> shapes{{800, 10},   {12800, 1}, {1, 3200, 4},
                                                      {3200, 1},   {800, 1},   {800, 4},
                                                      {12800, 10}, {12800, 4}, {3200, 10}};
  const auto levels = scrfd_levels(shapes, {640, 640});
  ASSERT_TRUE(levels) << levels.error().message;
  ASSERT_EQ(levels->size(), 3U);
  EXPECT_EQ((*levels)[0].stride, 32);
  EXPECT_EQ((*levels)[0].anchors, 2);
  EXPECT_EQ((*levels)[0].points, 0U);
  EXPECT_EQ((*levels)[2].stride, 8);
  EXPECT_EQ((*levels)[2].scores, 1U);
}

TEST(Scrfd, RefusesOtherOutputs) {
  EXPECT_FALSE(scrfd_levels({{4420, 2}, {4420, 4}}, {640, 640}));
  EXPECT_FALSE(scrfd_levels({{700, 1}, {700, 4}, {700, 10}}, {640, 640}));
  EXPECT_FALSE(scrfd_levels({}, {640, 640}));
}

InputRecipe recipe(int width, int height, InputRecipe::Colour colour) {
  InputRecipe input;
  input.width = width;
  input.height = height;
  input.colour = colour;
  input.mean = {10};
  input.scale = {2};
  return input;
}

TEST(Preprocessing, OrdersColourPlanesByTheRecipe) {
  const cv::Mat image(8, 8, CV_8UC3, cv::Scalar(20, 30, 40));  // blue, green, red
  std::vector<float> tensor(3UL * 8 * 8);
  fill_from_image(image, recipe(8, 8, InputRecipe::Colour::rgb), tensor);
  EXPECT_THAT((std::vector{tensor[0], tensor[64], tensor[128]}), ElementsAre(15, 10, 5));
  fill_from_image(image, recipe(8, 8, InputRecipe::Colour::bgr), tensor);
  EXPECT_THAT((std::vector{tensor[0], tensor[64], tensor[128]}), ElementsAre(5, 10, 15));
}

TEST(Preprocessing, GreyIsOnePlane) {
  const cv::Mat image(8, 8, CV_8UC3, cv::Scalar(50, 50, 50));
  std::vector<float> tensor(64);
  fill_from_image(image, recipe(8, 8, InputRecipe::Colour::grey), tensor);
  EXPECT_THAT(tensor, testing::Each(20));
}

TEST(Preprocessing, EachChannelHasItsOwnMeanAndScale) {
  auto input = recipe(8, 8, InputRecipe::Colour::rgb);
  input.mean = {40, 30, 20};
  input.scale = {1, 2, 4};
  const cv::Mat image(8, 8, CV_8UC3, cv::Scalar(24, 34, 44));
  std::vector<float> tensor(3UL * 64);
  fill_from_image(image, input, tensor);
  EXPECT_THAT((std::vector{tensor[0], tensor[64], tensor[128]}), ElementsAre(4, 2, 1));
}

TEST(Preprocessing, ALetterboxKeepsTheAspectAndPadsBelow) {
  auto input = recipe(16, 16, InputRecipe::Colour::rgb);
  input.letterbox = true;
  const cv::Mat image(40, 80, CV_8UC3, cv::Scalar(50, 50, 50));
  std::vector<float> tensor(3UL * 256);
  const auto scale = fill_from_image(image, input, tensor);
  EXPECT_FLOAT_EQ(scale.x, 5);
  EXPECT_FLOAT_EQ(scale.y, 5);
  EXPECT_FLOAT_EQ(tensor[7 * 16], 20) << "the last row of the image";
  EXPECT_FLOAT_EQ(tensor[8 * 16], -5) << "black below it";
}

TEST(Preprocessing, ARegionIsSampledLikeAResize) {
  cv::Mat image(64, 64, CV_8UC3);
  cv::randu(image, 0, 255);
  cv::GaussianBlur(image, image, {7, 7}, 2);
  const cv::Rect region(10, 20, 32, 24);
  const auto input = recipe(16, 12, InputRecipe::Colour::bgr);
  std::vector<float> by_region(3UL * 16 * 12);
  std::vector<float> by_resize(by_region.size());
  fill_from_region(image, region, input, by_region);
  fill_from_image(image(region), input, by_resize);
  for (std::size_t i = 0; i < by_region.size(); ++i) EXPECT_NEAR(by_region[i], by_resize[i], 1.0) << i;
}

TEST(Preprocessing, RepeatsTheEdgeOutsideTheImage) {
  const cv::Mat image(32, 32, CV_8UC3, cv::Scalar(90, 90, 90));
  std::vector<float> tensor(64);
  fill_from_region(image, {-20, -20, 40, 40}, recipe(8, 8, InputRecipe::Colour::grey), tensor);
  EXPECT_THAT(tensor, testing::Each(40));
}

TEST(CropRegion, EnlargesTheBoxAroundItsCentre) {
  auto input = recipe(8, 8, InputRecipe::Colour::bgr);
  input.crop = 2;
  EXPECT_EQ(crop_region({40, 40, 20, 30}, {200, 200}, input), cv::Rect2f(30, 25, 40, 60));
  input.square = true;
  EXPECT_EQ(crop_region({40, 40, 20, 30}, {200, 200}, input), cv::Rect2f(20, 25, 60, 60));
}

TEST(CropRegion, InsideMovesAndShrinksItIntoTheImage) {
  auto input = recipe(8, 8, InputRecipe::Colour::bgr);
  input.crop = 3;
  input.edge = InputRecipe::Edge::inside;
  EXPECT_EQ(crop_region({0, 0, 20, 20}, {100, 100}, input), cv::Rect2f(0, 0, 60, 60));
  EXPECT_EQ(crop_region({70, 30, 20, 40}, {100, 100}, input), cv::Rect2f(50, 0, 50, 100));
}

TEST(EstimatedPose, FollowsTheNose) {
  auto points = arcface_template();
  const auto frontal = estimate_pose(points);
  EXPECT_NEAR(frontal.yaw, 0, 6);
  EXPECT_NEAR(frontal.pitch, 0, 12);
  EXPECT_NEAR(frontal.roll, 0, 2);
  points[2].x += 12;
  EXPECT_LT(estimate_pose(points).yaw, frontal.yaw - 20);
  points = arcface_template();
  points[2].y += 8;
  EXPECT_LT(estimate_pose(points).pitch, frontal.pitch - 8);
}

FaceMeasures good_face() {
  FaceMeasures measures;
  measures.score = 0.99F;
  measures.size = 130;
  measures.exposure = {.brightness = 130, .contrast = 130, .black = 0, .white = 0, .picture = 120};
  measures.sharpness = 150;
  return measures;
}

TEST(Quality, AGoodFaceHasNoProblemsAndAHighScore) {
  const auto quality = judge(good_face(), {});
  EXPECT_TRUE(quality.good());
  EXPECT_GT(quality.overall, 0.9F);
}

TEST(Quality, EachWeaknessIsNamedAndLowersTheScore) {
  const auto best = judge(good_face(), {}).overall;
  const auto expect = [&](auto&& weaken, QualityProblem problem) {
    auto measures = good_face();
    weaken(measures);
    const auto quality = judge(measures, {});
    EXPECT_THAT(quality.problems, ElementsAre(problem)) << to_string(problem);
    EXPECT_LT(quality.overall, best) << to_string(problem);
    EXPECT_FALSE(hint(problem).empty());
  };
  expect([](auto& m) { m.size = 30; }, QualityProblem::too_small);
  expect(
      [](auto& m) {
        m.exposure.contrast = 12;
        m.exposure.brightness = 20;
      },
      QualityProblem::too_dark);
  expect([](auto& m) { m.exposure.white = 0.5F; }, QualityProblem::too_bright);
  expect([](auto& m) { m.sharpness = 5; }, QualityProblem::blurred);
  expect([](auto& m) { m.pose.yaw = -60; }, QualityProblem::turned_away);
  expect([](auto& m) { m.pose.pitch = 50; }, QualityProblem::turned_away);
  expect([](auto& m) { m.outside = 0.3F; }, QualityProblem::outside_frame);
  expect([](auto& m) { m.eyes_shut = true; }, QualityProblem::eyes_hidden);
}

TEST(Quality, LimitsAffectTheProblemsButNotTheScore) {
  QualityLimits strict;
  strict.min_size = 200;
  EXPECT_THAT(judge(good_face(), strict).problems, ElementsAre(QualityProblem::too_small));
  EXPECT_EQ(judge(good_face(), strict).overall, judge(good_face(), {}).overall);
}

TEST(Quality, MeasuresPixels) {
  cv::Mat sharp(112, 112, CV_8UC3);
  cv::randu(sharp, 0, 255);
  cv::Mat soft;
  cv::GaussianBlur(sharp, soft, {15, 15}, 5);
  const cv::Mat image(480, 640, CV_8UC3, cv::Scalar::all(90));
  const auto of = [&](const cv::Mat& aligned) { return measure({-50, 0, 100, 200}, image, aligned); };
  EXPECT_GT(of(sharp).sharpness, 50 * of(soft).sharpness);
  EXPECT_NEAR(of(sharp).exposure.brightness, 127, 8);
  EXPECT_NEAR(of(sharp).exposure.picture, 90, 1);
  EXPECT_FLOAT_EQ(of(sharp).size, 100);
  EXPECT_FLOAT_EQ(of(sharp).outside, 0.5F);
}

}  // namespace
}  // namespace sas::vision
