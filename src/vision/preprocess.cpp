#include "vision/preprocess.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace sas::vision {
namespace {

// Converts one channel of bytes to (pixel - mean) / scale in the tensor's plane.
void fill_plane(const cv::Mat& plane, std::size_t channel, const InputRecipe& input,
                std::span<float> tensor) {
  const auto at = [channel](const std::vector<float>& values) {
    return static_cast<double>(values[values.size() == 1 ? 0 : channel]);
  };
  const auto pixels = plane.total();
  cv::Mat target(plane.size(), CV_32F, tensor.subspan(channel * pixels, pixels).data());
  plane.convertTo(target, CV_32F, 1 / at(input.scale), -at(input.mean) / at(input.scale));
}

void fill_from_sized(const cv::Mat& image, const InputRecipe& input, std::span<float> tensor) {
  CV_Assert(image.cols == input.width && image.rows == input.height &&
            tensor.size() == image.total() * static_cast<std::size_t>(input.channels()));
  if (input.colour == InputRecipe::Colour::grey) {
    cv::Mat grey;
    cv::cvtColor(image, grey, cv::COLOR_BGR2GRAY);
    fill_plane(grey, 0, input, tensor);
    return;
  }
  std::array<cv::Mat, 3> planes;
  cv::split(image, planes.data());
  if (input.colour == InputRecipe::Colour::rgb) std::swap(planes[0], planes[2]);
  for (std::size_t channel = 0; channel < planes.size(); ++channel)
    fill_plane(planes.at(channel), channel, input, tensor);
}

}  // namespace

InputScale fill_from_image(const cv::Mat& image, const InputRecipe& input, std::span<float> tensor) {
  const cv::Size wanted(input.width, input.height);
  if (image.size() == wanted) {
    fill_from_sized(image, input, tensor);
    return {};
  }
  const float x = static_cast<float>(image.cols) / static_cast<float>(input.width);
  const float y = static_cast<float>(image.rows) / static_cast<float>(input.height);
  cv::Mat sized;
  if (!input.letterbox) {
    cv::resize(image, sized, wanted);
    fill_from_sized(sized, input, tensor);
    return {x, y};
  }
  const float larger = std::max(x, y);
  const auto shrunk = [&](int pixels, int room) {
    return std::clamp(static_cast<int>(std::lround(static_cast<float>(pixels) / larger)), 1, room);
  };
  const cv::Rect place(0, 0, shrunk(image.cols, input.width), shrunk(image.rows, input.height));
  sized = cv::Mat::zeros(wanted, image.type());
  cv::resize(image, sized(place), place.size());
  fill_from_sized(sized, input, tensor);
  return {static_cast<float>(image.cols) / static_cast<float>(place.width),
          static_cast<float>(image.rows) / static_cast<float>(place.height)};
}

void fill_from_region(const cv::Mat& image, const cv::Rect2f& region, const InputRecipe& input,
                      std::span<float> tensor) {
  const float x = region.width / static_cast<float>(input.width);
  const float y = region.height / static_cast<float>(input.height);
  // Pixel centres map to pixel centres: the same sampling as resizing the region, at fractional positions.
  const cv::Matx23f to_image(x, 0, region.x + ((x - 1) / 2), 0, y, region.y + ((y - 1) / 2));
  cv::Mat sized;
  cv::warpAffine(image, sized, to_image, {input.width, input.height}, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REPLICATE);
  fill_from_sized(sized, input, tensor);
}

}  // namespace sas::vision
