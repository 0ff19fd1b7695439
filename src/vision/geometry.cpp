#include "vision/geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sas::vision {

const FivePoints& arcface_template() {
  static const FivePoints kTemplate{{{38.2946F, 51.6963F},
                                     {73.5318F, 51.5014F},
                                     {56.0252F, 71.7366F},
                                     {41.5493F, 92.3655F},
                                     {70.7299F, 92.2041F}}};
  return kTemplate;
}

cv::Matx23f similarity_transform(std::span<const cv::Point2f> from, std::span<const cv::Point2f> to) {
  CV_Assert(!from.empty() && from.size() == to.size());
  const auto centre = [](std::span<const cv::Point2f> points) {
    cv::Point2d sum;
    for (const auto& point : points) sum += cv::Point2d(point);
    return sum / static_cast<double>(points.size());
  };
  const auto from_centre = centre(from);
  const auto to_centre = centre(to);
  // With points as complex numbers, the optimal factor is the sum of conj(from) * to over the sum of
  // |from|^2.
  double real = 0;
  double imaginary = 0;
  double squares = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto a = cv::Point2d(from[i]) - from_centre;
    const auto b = cv::Point2d(to[i]) - to_centre;
    real += a.dot(b);
    imaginary += a.cross(b);
    squares += a.dot(a);
  }
  constexpr double kNoExtent = 1e-9;
  const double c = squares < kNoExtent ? 1 : real / squares;
  const double s = squares < kNoExtent ? 0 : imaginary / squares;
  const double x = to_centre.x - ((c * from_centre.x) - (s * from_centre.y));
  const double y = to_centre.y - ((s * from_centre.x) + (c * from_centre.y));
  return {static_cast<float>(c), static_cast<float>(-s), static_cast<float>(x),
          static_cast<float>(s), static_cast<float>(c),  static_cast<float>(y)};
}

float overlap(const cv::Rect2f& a, const cv::Rect2f& b) {
  const float both = (a & b).area();
  const float either = a.area() + b.area() - both;
  return either > 0 ? both / either : 0;
}

std::vector<DetectedFace> suppress_overlapping(std::vector<DetectedFace> faces, float threshold) {
  std::ranges::stable_sort(faces, std::greater{}, &DetectedFace::score);
  std::vector<DetectedFace> kept;
  for (const auto& face : faces)
    if (std::ranges::none_of(kept,
                             [&](const auto& other) { return overlap(face.box, other.box) > threshold; }))
      kept.push_back(face);
  return kept;
}

cv::Rect2f crop_region(const cv::Rect2f& box, cv::Size image, const InputRecipe& input) {
  const cv::Point2f centre = (box.tl() + box.br()) * 0.5F;
  cv::Size2f size = box.size();
  if (input.square) size.width = size.height = std::max(size.width, size.height);
  float factor = input.crop;
  const cv::Size2f room(image);
  const bool inside = input.edge == InputRecipe::Edge::inside;
  if (inside) factor = std::min({factor, room.width / size.width, room.height / size.height});
  size = cv::Size2f(size.width * factor, size.height * factor);
  cv::Point2f corner = centre - cv::Point2f(size.width / 2, size.height / 2);
  if (inside) {
    corner.x = std::max(0.0F, std::min(corner.x, room.width - size.width));
    corner.y = std::max(0.0F, std::min(corner.y, room.height - size.height));
  }
  return {corner, size};
}

FivePoints five_of_68(std::span<const cv::Point2f, 68> points) {
  const auto mean = [&](std::initializer_list<std::size_t> indices) {
    cv::Point2f sum;
    for (const auto index : indices) sum += points[index];
    return sum / static_cast<float>(indices.size());
  };
  return {mean({37, 38, 40, 41}), mean({43, 44, 46, 47}), points[30], mean({48, 60}), mean({54, 64})};
}

HeadPose estimate_pose(const FivePoints& points) {
  const auto eyes = points[1] - points[0];
  const auto distance = static_cast<float>(cv::norm(eyes));
  if (distance < 1) return {};
  const cv::Point2f across = eyes / distance;
  const cv::Point2f down(-across.y, across.x);
  const auto between_eyes = (points[0] + points[1]) * 0.5F;
  const auto mouth = ((points[3] + points[4]) * 0.5F) - between_eyes;
  const auto nose = points[2] - between_eyes;
  const float height = std::max(mouth.dot(down), 0.1F * distance);
  // A linear fit to the pose model's results; see the header.
  const float aside = (nose.dot(across) - (mouth.dot(across) / 2)) / distance;
  return {-1.4F - (82 * aside), 21 - (59 * nose.dot(down) / height),
          std::atan2(eyes.y, eyes.x) * 180 / std::numbers::pi_v<float>};
}

}  // namespace sas::vision
