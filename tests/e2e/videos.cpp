#include "e2e/videos.h"

#include <stdexcept>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

namespace sas::test {
namespace {

constexpr double kRate = 25;
const cv::Size kDoor(360, 288);

std::vector<cv::Mat> read(const std::string& clip, int frames, cv::Size size) {
  cv::VideoCapture capture(clip, cv::CAP_FFMPEG);
  std::vector<cv::Mat> pictures;
  cv::Mat picture;
  while (static_cast<int>(pictures.size()) < frames && capture.read(picture)) {
    cv::Mat fitted;
    cv::resize(picture, fitted, size, 0, 0, cv::INTER_AREA);
    pictures.push_back(fitted);
  }
  if (static_cast<int>(pictures.size()) < frames) throw std::runtime_error(clip + " is too short");
  return pictures;
}

class Film {
 public:
  Film(const std::filesystem::path& path, cv::Size size)
      : writer_(path.string(), cv::CAP_OPENCV_MJPEG, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), kRate,
                size) {
    if (!writer_.isOpened()) throw std::runtime_error("cannot write " + path.string());
    writer_.set(cv::VIDEOWRITER_PROP_QUALITY, 95);
  }
  void add(const cv::Mat& picture) { writer_.write(picture); }

 private:
  cv::VideoWriter writer_;
};

// An empty doorway with sensor noise.
cv::Mat empty_door(int seed) {
  cv::Mat picture(kDoor, CV_8UC3);
  cv::RNG(static_cast<std::uint64_t>(seed) + 1).fill(picture, cv::RNG::NORMAL, 90, 6);
  return picture;
}

}  // namespace

void film_together(const std::vector<std::string>& clips, int frames, const std::filesystem::path& film) {
  const cv::Size part(400, 320);
  std::vector<std::vector<cv::Mat>> all;
  all.reserve(clips.size());
  for (const auto& clip : clips) {
    const bool photograph = !clip.ends_with(".mp4");
    auto pictures = read(clip, photograph ? 1 : frames, part);
    pictures.resize(static_cast<std::size_t>(frames), pictures.front());
    all.push_back(std::move(pictures));
  }
  const int rows = (static_cast<int>(clips.size()) + 1) / 2;
  const cv::Size whole(2 * part.width, rows * part.height);
  Film out(film, whole);
  for (std::size_t i = 0; i < static_cast<std::size_t>(frames); ++i) {
    cv::Mat picture(whole, CV_8UC3, cv::Scalar(80, 90, 100));
    for (int cell = 0; cell < static_cast<int>(all.size()); ++cell) {
      const cv::Point corner((cell % 2) * part.width, (cell / 2) * part.height);
      all[static_cast<std::size_t>(cell)][i].copyTo(picture(cv::Rect(corner, part)));
    }
    out.add(picture);
  }
}

void film_walk_pasts(const std::string& clip, int times, const std::filesystem::path& film) {
  const auto pictures = read(clip, 25, kDoor);
  Film out(film, kDoor);
  for (int time = 0; time < times; ++time) {
    for (const auto& picture : pictures) out.add(picture);
    for (int i = 0; i < 20; ++i) out.add(empty_door(i));
  }
}

void film_turns(const std::vector<std::string>& clips, int frames, int rounds,
                const std::filesystem::path& film) {
  std::vector<std::vector<cv::Mat>> people;
  people.reserve(clips.size());
  for (const auto& clip : clips) people.push_back(read(clip, frames, kDoor));
  Film out(film, kDoor);
  for (int round = 0; round < rounds; ++round) {
    for (const auto& pictures : people)
      for (const auto& picture : pictures) out.add(picture);
  }
}

void film_nothing(int frames, const std::filesystem::path& film) {
  Film out(film, kDoor);
  for (int i = 0; i < frames; ++i) out.add(empty_door(i));
}

std::vector<std::string> jpegs_of(const std::string& clip, int frames) {
  std::vector<std::string> jpegs;
  for (const auto& picture : read(clip, frames, kDoor)) {
    std::vector<unsigned char> bytes;
    cv::imencode(".jpg", picture, bytes);
    jpegs.emplace_back(bytes.begin(), bytes.end());
  }
  return jpegs;
}

}  // namespace sas::test
