#include "vision/detection.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace sas::vision {

std::vector<DetectedFace> decode_ultraface(std::span<const float> scores, std::span<const float> boxes,
                                           cv::Size input, float min_score) {
  const auto width = static_cast<float>(input.width);
  const auto height = static_cast<float>(input.height);
  std::vector<DetectedFace> faces;
  for (std::size_t i = 0; i * 2 + 1 < scores.size(); ++i) {
    const float score = scores[(i * 2) + 1];
    if (!(score > min_score)) continue;
    const auto box = boxes.subspan(i * 4, 4);
    const cv::Point2f corner(box[0] * width, box[1] * height);
    const cv::Point2f opposite(box[2] * width, box[3] * height);
    if (opposite.x > corner.x && opposite.y > corner.y)
      faces.push_back({cv::Rect2f(corner, opposite), score, std::nullopt});
  }
  return faces;
}

void decode_scrfd(const ScrfdLevel& level, cv::Size input, float min_score,
                  std::vector<DetectedFace>& faces) {
  const auto stride = static_cast<float>(level.stride);
  const auto columns = static_cast<std::size_t>(input.width / level.stride);
  for (std::size_t i = 0; i < level.scores.size(); ++i) {
    const float score = level.scores[i];
    if (!(score > min_score)) continue;
    const std::size_t cell = i / static_cast<std::size_t>(level.anchors);
    const std::size_t row = cell / columns;
    const std::size_t column = cell % columns;
    const cv::Point2f at(static_cast<float>(column) * stride, static_cast<float>(row) * stride);
    const auto box = level.boxes.subspan(i * 4, 4);
    const cv::Point2f corner(at.x - (box[0] * stride), at.y - (box[1] * stride));
    const cv::Point2f opposite(at.x + (box[2] * stride), at.y + (box[3] * stride));
    if (!(opposite.x > corner.x && opposite.y > corner.y)) continue;
    FivePoints points;
    for (std::size_t p = 0; p < points.size(); ++p) {
      const auto offset = level.points.subspan((i * 10) + (p * 2), 2);
      points.at(p) = at + (cv::Point2f(offset[0], offset[1]) * stride);
    }
    faces.push_back({cv::Rect2f(corner, opposite), score, points});
  }
}

void decode_yunet(const YunetLevel& level, cv::Size input, float min_score,
                  std::vector<DetectedFace>& faces) {
  const auto stride = static_cast<float>(level.stride);
  const auto columns = static_cast<std::size_t>(input.width / level.stride);
  for (std::size_t i = 0; i < level.face_scores.size(); ++i) {
    const float product = level.face_scores[i] * level.object_scores[i];
    if (!(product > min_score * min_score)) continue;
    const std::size_t row = i / columns;
    const cv::Point2f cell(static_cast<float>(i % columns), static_cast<float>(row));
    const auto box = level.boxes.subspan(i * 4, 4);
    const auto centre = (cell + cv::Point2f(box[0], box[1])) * stride;
    const cv::Size2f size(std::exp(box[2]) * stride, std::exp(box[3]) * stride);
    if (!std::isfinite(size.width) || !std::isfinite(size.height)) continue;
    FivePoints points;
    for (std::size_t p = 0; p < points.size(); ++p) {
      const auto offset = level.points.subspan((i * 10) + (p * 2), 2);
      points.at(p) = (cell + cv::Point2f(offset[0], offset[1])) * stride;
    }
    faces.push_back({cv::Rect2f(centre - (cv::Point2f(size.width, size.height) * 0.5F), size),
                     std::min(std::sqrt(product), 1.0F), points});
  }
}

Result<std::vector<YunetOutputs>> yunet_levels(const std::vector<std::vector<std::int64_t>>& output_shapes,
                                               cv::Size input) {
  // For each number of rows, the output indices by row width: two of 1 number, one of 4 and one of 10.
  std::map<std::int64_t, std::map<std::int64_t, std::vector<std::size_t>>> by_rows;
  for (std::size_t i = 0; i < output_shapes.size(); ++i) {
    const auto& shape = output_shapes[i];
    if (shape.size() >= 2) by_rows[shape[shape.size() - 2]][shape.back()].push_back(i);
  }
  std::vector<YunetOutputs> levels;
  for (auto& [rows, outputs] : by_rows) {
    YunetOutputs level;
    for (const int stride : {8, 16, 32})
      if (rows == static_cast<std::int64_t>(input.width / stride) * (input.height / stride))
        level.stride = stride;
    if (level.stride == 0 || outputs.size() != 3 || outputs[1].size() != 2 || outputs[4].size() != 1 ||
        outputs[10].size() != 1)
      break;
    level.scores = {outputs[1][0], outputs[1][1]};
    level.boxes = outputs[4].front();
    level.points = outputs[10].front();
    levels.push_back(level);
  }
  if (levels.size() * 4 != output_shapes.size() || levels.empty())
    return Error::of(ErrorKind::invalid_argument, "model_mismatch",
                     "the model's outputs are not those of a YuNet model with five points");
  return levels;
}

Result<std::vector<ScrfdOutputs>> scrfd_levels(const std::vector<std::vector<std::int64_t>>& output_shapes,
                                               cv::Size input) {
  const auto mismatch = [] {
    return Error::of(ErrorKind::invalid_argument, "model_mismatch",
                     "the detector's outputs are not those of an SCRFD model with five points");
  };
  // For each number of rows, the output index by row width (1, 4 or 10 numbers).
  std::map<std::int64_t, std::map<std::int64_t, std::size_t>> by_rows;
  for (std::size_t i = 0; i < output_shapes.size(); ++i) {
    const auto& shape = output_shapes[i];
    if (shape.size() < 2 || !by_rows[shape[shape.size() - 2]].emplace(shape.back(), i).second)
      return mismatch();
  }
  std::vector<ScrfdOutputs> levels;
  for (const auto& [rows, outputs] : by_rows) {
    if (outputs.size() != 3 || !outputs.contains(1) || !outputs.contains(4) || !outputs.contains(10))
      return mismatch();
    ScrfdOutputs level{0, 0, outputs.at(1), outputs.at(4), outputs.at(10)};
    // SCRFD models have one or two anchors per cell. Strides are powers of two, so only one combination fits.
    for (const int anchors : {2, 1})
      for (const int stride : {8, 16, 32, 64, 128})
        if (level.stride == 0 &&
            rows == static_cast<std::int64_t>(input.width / stride) * (input.height / stride) * anchors) {
          level.stride = stride;
          level.anchors = anchors;
        }
    if (level.stride == 0) return mismatch();
    levels.push_back(level);
  }
  if (levels.empty()) return mismatch();
  return levels;
}

}  // namespace sas::vision
