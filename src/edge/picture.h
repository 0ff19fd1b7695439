#pragma once
// What happens to a camera's pictures before faces are detected in them. Pure functions.

#include <optional>

#include <opencv2/core.hpp>

#include "base/error.h"

namespace sas::edge {

// How a source's pictures are prepared; in this order.
struct View {
  // A webcam is asked for it. Larger pictures of any other source are scaled down, keeping their proportions.
  std::optional<cv::Size> resolution{};
  int rotation = 0;  // clockwise: 0, 90, 180 or 270 degrees
  // The part to process, in fractions (0..1) of the rotated picture's width and height.
  std::optional<cv::Rect2f> region{};

  [[nodiscard]] bool as_is() const { return !resolution && rotation == 0 && !region; }
};

// Copies nothing if only a region is taken: the result then shares the picture's memory.
[[nodiscard]] cv::Mat apply(const View& view, const cv::Mat& picture);

// invalid_argument "invalid_view" with what was expected; `where` names the option or the file's line.
// "1280x720"; "0.25,0,0.5,1" (left, top, width, height).
[[nodiscard]] Result<cv::Size> parse_resolution(const std::string& text, const std::string& where);
[[nodiscard]] Result<cv::Rect2f> parse_region(const std::string& text, const std::string& where);
[[nodiscard]] Result<cv::Rect2f> check_region(const cv::Rect2f& region, const std::string& where);
[[nodiscard]] Result<int> check_rotation(std::int64_t degrees, const std::string& where);

// Clockwise, 0, 90, 180 or 270: how to turn the frames of a recording that states `stated` degrees
// (CAP_PROP_ORIENTATION_META) so that they are upright. OpenCV 4.6 states the angle counterclockwise
// (opencv#22088), other versions clockwise. Other angles than these four are taken as 0.
[[nodiscard]] int upright_rotation(int stated, int opencv_major, int opencv_minor);

// A decoder that lost its reference pictures, to a broken network or a restarted camera, delivers its middle
// grey (luma and chroma 128) with success (opencv#28638). True when more than half of the picture is exactly
// that; a grey wall has grain and a tint.
[[nodiscard]] bool is_undecoded(const cv::Mat& picture);

}  // namespace sas::edge
