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

// Eye centres (left in the image first), nose tip, mouth corners.
using FivePoints = std::array<cv::Point2f, 5>;

struct DetectedFace {
  cv::Rect2f box;                    // may extend beyond the image
  float score = 0;                   // 0..1
  std::optional<FivePoints> points;  // only from detectors that find them
};

struct FaceLandmarks {
  FivePoints five;
  std::vector<cv::Point2f> all;  // 68 in the iBUG order, or empty if the detector provided the five
  // How far the landmark model's own runs lie apart, in eye distances. Set by FaceEngine::refine(); none: the
  // model cannot be run again, because the detector provided the points.
  std::optional<float> disagreement{};
  // What the second landmark model says, if the engine has one.
  std::optional<FivePoints> second{};
  // How far it lies from `five`, in eye distances; kNoFaceThere if it sees no face in the box.
  std::optional<float> second_disagreement{};
};
inline constexpr float kNoFaceThere = 1;

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
  eyes_hidden,
  landmarks_uncertain
};

// For programs: "too_small". For people: "come closer".
[[nodiscard]] std::string_view to_string(QualityProblem problem);
[[nodiscard]] std::string_view hint(QualityProblem problem);

struct FaceQuality {
  float size = 0;        // shorter side of the box, pixels
  float brightness = 0;  // mean grey of the face, 0..255
  float contrast = 0;    // grey levels between the darkest and the brightest twentieth of the face
  float sharpness = 0;   // variance of the Laplacian of the aligned face
  HeadPose pose;
  float overall = 0;                     // 0..1; sent as `quality`
  std::vector<QualityProblem> problems;  // empty: good enough

  [[nodiscard]] bool good() const { return problems.empty(); }
};

struct QualityLimits {
  float min_size = 60;
  // Grey levels in which the face is drawn; see FaceExposure. Scaled down to so few, a face's embedding keeps a
  // cosine of about 0.88 to its original (0.8 at 24 levels, 0.6 at 12), whatever the skin.
  float min_contrast = 32;
  float max_clipped = 0.35F;  // share of the face that is black, or white
  float min_sharpness = 20;
  float max_yaw = 45;
  float max_pitch = 35;
  // In eye distances; see FaceLandmarks.
  float max_disagreement = 0.12F;
  float max_second_disagreement = 0.15F;
};

}  // namespace sas::vision
