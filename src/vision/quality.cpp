#include "vision/quality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <opencv2/imgproc.hpp>

namespace sas::vision {
namespace {

constexpr float kMiddleGrey = 127;

// What was not measured is not held against a face.
bool within(std::optional<float> measured, float limit) { return !measured || *measured <= limit; }

// A face cut off by more than this lacks features the embedder uses.
constexpr float kMostOutside = 0.1F;

// One number to rank a track's frames: each measure counts 1/2 at its limit and 1 from the point where more
// has no benefit. A weak measure is not compensated by the others.
float overall_score(const FaceMeasures& measures) {
  constexpr QualityLimits kUsual;
  const auto part = [](float value, float limit) { return std::clamp(value / (2 * limit), 0.0F, 1.0F); };
  const float turned = std::max(std::abs(measures.pose.yaw) / kUsual.max_yaw,
                                std::abs(measures.pose.pitch) / kUsual.max_pitch);
  const auto& exposure = measures.exposure;
  const float clipped = std::max(exposure.black, exposure.white);
  const float product = part(measures.size, kUsual.min_size) *
                        std::clamp(measures.sharpness / (4 * kUsual.min_sharpness), 0.0F, 1.0F) *
                        part(exposure.contrast, kUsual.min_contrast) *
                        std::clamp(1 - (clipped / (2 * kUsual.max_clipped)), 0.0F, 1.0F) *
                        std::clamp(1 - (turned / 2), 0.0F, 1.0F) * (1 - measures.outside) *
                        (measures.eyes_shut ? 0.25F : 1.0F);
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
    case QualityProblem::landmarks_uncertain:
      return "landmarks_uncertain";
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
    case QualityProblem::landmarks_uncertain:
      return "show eyes, nose and mouth uncovered, in even light";
  }
  return "try again";
}

FaceExposure measure_exposure(const cv::Mat& image, const cv::Mat& aligned) {
  // Eyes to chin in the 112x112 crop, inside the cheeks: skin, eyes and mouth of every face.
  static const cv::Rect kInner(24, 32, 64, 68);
  constexpr int kBlack = 8;
  constexpr int kWhite = 250;
  constexpr double kEnds = 0.05;
  cv::Mat grey;
  cv::cvtColor(aligned(kInner), grey, cv::COLOR_BGR2GRAY);
  std::array<int, 256> counts{};
  for (int row = 0; row < grey.rows; ++row)
    for (int column = 0; column < grey.cols; ++column) ++counts.at(grey.at<unsigned char>(row, column));
  const auto total = static_cast<double>(grey.total());
  // The lowest level up to which at least this share of the pixels is.
  const auto percentile = [&](double share) {
    double sum = 0;
    for (std::size_t level = 0; level < counts.size(); ++level)
      if ((sum += counts.at(level)) >= share * total) return static_cast<float>(level);
    return 255.0F;
  };
  FaceExposure exposure;
  exposure.brightness = static_cast<float>(cv::mean(grey)[0]);
  exposure.contrast = percentile(1 - kEnds) - percentile(kEnds);
  exposure.black =
      static_cast<float>(std::accumulate(counts.begin(), counts.begin() + kBlack + 1, 0) / total);
  exposure.white = static_cast<float>(std::accumulate(counts.begin() + kWhite, counts.end(), 0) / total);

  constexpr int kPlaces = 64;
  cv::Mat places(kPlaces, kPlaces, CV_8UC3);
  for (int row = 0; row < kPlaces; ++row)
    for (int column = 0; column < kPlaces; ++column)
      places.at<cv::Vec3b>(row, column) = image.at<cv::Vec3b>(
          ((2 * row) + 1) * image.rows / (2 * kPlaces), ((2 * column) + 1) * image.cols / (2 * kPlaces));
  cv::cvtColor(places, grey, cv::COLOR_BGR2GRAY);
  exposure.picture = static_cast<float>(cv::mean(grey)[0]);
  return exposure;
}

FaceMeasures measure(const cv::Rect2f& box, const cv::Mat& image, const cv::Mat& aligned) {
  FaceMeasures measures;
  measures.size = std::min(box.width, box.height);
  const auto frame = cv::Rect2f({0, 0}, cv::Size2f(image.size()));
  measures.exposure = measure_exposure(image, aligned);
  measures.outside = box.area() > 0 ? 1 - ((box & frame).area() / box.area()) : 1;
  cv::Mat grey;
  cv::cvtColor(aligned, grey, cv::COLOR_BGR2GRAY);
  cv::Mat edges;
  cv::Laplacian(grey, edges, CV_16S);
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(edges, mean, deviation);
  measures.sharpness = static_cast<float>(deviation[0] * deviation[0]);
  return measures;
}

bool certain(const FaceLandmarks& landmarks, const QualityLimits& limits) {
  return within(landmarks.disagreement, limits.max_disagreement) &&
         within(landmarks.second_disagreement, limits.max_second_disagreement);
}

FaceQuality judge(const FaceMeasures& measures, const QualityLimits& limits) {
  FaceQuality quality;
  quality.size = measures.size;
  quality.brightness = measures.exposure.brightness;
  quality.contrast = measures.exposure.contrast;
  quality.sharpness = measures.sharpness;
  quality.pose = measures.pose;
  quality.overall = overall_score(measures);
  const auto unless = [&](bool good, QualityProblem problem) {
    if (!good) quality.problems.push_back(problem);
  };
  unless(measures.size >= limits.min_size, QualityProblem::too_small);
  const auto& exposure = measures.exposure;
  const bool flat = exposure.contrast < limits.min_contrast;
  // A flat face is washed out if it is light, also next to the rest of the picture. A grey face in front of a
  // window is in the shade.
  const bool washed_out =
      flat && exposure.brightness > kMiddleGrey && exposure.brightness >= exposure.picture;
  unless(exposure.black <= limits.max_clipped && (!flat || washed_out), QualityProblem::too_dark);
  unless(exposure.white <= limits.max_clipped && !washed_out, QualityProblem::too_bright);
  unless(measures.sharpness >= limits.min_sharpness, QualityProblem::blurred);
  unless(std::abs(measures.pose.yaw) <= limits.max_yaw && std::abs(measures.pose.pitch) <= limits.max_pitch,
         QualityProblem::turned_away);
  unless(measures.outside <= kMostOutside, QualityProblem::outside_frame);
  unless(!measures.eyes_shut, QualityProblem::eyes_hidden);
  unless(within(measures.disagreement, limits.max_disagreement) &&
             within(measures.second_disagreement, limits.max_second_disagreement),
         QualityProblem::landmarks_uncertain);
  return quality;
}

}  // namespace sas::vision
