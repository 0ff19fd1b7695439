#include "edge/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sas::edge {
namespace {

using testing::HasSubstr;

// Red at the top left corner, blue at the bottom right one.
cv::Mat marked(int width, int height) {
  cv::Mat picture = cv::Mat::zeros(height, width, CV_8UC3);
  picture(cv::Rect(0, 0, 10, 10)) = cv::Scalar(0, 0, 255);
  picture(cv::Rect(width - 10, height - 10, 10, 10)) = cv::Scalar(255, 0, 0);
  return picture;
}
bool is_red(const cv::Vec3b& pixel) { return pixel[2] > 200 && pixel[0] < 50; }

TEST(View, TurnsClockwise) {
  const cv::Mat turned = apply({{}, 90, {}}, marked(200, 100));
  EXPECT_EQ(turned.size(), cv::Size(100, 200));
  EXPECT_TRUE(is_red(turned.at<cv::Vec3b>(2, 97))) << "the top left corner goes to the top right";
  EXPECT_TRUE(is_red(apply({{}, 180, {}}, marked(200, 100)).at<cv::Vec3b>(97, 197)));
  EXPECT_TRUE(is_red(apply({{}, 270, {}}, marked(200, 100)).at<cv::Vec3b>(197, 2)));
}

TEST(View, MakesOnlySmallerAndKeepsProportions) {
  EXPECT_EQ(apply({cv::Size(100, 100), 0, {}}, marked(400, 200)).size(), cv::Size(100, 50));
  EXPECT_EQ(apply({cv::Size(1000, 1000), 0, {}}, marked(400, 200)).size(), cv::Size(400, 200));
}

TEST(View, ARegionIsOfTheTurnedPictureAndCopiesNothing) {
  const cv::Mat picture = marked(400, 200);
  const cv::Mat seen = apply({{}, 0, cv::Rect2f(0.5F, 0.5F, 0.5F, 0.5F)}, picture);
  EXPECT_EQ(seen.size(), cv::Size(200, 100));
  EXPECT_EQ(seen.datastart, picture.datastart);
  const cv::Mat corner = apply({{}, 180, cv::Rect2f(0.5F, 0.5F, 0.5F, 0.5F)}, picture);
  EXPECT_TRUE(is_red(corner.at<cv::Vec3b>(97, 197)));
}

TEST(View, WhatCannotBeIsRefusedWithAnExample) {
  for (const char* text : {"", "720", "1280x", "1280x720x3", "-5x100", "10x10", "100000x5"}) {
    const auto size = parse_resolution(text, "--resolution");
    ASSERT_FALSE(size) << text;
    EXPECT_THAT(size.error().message, HasSubstr("1280x720"));
  }
  EXPECT_EQ(*parse_resolution("640x480", ""), cv::Size(640, 480));
  for (const char* text :
       {"", "1,2,3", "0,0,1,1,", "0.5,0,0.6,1", "-0.1,0,1,1", "0,0,0,1", "nan,0,1,1", "a,b,c,d"}) {
    const auto region = parse_region(text, "--roi");
    ASSERT_FALSE(region) << text;
    EXPECT_THAT(region.error().message, HasSubstr("--roi"));
  }
  EXPECT_EQ(*parse_region("0.25,0,0.5,1", ""), cv::Rect2f(0.25F, 0, 0.5F, 1));
  EXPECT_FALSE(check_rotation(45, "rotate"));
  EXPECT_EQ(*check_rotation(270, ""), 270);
}

TEST(Undecoded, OnlyTheDecodersEvenGreyCounts) {
  EXPECT_TRUE(is_undecoded(cv::Mat(480, 640, CV_8UC3, cv::Scalar(130, 130, 130))));
  EXPECT_TRUE(is_undecoded(cv::Mat(480, 640, CV_8UC3, cv::Scalar(128, 128, 128))));
  EXPECT_FALSE(is_undecoded(cv::Mat::zeros(480, 640, CV_8UC3))) << "a dark room";
  cv::Mat wall(480, 640, CV_8UC3, cv::Scalar(130, 130, 130));
  cv::Mat grain(480, 640, CV_8UC3);
  cv::randn(grain, 128, 3);
  EXPECT_FALSE(is_undecoded(grain)) << "a grey wall";
  cv::Mat half = wall.clone();
  grain(cv::Rect(0, 0, 640, 300)).copyTo(half(cv::Rect(0, 0, 640, 300)));
  EXPECT_FALSE(is_undecoded(half)) << "mostly there";
}

TEST(UprightRotation, KnowsWhichWayEachOpenCvCounts) {
  EXPECT_EQ(upright_rotation(0, 4, 6), 0);
  EXPECT_EQ(upright_rotation(270, 4, 6), 90);
  EXPECT_EQ(upright_rotation(90, 4, 6), 270);
  EXPECT_EQ(upright_rotation(180, 4, 6), 180);
  EXPECT_EQ(upright_rotation(90, 4, 10), 90);
  EXPECT_EQ(upright_rotation(-90, 4, 10), 270);
  EXPECT_EQ(upright_rotation(45, 4, 10), 0);
}

}  // namespace
}  // namespace sas::edge
