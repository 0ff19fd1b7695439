#pragma once
// How landmarks are refined and compared. Pure functions; tests/traces/landmarks.json holds the browser's edge
// to the same results.

#include <array>
#include <span>

#include <opencv2/core.hpp>

#include "vision/face.h"

namespace sas::vision {

// The sizes of the boxes for the runs of FaceEngine::refine(), relative to face_box().
inline constexpr std::array<float, 3> kRefinementScales{0.92F, 1.0F, 1.08F};

// The square box for another run on the face with these 68 points, `scale` times as large: a side of 1.3 times the
// longer side of the points' bounding box, and a centre 0.1 of that side above its centre, since the points end
// at the eyebrows. In the middle of the range (1.15 to 1.4, 0.06 to 0.12) in which the default landmark model
// agrees best with itself and with YuNet, on 100 photographs of Labeled Faces in the Wild; from 0.18 on the runs
// drift upwards.
[[nodiscard]] cv::Rect2f face_box(std::span<const cv::Point2f, 68> points, float scale);

// Between the eyes' centres, pixels.
[[nodiscard]] float eye_distance(const FivePoints& points);

// The mean of each point over the runs, of which there is at least one.
[[nodiscard]] FivePoints mean_points(std::span<const FivePoints> runs);

// The largest distance between two runs' positions of any point, in eye distances of the mean points. 0 for a
// single run.
[[nodiscard]] float spread(std::span<const FivePoints> runs);

// The mean distance between two models' points, in eye distances of `points`. Models mark the five places
// slightly differently: a good face has up to about 0.1.
[[nodiscard]] float disagreement(const FivePoints& points, const FivePoints& other);

}  // namespace sas::vision
