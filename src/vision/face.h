#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <opencv2/core.hpp>

#include "domain/embedding.h"

namespace sas::vision {

// Images are cv::Mat of type CV_8UC3 in BGR, as captured by OpenCV; coordinates are pixels of that image.

struct DetectedFace {
  cv::Rect2f box;   // may extend beyond the image
  float score = 0;  // 0..1
  // Eye centres (left in the image first), nose tip, mouth corners; only from detectors that find them.
  std::optional<std::array<cv::Point2f, 5>> points;
};

struct FaceLandmarks {
  std::array<cv::Point2f, 5> five;
  std::vector<cv::Point2f> all;  // 68 in the iBUG order, or empty if the detector provided the five
};

struct HeadPose {  // degrees; 0,0,0: facing the camera
  float yaw = 0;
  float pitch = 0;
  float roll = 0;
};

// Why a face is not good enough for enrolment or recognition.
enum class QualityProblem {
  too_small,
  too_dark,
  too_bright,
  blurred,
  turned_away,
  outside_frame,
  eyes_hidden
};

// For programs: "too_small". For people: "come closer".
[[nodiscard]] std::string_view to_string(QualityProblem problem);
[[nodiscard]] std::string_view hint(QualityProblem problem);

struct FaceQuality {
  float size = 0;        // shorter side of the box, pixels
  float brightness = 0;  // mean grey of the aligned face, 0..255
  float sharpness = 0;   // variance of the Laplacian of the aligned face
  HeadPose pose;
  float overall = 0;                     // 0..1; sent as `quality`
  std::vector<QualityProblem> problems;  // empty: good enough

  [[nodiscard]] bool good() const { return problems.empty(); }
};

struct QualityLimits {
  float min_size = 60;
  float min_brightness = 40;
  float max_brightness = 225;
  float min_sharpness = 20;
  float max_yaw = 45;
  float max_pitch = 35;
};

}  // namespace sas::vision
