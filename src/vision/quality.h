#pragma once

#include <opencv2/core.hpp>

#include "vision/face.h"

namespace sas::vision {

// The inputs of judge().
struct FaceMeasures {
  float score = 0;         // from the detector
  float size = 0;          // shorter side of the box, pixels
  float brightness = 0;    // mean grey of the aligned face
  float sharpness = 0;     // variance of the Laplacian of the aligned face
  float outside = 0;       // 0..1, the share of the box outside the image
  bool eyes_shut = false;  // both
  HeadPose pose;
};

// The measures that can be computed from pixels; score, eyes and pose are left for the caller to fill.
[[nodiscard]] FaceMeasures measure(const cv::Rect2f& box, cv::Size image, const cv::Mat& aligned);

// The problems depend on `limits`. The overall score uses fixed limits, so that it is comparable everywhere.
[[nodiscard]] FaceQuality judge(const FaceMeasures& measures, const QualityLimits& limits);

}  // namespace sas::vision
