#include "vision/landmarks.h"

#include <algorithm>
#include <cmath>

namespace sas::vision {
namespace {

// Points that coincide have no scale; a pixel keeps the quotients finite, and far above every limit.
constexpr float kLeastEyeDistance = 1;

float distance(const cv::Point2f& a, const cv::Point2f& b) { return std::hypot(a.x - b.x, a.y - b.y); }

float scale_of(const FivePoints& points) { return std::max(eye_distance(points), kLeastEyeDistance); }

}  // namespace

cv::Rect2f face_box(std::span<const cv::Point2f, 68> points, float scale) {
  constexpr float kSide = 1.3F;
  constexpr float kAbove = 0.1F;
  const auto [left, right] = std::ranges::minmax(points, {}, &cv::Point2f::x);
  const auto [top, bottom] = std::ranges::minmax(points, {}, &cv::Point2f::y);
  const float longer = std::max(right.x - left.x, bottom.y - top.y);
  const float side = kSide * longer * scale;
  const cv::Point2f centre((left.x + right.x) / 2, ((top.y + bottom.y) / 2) - (kAbove * longer));
  return {centre.x - (side / 2), centre.y - (side / 2), side, side};
}

float eye_distance(const FivePoints& points) { return distance(points[0], points[1]); }

FivePoints mean_points(std::span<const FivePoints> runs) {
  FivePoints mean{};
  for (std::size_t i = 0; i < mean.size(); ++i) {
    for (const auto& run : runs) mean.at(i) += run.at(i);
    mean.at(i) /= static_cast<float>(runs.size());
  }
  return mean;
}

float spread(std::span<const FivePoints> runs) {
  float largest = 0;
  for (std::size_t a = 0; a < runs.size(); ++a)
    for (std::size_t b = a + 1; b < runs.size(); ++b)
      for (std::size_t i = 0; i < runs[a].size(); ++i)
        largest = std::max(largest, distance(runs[a].at(i), runs[b].at(i)));
  return runs.empty() ? 0 : largest / scale_of(mean_points(runs));
}

float disagreement(const FivePoints& points, const FivePoints& other) {
  float sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) sum += distance(points.at(i), other.at(i));
  return sum / static_cast<float>(points.size()) / scale_of(points);
}

}  // namespace sas::vision
