#include "vision/quality.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace sas::vision {
namespace {

// A face cut off by more than this lacks features the embedder uses.
constexpr float kMostOutside = 0.1F;

// One number to rank a track's frames: each measure counts 1/2 at its limit and 1 from the point where more
// has no benefit. A weak measure is not compensated by the others.
float overall_score(const FaceMeasures& measures) {
  constexpr QualityLimits kUsual;
  const auto part = [](float value, float limit) { return std::clamp(value / (2 * limit), 0.0F, 1.0F); };
  const float turned = std::max(std::abs(measures.pose.yaw) / kUsual.max_yaw,
                                std::abs(measures.pose.pitch) / kUsual.max_pitch);
  const float middle = (kUsual.max_brightness + kUsual.min_brightness) / 2;
  const float reach = (kUsual.max_brightness - kUsual.min_brightness) / 2;
  const float off_middle = std::abs(measures.brightness - middle) / reach;
  const float product = part(measures.size, kUsual.min_size) *
                        std::clamp(measures.sharpness / (4 * kUsual.min_sharpness), 0.0F, 1.0F) *
                        std::clamp(1.5F - off_middle, 0.0F, 1.0F) * std::clamp(1 - (turned / 2), 0.0F, 1.0F) *
                        (1 - measures.outside) * (measures.eyes_shut ? 0.25F : 1.0F);
  return std::clamp(std::sqrt(product) * measures.score, 0.0F, 1.0F);
}

}  // namespace

std::string_view to_string(QualityProblem problem) {
  switch (problem) {
    case QualityProblem::too_small:
      return "too_small";
    case QualityProblem::too_dark:
      return "too_dark";
    case QualityProblem::too_bright:
      return "too_bright";
    case QualityProblem::blurred:
      return "blurred";
    case QualityProblem::turned_away:
      return "turned_away";
    case QualityProblem::outside_frame:
      return "outside_frame";
    case QualityProblem::eyes_hidden:
      return "eyes_hidden";
  }
  return "unknown";
}

std::string_view hint(QualityProblem problem) {
  switch (problem) {
    case QualityProblem::too_small:
      return "come closer";
    case QualityProblem::too_dark:
      return "more light on the face";
    case QualityProblem::too_bright:
      return "less light on the face";
    case QualityProblem::blurred:
      return "hold still, or clean and focus the camera";
    case QualityProblem::turned_away:
      return "look into the camera";
    case QualityProblem::outside_frame:
      return "move into the middle of the picture";
    case QualityProblem::eyes_hidden:
      return "open your eyes and keep them visible";
  }
  return "try again";
}

FaceMeasures measure(const cv::Rect2f& box, cv::Size image, const cv::Mat& aligned) {
  FaceMeasures measures;
  measures.size = std::min(box.width, box.height);
  const auto frame = cv::Rect2f({0, 0}, cv::Size2f(image));
  measures.outside = box.area() > 0 ? 1 - ((box & frame).area() / box.area()) : 1;
  cv::Mat grey;
  cv::cvtColor(aligned, grey, cv::COLOR_BGR2GRAY);
  measures.brightness = static_cast<float>(cv::mean(grey)[0]);
  cv::Mat edges;
  cv::Laplacian(grey, edges, CV_16S);
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(edges, mean, deviation);
  measures.sharpness = static_cast<float>(deviation[0] * deviation[0]);
  return measures;
}

FaceQuality judge(const FaceMeasures& measures, const QualityLimits& limits) {
  FaceQuality quality;
  quality.size = measures.size;
  quality.brightness = measures.brightness;
  quality.sharpness = measures.sharpness;
  quality.pose = measures.pose;
  quality.overall = overall_score(measures);
  const auto unless = [&](bool good, QualityProblem problem) {
    if (!good) quality.problems.push_back(problem);
  };
  unless(measures.size >= limits.min_size, QualityProblem::too_small);
  unless(measures.brightness >= limits.min_brightness, QualityProblem::too_dark);
  unless(measures.brightness <= limits.max_brightness, QualityProblem::too_bright);
  unless(measures.sharpness >= limits.min_sharpness, QualityProblem::blurred);
  unless(std::abs(measures.pose.yaw) <= limits.max_yaw && std::abs(measures.pose.pitch) <= limits.max_pitch,
         QualityProblem::turned_away);
  unless(measures.outside <= kMostOutside, QualityProblem::outside_frame);
  unless(!measures.eyes_shut, QualityProblem::eyes_hidden);
  return quality;
}

}  // namespace sas::vision
