#pragma once
// Text on pictures, in any script that a font of this machine has: Pango shapes and orders it, cairo draws it.
// Thread-safe: each thread has its own fonts.

#include <string>

#include <opencv2/core.hpp>

namespace sas::edge {

// One line of text, drawn once: how much of each pixel it covers.
struct DrawnText {
  cv::Mat coverage;  // CV_8UC1, 0 none to 255 all; as large as the line, at least 1x1
};

// `height`: of the font in pixels, at least 1. A line wider than `most_width` pixels ends in "…".
[[nodiscard]] DrawnText draw_line(const std::string& text, double height, int most_width);

// The fonts of this machine have every character of `text`.
[[nodiscard]] bool fonts_have(const std::string& text);

// Mixes `colour` (BGR) into the picture where the text covers it, with the text's top left corner at `at`. What
// lies outside the picture is not drawn.
void paint(cv::Mat& picture, const DrawnText& text, cv::Point at, const cv::Scalar& colour);

}  // namespace sas::edge
