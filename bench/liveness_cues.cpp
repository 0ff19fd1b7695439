// What liveness cues that need no model are worth (docs/accuracy.md): for each photograph the edges of a frame around the
// face and the moire in it, next to the models' score; for each clip whether the face moves like a plane.
//
//   liveness_cues MODELS_DIR FILE...      one line each
#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include "vision/face_engine.h"
#include "vision/image_file.h"

namespace {

using sas::vision::DetectedFace;
using sas::vision::FaceEngine;
using Points = std::vector<cv::Point2f>;

cv::Mat grey_of(const cv::Mat& image, const cv::Rect& region) {
  cv::Mat grey;
  cv::cvtColor(image(region), grey, cv::COLOR_BGR2GRAY);
  return grey;
}

cv::Rect inside(const cv::Rect2f& region, const cv::Mat& image) {
  return cv::Rect(region) & cv::Rect({}, image.size());
}

// How far the highest peak of the face's spectrum stands above the others of its spatial frequency, in deviations. The
// pixels of a display, seen by those of a camera, make such a peak; skin does not.
double moire(const cv::Mat& image, const cv::Rect2f& box) {
  constexpr int kLargest = 256;
  constexpr int kSmallest = 48;
  constexpr double kLowest = 0.15;  // cycles per pixel; below are the features of a face
  const cv::Rect region = inside(box, image);
  const int side = std::min({region.width, region.height, kLargest}) & ~1;
  if (side < kSmallest) return 0;
  const cv::Mat grey = grey_of(image, region);
  cv::Mat pixels;
  grey(cv::Rect((grey.cols - side) / 2, (grey.rows - side) / 2, side, side)).convertTo(pixels, CV_32F);
  cv::Mat window;
  cv::createHanningWindow(window, pixels.size(), CV_32F);
  pixels = (pixels - cv::mean(pixels)[0]).mul(window);
  cv::Mat spectrum;
  cv::dft(pixels, spectrum, cv::DFT_COMPLEX_OUTPUT);
  std::vector<std::vector<double>> rings(50);
  const auto frequency = [side](int index) {
    return static_cast<double>(index <= side / 2 ? index : index - side) / side;
  };
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const double radius = std::hypot(frequency(x), frequency(y));
      if (radius < kLowest || radius >= 0.5) continue;
      const auto& value = spectrum.at<cv::Vec2f>(y, x);
      rings.at(static_cast<std::size_t>(radius * 100)).push_back(std::log1p(std::hypot(value[0], value[1])));
    }
  double highest = 0;
  for (auto& ring : rings) {
    if (ring.size() < 30) continue;
    std::sort(ring.begin(), ring.end());
    const double median = ring[ring.size() / 2];
    const double deviation = ring[ring.size() * 3 / 4] - median;
    // The spectrum of real numbers is symmetric: a peak is there twice.
    highest = std::max(highest, (ring[ring.size() - 3] - median) / (deviation + 0.05));
  }
  return highest;
}

// On how many of the four sides of the face there is a long straight edge.
int frame_sides(const cv::Mat& image, const cv::Rect2f& box) {
  const cv::Point2f centre = (box.tl() + box.br()) / 2;
  const float size = std::max(box.width, box.height);
  const cv::Rect region =
      inside({centre.x - (2.2F * size), centre.y - (2.2F * size), 4.4F * size, 4.4F * size}, image);
  cv::Mat grey = grey_of(image, region);
  const double scale = 100 / static_cast<double>(size);  // the face is 100 pixels large
  cv::resize(grey, grey, {}, scale, scale, cv::INTER_AREA);
  cv::GaussianBlur(grey, grey, {}, 1);
  cv::Mat edges;
  cv::Canny(grey, edges, 40, 100);
  std::vector<cv::Vec4i> lines;
  cv::HoughLinesP(edges, lines, 1, CV_PI / 180, 40, 70, 6);
  const cv::Point2d face((centre.x - static_cast<float>(region.x)) * scale,
                         (centre.y - static_cast<float>(region.y)) * scale);
  std::array<bool, 4> sides{};
  for (const auto& line : lines) {
    const double dx = line[2] - line[0];
    const double dy = line[3] - line[1];
    const double x = ((line[0] + line[2]) / 2.0) - face.x;
    const double y = ((line[1] + line[3]) / 2.0) - face.y;
    const double slope = std::abs(std::atan2(dy, dx)) * 180 / CV_PI;
    const auto crosses = [](int a, int b, double at) {
      return std::min(a, b) - at < 35 && std::max(a, b) - at > -35;
    };
    if (slope < 20 || slope > 160) {
      if (std::abs(y) > 55 && crosses(line[0], line[2], face.x)) sides.at(y < 0 ? 0 : 1) = true;
    } else if (slope > 70 && slope < 110) {
      if (std::abs(x) > 50 && crosses(line[1], line[3], face.y)) sides.at(x < 0 ? 2 : 3) = true;
    }
  }
  return static_cast<int>(std::count(sides.begin(), sides.end(), true));
}

