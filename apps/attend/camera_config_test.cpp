#include "attend/camera_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sas::attend {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& toml) {
  const auto cameras = parse_cameras(toml, "cameras.toml");
  return cameras ? "no error" : cameras.error().message;
}

TEST(CameraConfig, EachCameraIsAsItIsDescribed) {
  const auto cameras = parse_cameras(R"(
resolution = "640x480"
liveness = "off"

[[camera]]
id = "entrance"
source = "rtsp://user:password@10.0.0.5/stream"
rotate = 90
roi = [0.25, 0, 0.5, 1]
liveness = "active"

[[camera]]
id = "canteen"
source = 1
)",
                                     "cameras.toml");
  ASSERT_TRUE(cameras) << cameras.error().message;
  ASSERT_EQ(cameras->size(), 2U);
  const auto& entrance = cameras->at(0);
  EXPECT_EQ(entrance.id.value, "entrance");
  EXPECT_EQ(entrance.source, "rtsp://user:password@10.0.0.5/stream");
  EXPECT_EQ(entrance.view.rotation, 90);
  EXPECT_EQ(entrance.view.region, cv::Rect2f(0.25F, 0, 0.5F, 1));
  EXPECT_EQ(entrance.liveness, edge::LivenessMode::active);
  EXPECT_EQ(entrance.view.resolution, cv::Size(640, 480)) << "what stands at the top is for all";
  const auto& canteen = cameras->at(1);
  EXPECT_EQ(canteen.source, "1");
  EXPECT_EQ(canteen.liveness, edge::LivenessMode::off);
}

TEST(CameraConfig, TwoCamerasOfOneNameOrOnOneWebcamAreRefused) {
  const std::string one = "[[camera]]\nid = \"door\"\nsource = 0\n";
  EXPECT_THAT(refusal(one + "[[camera]]\nid = \"door\"\nsource = 1\n"),
              testing::AllOf(HasSubstr("cameras.toml:4"), HasSubstr("a second camera named \"door\"")));
  EXPECT_THAT(refusal(one + "[[camera]]\nid = \"gate\"\nsource = \"/dev/video0\"\n"),
              HasSubstr("taken by another camera"));
  const std::string by_id = "[[camera]]\nid = \"a\"\nsource = \"/dev/v4l/by-id/usb-ACME-index0\"\n";
  EXPECT_THAT(refusal(by_id + "[[camera]]\nid = \"b\"\nsource = \"/dev/v4l/by-id/usb-ACME-index0\"\n"),
              HasSubstr("taken by another camera"));
}

TEST(CameraConfig, WhatIsWrongIsNamedWithItsLine) {
  EXPECT_THAT(refusal("[[camera]\n"), testing::AllOf(HasSubstr("cameras.toml:1"), HasSubstr("not TOML")));
  EXPECT_THAT(refusal(""), HasSubstr("no camera in it"));
  EXPECT_THAT(refusal("[[camera]]\nsource = 0\n"), HasSubstr("has no id"));
  EXPECT_THAT(refusal("[[camera]]\nid = \"a\"\n"), HasSubstr("has no source"));
  EXPECT_THAT(refusal("[[camera]]\nid = \"../a\"\nsource = 0\n"), HasSubstr("cameras.toml:2"));
  EXPECT_THAT(refusal("[[camera]]\nid = \"a\"\nsorce = 0\n"),
              testing::AllOf(HasSubstr("cameras.toml:3"), HasSubstr("\"sorce\"")));
  EXPECT_THAT(refusal("[[camera]]\nid = \"a\"\nsource = 0\nrotate = 45\n"), HasSubstr("not by 45"));
  EXPECT_THAT(refusal("[[camera]]\nid = \"a\"\nsource = 0\nroi = [0, 0, 2, 1]\n"), HasSubstr("0.25,0,0.5,1"));
  EXPECT_THAT(refusal("[[camera]]\nid = \"a\"\nsource = 0\nliveness = \"strict\"\n"), HasSubstr("passive"));
  EXPECT_THAT(refusal("camera = 3\n"), HasSubstr("[[camera]]"));
  const auto missing = load_cameras("/nowhere/cameras.toml");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("/nowhere/cameras.toml"));
}

}  // namespace
}  // namespace sas::attend
