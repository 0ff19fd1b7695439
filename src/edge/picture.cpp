#include "edge/picture.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include <opencv2/imgproc.hpp>

namespace sas::edge {
namespace {

constexpr int kLeastSide = 64;
constexpr int kMostSide = 8192;
constexpr float kLeastShare = 0.05F;

Error invalid_view(const std::string& where, const std::string& expected) {
  return Error::of(ErrorKind::invalid_argument, "invalid_view", where + ": " + expected);
}

}  // namespace

cv::Mat apply(const View& view, const cv::Mat& picture) {
  cv::Mat seen = picture;
  if (view.resolution && (seen.cols > view.resolution->width || seen.rows > view.resolution->height)) {
    const double scale = std::min(static_cast<double>(view.resolution->width) / seen.cols,
                                  static_cast<double>(view.resolution->height) / seen.rows);
    cv::Mat smaller;
    cv::resize(seen, smaller, {}, scale, scale, cv::INTER_AREA);
    seen = smaller;
  }
  if (view.rotation != 0) {
    cv::Mat turned;
    cv::rotate(seen, turned,
               view.rotation == 90    ? cv::ROTATE_90_CLOCKWISE
               : view.rotation == 180 ? cv::ROTATE_180
                                      : cv::ROTATE_90_COUNTERCLOCKWISE);
    seen = turned;
  }
  if (view.region) {
    const auto pixels = [](float share, int side) {
      return static_cast<int>(std::lround(share * static_cast<float>(side)));
    };
    const cv::Rect part(pixels(view.region->x, seen.cols), pixels(view.region->y, seen.rows),
                        std::max(1, pixels(view.region->width, seen.cols)),
                        std::max(1, pixels(view.region->height, seen.rows)));
    seen = seen(part & cv::Rect(0, 0, seen.cols, seen.rows));
  }
  return seen;
}

Result<cv::Size> parse_resolution(const std::string& text, const std::string& where) {
  const Error wrong =
      invalid_view(where, "\"" + text + "\" is no resolution; expected WIDTHxHEIGHT, such as 1280x720");
  const std::size_t x = text.find('x');
  if (x == std::string::npos) return wrong;
  const auto side = [](std::string_view digits) {
    int value = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = failed == std::errc() && end == digits.data() + digits.size();
    return whole && value >= kLeastSide && value <= kMostSide ? value : 0;
  };
  const cv::Size size(side(std::string_view(text).substr(0, x)), side(std::string_view(text).substr(x + 1)));
  if (size.width == 0 || size.height == 0) return wrong;
  return size;
}

Result<cv::Rect2f> check_region(const cv::Rect2f& region, const std::string& where) {
  const bool inside = region.x >= 0 && region.y >= 0 && region.x + region.width <= 1.0001F &&
                      region.y + region.height <= 1.0001F;
  if (!inside || !(region.width >= kLeastShare) || !(region.height >= kLeastShare)) {
    return invalid_view(where,
                        "a region of interest is left, top, width and height as shares of the picture "
                        "(0 to 1), inside it and at least 0.05 wide and high, such as 0.25,0,0.5,1");
  }
  return region;
}

Result<cv::Rect2f> parse_region(const std::string& text, const std::string& where) {
  std::array<float, 4> numbers{};
  const char* at = text.c_str();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    char* end = nullptr;
    numbers[i] = std::strtof(at, &end);
    const char expected = i + 1 < numbers.size() ? ',' : '\0';
    if (end == at || *end != expected) {
      return invalid_view(where, "\"" + text +
                                     "\" is no region; expected left,top,width,height as shares of "
                                     "the picture, such as 0.25,0,0.5,1");
    }
    at = end + 1;
  }
  return check_region({numbers[0], numbers[1], numbers[2], numbers[3]}, where);
}

Result<int> check_rotation(std::int64_t degrees, const std::string& where) {
  if (degrees != 0 && degrees != 90 && degrees != 180 && degrees != 270) {
    return invalid_view(where, "a picture can be turned by 0, 90, 180 or 270 degrees (clockwise), not by " +
                                   std::to_string(degrees));
  }
  return static_cast<int>(degrees);
}

int upright_rotation(int stated, int opencv_major, int opencv_minor) {
  const bool counterclockwise = opencv_major == 4 && opencv_minor == 6;
  const int clockwise = ((counterclockwise ? -stated : stated) % 360 + 360) % 360;
  return clockwise % 90 == 0 ? clockwise : 0;
}

bool is_undecoded(const cv::Mat& picture) {
  constexpr int kStep = 16;  // pixels between two that are looked at
  std::size_t grey = 0;
  std::size_t all = 0;
  for (int y = kStep / 2; y < picture.rows; y += kStep) {
    const auto* row = picture.ptr<cv::Vec3b>(y);
    for (int x = kStep / 2; x + 1 < picture.cols; x += kStep) {
      ++all;
      const cv::Vec3b& pixel = row[x];
      const bool middle = pixel[1] >= 127 && pixel[1] <= 131;
      const bool no_tint = std::abs(pixel[0] - pixel[1]) <= 1 && std::abs(pixel[2] - pixel[1]) <= 1;
      if (middle && no_tint && pixel == row[x + 1]) ++grey;
    }
  }
  return all > 0 && grey * 2 > all;
}

}  // namespace sas::edge
