#pragma once

#include <optional>

#include <opencv2/core.hpp>

#include "vision/face.h"

namespace sas::vision {

// How the inner face (eyes to chin, without hair and background) is exposed. A mean grey would say how light
// the skin is; what matters is how much of the face's detail the picture holds.
struct FaceExposure {
  float brightness = 0;  // mean grey of the face, 0..255
  float contrast = 0;    // grey levels between its 5th and its 95th percentile
  float black = 0;       // share of its pixels without detail: grey up to 8
  float white = 0;       // the same at the other end: grey from 250
  float picture = 0;     // mean grey of the whole picture, which tells shade from darkness
};
// `aligned`: 112x112 BGR, from FaceEngine::align(). Samples the picture at 64x64 places.
[[nodiscard]] FaceExposure measure_exposure(const cv::Mat& image, const cv::Mat& aligned);

// The inputs of judge().
struct FaceMeasures {
  float score = 0;  // from the detector
  float size = 0;   // shorter side of the box, pixels
  FaceExposure exposure;
  float sharpness = 0;     // variance of the Laplacian of the aligned face
  float outside = 0;       // 0..1, the share of the box outside the image
  bool eyes_shut = false;  // both
  HeadPose pose;
  // As in FaceLandmarks.
  std::optional<float> disagreement{};
  std::optional<float> second_disagreement{};
};

// The measures that can be computed from pixels; score, eyes, pose and disagreements are left for the caller to
// fill.
[[nodiscard]] FaceMeasures measure(const cv::Rect2f& box, const cv::Mat& image, const cv::Mat& aligned);

// Whether an embedding made from these landmarks can be trusted. True if nothing checked them.
[[nodiscard]] bool certain(const FaceLandmarks& landmarks, const QualityLimits& limits);

// The problems depend on `limits`. The overall score uses fixed limits, so that it is comparable everywhere.
[[nodiscard]] FaceQuality judge(const FaceMeasures& measures, const QualityLimits& limits);

}  // namespace sas::vision
