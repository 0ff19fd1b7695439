#pragma once

#include <opencv2/core.hpp>

#include "vision/face.h"

namespace sas::vision {

// What judge() needs to know of a face.
struct FaceMeasures {
  float score = 0;         // the detector's
  float size = 0;          // shorter side of the box, pixels
  float brightness = 0;    // mean grey of the aligned face
  float sharpness = 0;     // variance of the Laplacian of the aligned face
  float outside = 0;       // 0..1, the share of the box that is not in the image
  bool eyes_shut = false;  // both
  HeadPose pose;
};

// Those of the measures that the pixels give; score, eyes and pose are for the caller to fill.
[[nodiscard]] FaceMeasures measure(const cv::Rect2f& box, cv::Size image, const cv::Mat& aligned);

// The problems by `limits`; the overall score by fixed ones, so that it means the same wherever it was made.
[[nodiscard]] FaceQuality judge(const FaceMeasures& measures, const QualityLimits& limits);

}  // namespace sas::vision
