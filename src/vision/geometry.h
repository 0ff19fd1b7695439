#pragma once
// Boxes, points and the transforms between an image and a model's input. Pure functions.

#include <array>
#include <span>
#include <vector>

#include <opencv2/core.hpp>

#include "vision/face.h"
#include "vision/pack/model_pack.h"

namespace sas::vision {

// The positions of the five points in the 112x112 crop that ArcFace models are trained on (Deng et al., CVPR
// 2019).
[[nodiscard]] const FivePoints& arcface_template();

// The similarity transform (rotation, one scale, translation) that maps `from` to `to` with the least squared
// error (Umeyama, PAMI 1991; in two dimensions it has a closed form and never mirrors). If all points
// coincide, it is a translation only.
[[nodiscard]] cv::Matx23f similarity_transform(std::span<const cv::Point2f> from,
                                               std::span<const cv::Point2f> to);

// Intersection over union, 0..1.
[[nodiscard]] float overlap(const cv::Rect2f& a, const cv::Rect2f& b);

// Best score first; of faces that overlap by more than `threshold` only the best is kept.
[[nodiscard]] std::vector<DetectedFace> suppress_overlapping(std::vector<DetectedFace> faces,
                                                             float threshold);

// The part of an image of this size that a model with this recipe needs for this box.
[[nodiscard]] cv::Rect2f crop_region(const cv::Rect2f& box, cv::Size image, const InputRecipe& input);

// Eye centres, nose tip and mouth corners out of 68 points in the iBUG order.
[[nodiscard]] FivePoints five_of_68(std::span<const cv::Point2f, 68> points);

// Pose without a model: yaw from the nose's distance to the line between the centres of eyes and mouth, pitch
// from its height between them, roll from the eyes. Compared with the pose model on 216 faces (yaw -37..39
// degrees) the root mean square difference is 3.3 degrees of yaw and 5.3 of pitch.
[[nodiscard]] HeadPose estimate_pose(const FivePoints& points);

}  // namespace sas::vision
