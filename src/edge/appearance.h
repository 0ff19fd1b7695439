#pragma once
// What a face looks like at a glance, so that a cut to another person in the same place is noticed. Pure
// functions; the browser's edge has the same (web/src/edge/appearance.ts), and tests/traces/appearance.json
// holds both to it.

#include <array>

#include <opencv2/core.hpp>

namespace sas::edge {

// Brightness at 8x8 points of a face's box, in rows from the top, with mean 0 and length 1, so that more light
// changes nothing. All 0 for a box without contrast.
using Appearance = std::array<float, 64>;

// `picture`: CV_8UC3, not empty. The points are the centres of the cells of an 8x8 grid over `box`, moved to
// the picture's edge where the box extends beyond it; brightness is (blue + 2 green + red) / 4.
[[nodiscard]] Appearance appearance_of(const cv::Mat& picture, const cv::Rect2f& box);

// One minus the correlation: 0 the same, 1 nothing in common, 2 inverted. 0 where one of them has no contrast,
// which tells nothing.
[[nodiscard]] float change_between(const Appearance& before, const Appearance& after);

// From frame to frame one face changes less than this in 99 of 100 frames of the clips that were measured
// (median 0.01), and a cut from one face to another, put in the same place and at the same size, changes more
// in all of 67. A false alarm costs one embedding.
inline constexpr float kAppearanceJump = 0.2F;

}  // namespace sas::edge
