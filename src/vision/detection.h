#pragma once
// Decoding of detector outputs. Pure functions over tensor values; boxes and points are in pixels of the
// model's input, before overlapping faces are suppressed.

#include <array>
#include <span>
#include <vector>

#include <opencv2/core.hpp>

#include "base/error.h"
#include "vision/face.h"

namespace sas::vision {

// UltraFace: scores n x 2 (background, face), boxes n x 4 (left, top, right, bottom) in 0..1 of the input.
[[nodiscard]] std::vector<DetectedFace> decode_ultraface(std::span<const float> scores,
                                                         std::span<const float> boxes, cv::Size input,
                                                         float min_score);

// One level of SCRFD: a cell every `stride` pixels, with `anchors` detections each. A row of `boxes` holds
// the distances from the cell to left, top, right and bottom; a row of `points` five (x, y) offsets from the
// cell; both in strides.
struct ScrfdLevel {
  int stride = 0;
  int anchors = 0;
  std::span<const float> scores;
  std::span<const float> boxes;
  std::span<const float> points;
};
void decode_scrfd(const ScrfdLevel& level, cv::Size input, float min_score, std::vector<DetectedFace>& faces);

// The model outputs that belong to one level.
struct ScrfdOutputs {
  int stride = 0;
  int anchors = 0;
  std::size_t scores = 0;
  std::size_t boxes = 0;
  std::size_t points = 0;
};
// Determined by output shapes alone, because exports differ in names and order. invalid_argument
// "model_mismatch": not the outputs of an SCRFD model with points for this input size.
[[nodiscard]] Result<std::vector<ScrfdOutputs>> scrfd_levels(
    const std::vector<std::vector<std::int64_t>>& output_shapes, cv::Size input);

// One level of YuNet (Wu et al., Machine Intelligence Research 2023): a cell every `stride` pixels. The score is
// the geometric mean of the two, which are probabilities. A row of `boxes` holds the centre's offset from the
// cell and the logarithms of width and height; a row of `points` five (x, y) offsets; all in strides.
struct YunetLevel {
  int stride = 0;
  std::span<const float> face_scores;
  std::span<const float> object_scores;
  std::span<const float> boxes;
  std::span<const float> points;
};
void decode_yunet(const YunetLevel& level, cv::Size input, float min_score, std::vector<DetectedFace>& faces);

struct YunetOutputs {
  int stride = 0;
  std::array<std::size_t, 2> scores{};  // in either order: their product counts
  std::size_t boxes = 0;
  std::size_t points = 0;
};
// As scrfd_levels(). invalid_argument "model_mismatch".
[[nodiscard]] Result<std::vector<YunetOutputs>> yunet_levels(
    const std::vector<std::vector<std::int64_t>>& output_shapes, cv::Size input);

}  // namespace sas::vision
