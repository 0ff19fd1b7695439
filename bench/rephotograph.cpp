// Synthetic recaptures: frames of clips and photographs, as if printed or shown on a phone and filmed again.
// They stand in for attacks nobody has filmed for us: a model's scores for them say something about the
// artefacts they imitate (flat colours, borders, glare, moire, blur), but nothing certain about real attacks.
//
//   rephotograph OUT STEP FILE...      every STEPth frame of clips, every photograph; four JPEGs of each
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

namespace {

namespace fs = std::filesystem;

constexpr unsigned kSeed = 20250101;

// A dim room: a gradient with soft noise, used as the background.
cv::Mat room(cv::Size size, cv::RNG& random) {
  cv::Mat image(size, CV_8UC3);
  for (int y = 0; y < size.height; ++y)
    image.row(y).setTo(cv::Scalar(70 + (60.0 * y / size.height), 80 + (50.0 * y / size.height), 90));
  cv::Mat noise(size, CV_8UC3);
  random.fill(noise, cv::RNG::NORMAL, 0, 25);
  cv::add(image, noise, image);
  cv::GaussianBlur(image, image, {}, 6);
  return image;
}

// Ink on paper: fewer colours, darker whites, a white margin.
cv::Mat printed(const cv::Mat& picture) {
  cv::Mat grey;
  cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
  cv::cvtColor(grey, grey, cv::COLOR_GRAY2BGR);
  cv::Mat ink;
  cv::addWeighted(picture, 0.7, grey, 0.3, 0, ink);
  ink.convertTo(ink, -1, 0.75, 25);
  const int margin = picture.cols / 20;
  cv::copyMakeBorder(ink, ink, margin, margin, margin, margin, cv::BORDER_CONSTANT,
                     cv::Scalar(215, 225, 225));
  return ink;
}

// A lit display: stripes of red, green and blue, brighter and bluer, in a black frame.
cv::Mat displayed(const cv::Mat& picture) {
  cv::Mat large;
  cv::resize(picture, large, {}, 3, 3, cv::INTER_LINEAR);
  for (int y = 0; y < large.rows; ++y)
    for (int x = 0; x < large.cols; ++x) {
      auto& pixel = large.at<cv::Vec3b>(y, x);
      const double line = y % 3 == 2 ? 0.55 : 1;
      for (int channel = 0; channel < 3; ++channel) {
        const double own = x % 3 == 2 - channel ? 1.75 : 0.75;
        pixel[channel] = cv::saturate_cast<uchar>(pixel[channel] * own * line * (channel == 0 ? 1.2 : 1.05));
      }
    }
  const int frame = large.cols / 18;
  cv::copyMakeBorder(large, large, frame * 2, frame * 2, frame, frame, cv::BORDER_CONSTANT,
                     cv::Scalar(12, 12, 12));
  return large;
}

// Held into the room at an angle and filmed: adds perspective, lens blur and sensor noise.
cv::Mat filmed(const cv::Mat& thing, double share, double tilt, double blur, cv::RNG& random) {
  const cv::Size size(640, 480);
  cv::Mat image = room(size, random);
  const double height = size.height * share;
  const double width = std::min(height * thing.cols / thing.rows, size.width * 0.98);
  const double tall = width * thing.rows / thing.cols;
  const double left = (size.width - width) / 2;
  const double top = (size.height - tall) / 2;
  const std::vector<cv::Point2f> from{{0, 0},
                                      {static_cast<float>(thing.cols), 0},
                                      {static_cast<float>(thing.cols), static_cast<float>(thing.rows)},
                                      {0, static_cast<float>(thing.rows)}};
  const auto at = [&](double x, double y) {
    return cv::Point2f(static_cast<float>(left + (x * width)), static_cast<float>(top + (y * tall)));
  };
  const std::vector<cv::Point2f> to{at(tilt, tilt / 2), at(1, 0), at(1 - (tilt / 2), 1), at(0, 1 - tilt)};
  cv::warpPerspective(thing, image, cv::getPerspectiveTransform(from, to), size, cv::INTER_LINEAR,
                      cv::BORDER_TRANSPARENT);
  cv::GaussianBlur(image, image, {}, blur);
  cv::Mat noise(size, CV_16SC3);
  random.fill(noise, cv::RNG::NORMAL, 0, 4);
  cv::Mat wide;
  image.convertTo(wide, CV_16S);
  wide += noise;
  wide.convertTo(image, CV_8U);
  return image;
}

// Reflection of a lamp on the glass.
void glare(cv::Mat& image, cv::RNG& random) {
  cv::Mat light = cv::Mat::zeros(image.size(), image.type());
  const cv::Point centre(random.uniform(image.cols / 4, image.cols * 3 / 4), image.rows / 4);
  cv::ellipse(light, centre, {image.cols / 9, image.rows / 16}, 20, 0, 360, cv::Scalar(150, 150, 150),
              cv::FILLED);
  cv::GaussianBlur(light, light, {}, 18);
  cv::add(image, light, image);
}

void save(const fs::path& out, const std::string& name, const cv::Mat& picture, cv::RNG& random) {
  const std::vector<int> quality{cv::IMWRITE_JPEG_QUALITY, 88};
  const auto write = [&](const char* kind, const cv::Mat& image) {
    cv::imwrite((out / (name + "-" + kind + ".jpg")).string(), image, quality);
  };
  write("print", filmed(printed(picture), 0.75, 0.02, 0.9, random));
  write("print-tilted", filmed(printed(picture), 0.85, 0.09, 1.1, random));
  auto phone = filmed(displayed(picture), 0.7, 0.02, 0.6, random);
  glare(phone, random);
  write("phone", phone);
  write("tablet", filmed(displayed(picture), 0.97, 0.05, 0.7, random));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4 || std::atoi(argv[2]) < 1) {
    std::cerr << "usage: rephotograph OUT STEP FILE...\n";
    return 2;
  }
  const fs::path out(argv[1]);
  const int step = std::atoi(argv[2]);
  fs::create_directories(out);
  cv::RNG random(kSeed);
  for (int i = 3; i < argc; ++i) {
    const fs::path file(argv[i]);
    const auto stem = file.stem().string();
    if (const auto photograph = cv::imread(file.string()); !photograph.empty()) {
      save(out, stem, photograph, random);
      continue;
    }
    cv::VideoCapture clip(file.string());
    cv::Mat frame;
    int taken = 0;
    for (int index = 0; clip.grab(); ++index)
      if (index % step == 0 && clip.retrieve(frame) && !frame.empty()) {
        save(out, stem + "-" + std::to_string(index), frame, random);
        ++taken;
      }
    if (taken == 0) {
      std::cerr << "rephotograph: " << file.string()
                << " is neither a readable photograph nor a readable clip\n";
      return 1;
    }
  }
  return 0;
}
