#include "edge/appearance.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace sas::edge {
namespace {

constexpr int kCells = 8;             // a side
constexpr double kLeastContrast = 1;  // length of the differences from the mean; below it is noise

int pixel_at(float begin, float length, int cell, int most) {
  const float position = begin + (static_cast<float>(cell) + 0.5F) * length / kCells;
  return static_cast<int>(std::clamp(std::floor(position), 0.0F, static_cast<float>(most)));
}

}  // namespace

Appearance appearance_of(const cv::Mat& picture, const cv::Rect2f& box) {
  Appearance appearance{};
  std::size_t at = 0;
  for (int row = 0; row < kCells; ++row) {
    const auto* line = picture.ptr<cv::Vec3b>(pixel_at(box.y, box.height, row, picture.rows - 1));
    for (int column = 0; column < kCells; ++column) {
      const cv::Vec3b& pixel = line[pixel_at(box.x, box.width, column, picture.cols - 1)];
      appearance.at(at++) = static_cast<float>(pixel[0] + 2 * pixel[1] + pixel[2]) / 4;
    }
  }
  const float mean = std::accumulate(appearance.begin(), appearance.end(), 0.0F) / appearance.size();
  for (float& value : appearance) value -= mean;
  const double length =
      std::sqrt(std::inner_product(appearance.begin(), appearance.end(), appearance.begin(), 0.0));
  for (float& value : appearance)
    value = length < kLeastContrast ? 0 : static_cast<float>(static_cast<double>(value) / length);
  return appearance;
}

float change_between(const Appearance& before, const Appearance& after) {
  if (before == Appearance{} || after == Appearance{}) return 0;
  return static_cast<float>(1 - std::inner_product(before.begin(), before.end(), after.begin(), 0.0));
}

}  // namespace sas::edge