cv::Point2f eye(const Points& points, std::size_t corner) {
  return (points[corner] + points[corner + 3]) * 0.5F;
}

// Where the nose is along the line of the eyes, in eye distances. Turning the head moves it; moving a photograph does not.
double turn_of(const Points& points) {
  const auto eyes = eye(points, 42) - eye(points, 36);
  const auto nose = points[30] - ((eye(points, 36) + eye(points, 42)) * 0.5F);
  return eyes.dot(nose) / eyes.dot(eyes);
}

// What an affine map of one face onto the other leaves, in eye distances. A plane far from the camera leaves nothing.
double residual(const Points& from, const Points& to) {
  const int count = static_cast<int>(from.size());
  cv::Mat a(count, 3, CV_64F);
  cv::Mat b(count, 2, CV_64F);
  for (int i = 0; i < count; ++i) {
    const auto& source = from[static_cast<std::size_t>(i)];
    const auto& target = to[static_cast<std::size_t>(i)];
    a.at<double>(i, 0) = source.x;
    a.at<double>(i, 1) = source.y;
    a.at<double>(i, 2) = 1;
    b.at<double>(i, 0) = target.x;
    b.at<double>(i, 1) = target.y;
  }
  cv::Mat map;
  cv::solve(a, b, map, cv::DECOMP_SVD);
  return cv::norm(a * map - b) / std::sqrt(count) / cv::norm(eye(to, 42) - eye(to, 36));
}

void look_at_photograph(const FaceEngine& engine, const std::string& file, const cv::Mat& image) {
  const auto faces = engine.detect(image);
  if (faces.empty()) {
    fmt::print("{}: no face\n", file);
    return;
  }
  const auto& face = faces.front();
  fmt::print("{}: models {:.3f}, frame on {} sides, moire {:.2f}\n", file,
             engine.liveness(image, face).value_or(-1), frame_sides(image, face.box), moire(image, face.box));
}

// Windows of about three seconds, of which the three faces turned furthest to either side are compared.
void look_at_clip(const FaceEngine& engine, const std::string& file) {
  constexpr int kStep = 4;
  constexpr std::size_t kWindow = 20;
  constexpr std::size_t kEnds = 3;
  constexpr double kTurned = 0.08;
  constexpr float kCertain = 0.12F;
  cv::VideoCapture capture(file);
  std::vector<Points> faces;
  std::size_t windows = 0;
  std::size_t turned = 0;
  std::size_t flat = 0;
  cv::Mat frame;
  for (int index = 0; capture.grab(); ++index) {
    if (index % kStep != 0 || !capture.retrieve(frame) || frame.empty()) continue;
    const auto found = engine.detect(frame);
    if (found.empty()) continue;
    const auto landmarks = engine.refine(frame, found.front(), engine.landmarks(frame, found.front()));
    if (landmarks.all.size() != 68 || landmarks.disagreement.value_or(1) > kCertain) continue;
    faces.push_back(landmarks.all);
    if (faces.size() < kWindow) continue;
    ++windows;
    std::sort(faces.begin(), faces.end(),
              [](const auto& a, const auto& b) { return turn_of(a) < turn_of(b); });
    const double turn = turn_of(faces[kWindow - 2]) - turn_of(faces[1]);
    if (turn >= kTurned) {
      ++turned;
      std::vector<double> residuals;
      for (std::size_t i = 0; i < kEnds; ++i)
        for (std::size_t j = 0; j < kEnds; ++j)
          residuals.push_back(residual(faces[i], faces[kWindow - 1 - j]));
      std::sort(residuals.begin(), residuals.end());
      flat += residuals[residuals.size() / 2] < turn / 2 ? 1 : 0;
    }
    faces.clear();
  }
  fmt::print("{}: {} windows, the head turned in {}, like a plane in {}\n", file, windows, turned, flat);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "liveness_cues MODELS_DIR FILE...\n";
    return 2;
  }
  const auto pack = sas::vision::find_pack(argv[1], sas::vision::kDefaultPack);
  if (!pack) {
    std::cerr << pack.error().message << '\n';
    return 1;
  }
  const auto judges = sas::vision::find_liveness_models(argv[1], *pack, "");
  if (!judges) {
    std::cerr << judges.error().message << '\n';
    return 1;
  }
  const auto engine = FaceEngine::load(*pack, {.models_dir = argv[1], .liveness = *judges});
  if (!engine) {
    std::cerr << engine.error().message << '\n';
    return 1;
  }
  for (int i = 2; i < argc; ++i) {
    if (const auto image = sas::vision::read_image(argv[i]))
      look_at_photograph(**engine, argv[i], *image);
    else
      look_at_clip(**engine, argv[i]);
  }
}
