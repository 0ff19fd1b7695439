#include "edge/frame_source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <thread>
#include <utility>
#include <vector>

#include <opencv2/videoio.hpp>
#include <spdlog/spdlog.h>

#include "base/redact.h"
#include "edge/webcam.h"
#include "vision/image_file.h"
#include "vision/image_kind.h"

namespace sas::edge {
namespace {

namespace fs = std::filesystem;

// Digits compare as numbers, everything else as text.
bool natural_less(const std::string& a, const std::string& b) {
  std::size_t i = 0;
  std::size_t j = 0;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      const auto run = [&](const std::string& text, std::size_t& at) {
        while (at < text.size() && text[at] == '0') ++at;
        const std::size_t begin = at;
        while (at < text.size() && digit(text[at])) ++at;
        return text.substr(begin, at - begin);
      };
      const std::string x = run(a, i);
      const std::string y = run(b, j);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
    }
  }
  return a.size() - i < b.size() - j;
}

// What a device or codec gives, as BGR: some webcams deliver grey, some PNGs transparency.
bool is_bgr(const cv::Mat& image) { return image.type() == CV_8UC3 && !image.empty(); }

std::chrono::microseconds steady_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

// Frames a second of a recording; 25 where its header says nothing sensible.
double rate_of(const cv::VideoCapture& capture) {
  const double rate = capture.get(cv::CAP_PROP_FPS);
  return std::isfinite(rate) && rate >= 1 && rate <= 1000 ? rate : 25;
}

// A file, a webcam or a stream through OpenCV.
class CaptureSource final : public FrameSource {
 public:
  CaptureSource(const cv::VideoCapture& capture, cv::Mat first, SourceKind kind, std::string description,
                std::optional<std::uint64_t> frames, bool live, const Clock& clock)
      : capture_(capture),
        first_(std::move(first)),
        kind_(kind),
        description_(std::move(description)),
        frames_(frames),
        live_(live),
        frames_per_second_(rate_of(capture)),
        clock_(clock) {}

  Result<std::optional<Frame>> next(std::stop_token stop) override {
    if (stop.stop_requested()) return std::optional<Frame>();
    cv::Mat image;
    if (!first_.empty()) {
      image = std::exchange(first_, cv::Mat());
    } else {
      try {
        if (!capture_.read(image) || !is_bgr(image)) return ended(stop);
      } catch (const cv::Exception& problem) {
        return Error::of(ErrorKind::data_loss, "source_damaged",
                         "cannot continue to read " + description_ + ": " + problem.err);
      }
    }
    const auto index = index_++;
    return std::optional<Frame>(Frame{.image = std::move(image),
                                      .index = index,
                                      .captured_at = clock_.now(),
                                      .scene_time = live_ ? steady_now() : position_of(index)});
  }

  bool live() const override { return live_; }
  std::optional<std::uint64_t> frame_count() const override { return frames_; }
  std::string description() const override { return description_; }

 private:
  [[nodiscard]] std::chrono::microseconds position_of(std::uint64_t index) const {
    return std::chrono::microseconds(std::llround(1e6 * static_cast<double>(index) / frames_per_second_));
  }
  Result<std::optional<Frame>> ended(const std::stop_token& stop) const {
    if (stop.stop_requested()) return std::optional<Frame>();
    if (live_) {
      const std::string what =
          kind_ == SourceKind::webcam
              ? " stopped delivering frames; is it still plugged in, or taken by another program?"
              : " stopped delivering frames; check the camera's power and network";
      return Error::of(ErrorKind::unavailable, "source_lost", description_ + what);
    }
    // Container headers only estimate the count, so a small difference means nothing.
    if (frames_ && static_cast<double>(index_) < 0.9 * static_cast<double>(*frames_)) {
      if (kind_ == SourceKind::stream) {
        return Error::of(ErrorKind::unavailable, "source_lost",
                         description_ + " ended after " + std::to_string(index_) + " of " +
                             std::to_string(*frames_) + " frames; check the network and start again");
      }
      spdlog::warn("{} ended after {} of {} frames: the file is cut short or damaged", description_, index_,
                   *frames_);
    }
    return std::optional<Frame>();
  }

  cv::VideoCapture capture_;
  cv::Mat first_;  // read when the source was opened; next() returns it first
  SourceKind kind_;
  std::string description_;
  std::optional<std::uint64_t> frames_;
  bool live_;
  double frames_per_second_;
  const Clock& clock_;
  std::uint64_t index_ = 0;
};

class ImageSource final : public FrameSource {
 public:
  ImageSource(std::vector<fs::path> files, std::string description, const Clock& clock)
      : files_(std::move(files)), description_(std::move(description)), clock_(clock) {}

  Result<std::optional<Frame>> next(std::stop_token stop) override {
    while (at_ < files_.size() && !stop.stop_requested()) {
      const fs::path& path = files_[at_++];
      auto image = vision::read_image(path);
      if (!image) {
        spdlog::warn("{}; skipped", image.error().message);
        continue;
      }
      return std::optional<Frame>(Frame{.image = std::move(*image),
                                        .index = index_++,
                                        .captured_at = clock_.now(),
                                        .scene_time = steady_now()});
    }
    return std::optional<Frame>();
  }
  bool stills() const override { return true; }
  bool live() const override { return false; }
  std::optional<std::uint64_t> frame_count() const override { return files_.size(); }
  std::string description() const override { return description_; }

 private:
  std::vector<fs::path> files_;
  std::string description_;
  const Clock& clock_;
  std::size_t at_ = 0;
  std::uint64_t index_ = 0;
};

// Another source through a View.
class ViewedSource final : public FrameSource {
 public:
  ViewedSource(std::unique_ptr<FrameSource> source, View view) : source_(std::move(source)), view_(view) {}

  Result<std::optional<Frame>> next(std::stop_token stop) override {
    auto frame = source_->next(std::move(stop));
    // Scaling would change the decoder's exact grey, by which undecoded pictures are recognised.
    if (frame && *frame && !is_undecoded((*frame)->image)) (*frame)->image = apply(view_, (*frame)->image);
    return frame;
  }
  bool stills() const override { return source_->stills(); }
  bool live() const override { return source_->live(); }
  std::optional<std::uint64_t> frame_count() const override { return source_->frame_count(); }
  std::string description() const override { return source_->description(); }

 private:
  std::unique_ptr<FrameSource> source_;
  View view_;
};

// A webcam that is not there, or gives nothing, may be plugged in later: unavailable.
Result<std::unique_ptr<FrameSource>> open_webcam(const fs::path& device, const View& view,
                                                 const Clock& clock) {
  std::error_code ignored;
  const std::string there = webcams_there();
  const std::string others = there.empty() ? "this machine has no webcam" : "there are: " + there;
  const std::string name = "webcam " + webcam_identity(device);
  if (!fs::exists(device, ignored)) {
    return Error::of(ErrorKind::unavailable, "source_not_found",
                     "no " + name + ": " + device.string() + " does not exist (" + others +
                         "); name another with --source, or a video file or URL");
  }
  if (!may_be_camera(device)) {
    return Error::of(ErrorKind::invalid_argument, "source_unreadable",
                     device.string() + " is not a camera: it delivers only metadata (" + others + ")");
  }
  cv::VideoCapture capture;
  cv::Mat first;
  const auto ask_resolution = [&] {
    if (!view.resolution) return;
    capture.set(cv::CAP_PROP_FRAME_WIDTH, view.resolution->width);
    capture.set(cv::CAP_PROP_FRAME_HEIGHT, view.resolution->height);
  };
  const fs::path resolved = fs::canonical(device, ignored);
  const bool opened = capture.open((ignored ? device : resolved).string(), cv::CAP_V4L2);
  if (opened) ask_resolution();
  if (!opened || !capture.read(first) || !is_bgr(first)) {
    return Error::of(
        ErrorKind::unavailable, "source_unreachable",
        name + " (" + device.string() +
            ") gives no frames; is another program using it, or may this user not read it (group "
            "video)?");
  }
  if (view.resolution && first.size() != *view.resolution) {
    spdlog::warn("{} has no {}x{} and gives {}x{}", name, view.resolution->width, view.resolution->height,
                 first.cols, first.rows);
  }
  // Buffer one frame only, so that the camera shows the present.
  capture.set(cv::CAP_PROP_BUFFERSIZE, 1);
  return std::make_unique<CaptureSource>(std::move(capture), std::move(first), SourceKind::webcam, name,
                                         std::nullopt, true, clock);
}

std::optional<std::uint64_t> count_of(const cv::VideoCapture& capture) {
  const double count = capture.get(cv::CAP_PROP_FRAME_COUNT);
  if (!std::isfinite(count) || count < 1 || count > 1e12) return std::nullopt;
  return static_cast<std::uint64_t>(count);
}

struct Opened {
  bool good = false;
  int rotation = 0;  // clockwise, degrees: how to turn the frames so that they are upright
};

// Reads the first frame. Frames come as they were filmed: OpenCV's own turning goes the wrong way in 4.6
// (opencv#22088).
Opened read_first(cv::VideoCapture& capture, cv::Mat& first) {
  capture.set(cv::CAP_PROP_ORIENTATION_AUTO, 0);
  const double stated = capture.get(cv::CAP_PROP_ORIENTATION_META);
  const int rotation =
      upright_rotation(static_cast<int>(std::lround(stated)), cv::getVersionMajor(), cv::getVersionMinor());
  return {.good = capture.read(first) && is_bgr(first), .rotation = rotation};
}

std::unique_ptr<FrameSource> turned(std::unique_ptr<FrameSource> source, int rotation) {
  if (rotation == 0) return source;
  return std::make_unique<ViewedSource>(std::move(source), View{.rotation = rotation});
}

Result<std::unique_ptr<FrameSource>> open_file(const std::string& path, const Clock& clock) {
  cv::VideoCapture capture;
  cv::Mat first;
  Opened opened;
  try {
    if (capture.open(path, cv::CAP_FFMPEG)) opened = read_first(capture, first);
  } catch (const cv::Exception&) {
    opened.good = false;
  }
  if (!opened.good) {
    return Error::of(
        ErrorKind::invalid_argument, "source_unreadable",
        path +
            " is not a video that can be read (damaged, empty, or of an unknown format); try to play it "
            "elsewhere, or convert it to MP4");
  }
  const auto frames = count_of(capture);
  return turned(std::make_unique<CaptureSource>(std::move(capture), std::move(first), SourceKind::video_file,
                                                "video " + path, frames, false, clock),
                opened.rotation);
}

Result<std::unique_ptr<FrameSource>> open_stream(const std::string& url, const SourceOptions& options,
                                                 const Clock& clock) {
  const auto begin = std::chrono::steady_clock::now();
  cv::VideoCapture capture;
  cv::Mat first;
  Opened opened;
  try {
    // Without these two, FFmpeg may wait forever for a camera that is gone.
    const bool answers =
        capture.open(url, cv::CAP_FFMPEG,
                     {cv::CAP_PROP_OPEN_TIMEOUT_MSEC, static_cast<int>(options.open_timeout.count()),
                      cv::CAP_PROP_READ_TIMEOUT_MSEC, static_cast<int>(options.read_timeout.count())});
    if (answers) opened = read_first(capture, first);
  } catch (const cv::Exception&) {
    opened.good = false;
  }
  const std::string shown = redacted(url);
  if (!opened.good) {
    const auto took = std::chrono::steady_clock::now() - begin;
    const bool in_time = took < options.open_timeout / 2;
    return Error::of(ErrorKind::unavailable, "source_unreachable",
                     "no video from " + shown +
                         (in_time ? "" : " within " + std::to_string(took / std::chrono::seconds(1)) + " s") +
                         "; check the address, the camera's user and password, and that this machine can "
                         "reach it");
  }
  // A recording at an HTTP address has a length; a camera has none.
  const auto frames = url.rfind("http", 0) == 0 ? count_of(capture) : std::nullopt;
  return turned(std::make_unique<CaptureSource>(std::move(capture), std::move(first), SourceKind::stream,
                                                "stream " + shown, frames, !frames.has_value(), clock),
                opened.rotation);
}

}  // namespace

std::vector<fs::path> images_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const fs::path& path = entry.path();
    if (entry.is_directory(ignored) || path.filename().string().starts_with('.')) continue;
    if (!entry.exists(ignored)) {
      spdlog::warn("{} is a link that leads nowhere; left out", path.string());
    } else if (!entry.is_regular_file(ignored) || !vision::is_image_name(path)) {
      spdlog::warn("{} is not a photograph; left out", path.string());
    } else {
      files.push_back(path);
    }
  }
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return natural_less(a.filename().string(), b.filename().string());
  });
  return files;
}

Result<SourceKind> classify_source(std::string_view source) {
  if (source.empty()) {
    return Error::of(ErrorKind::invalid_argument, "source_unreadable",
                     "the source is empty; give a webcam number, a file, a URL or a folder");
  }
  if (source.find("://") != std::string_view::npos) return SourceKind::stream;
  if (webcam_device(source)) return SourceKind::webcam;
  const fs::path path(source);
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return SourceKind::image_folder;
  if (!fs::exists(path, ignored)) {
    return Error::of(
        ErrorKind::not_found, "source_not_found",
        "no such file or folder: " + std::string(source) +
            "; --source takes a webcam number, a video file, an RTSP or HTTP URL, or a folder of images");
  }
  return vision::is_image_name(path) ? SourceKind::image_file : SourceKind::video_file;
}

namespace {

Result<std::unique_ptr<FrameSource>> open_unviewed(const std::string& source, const SourceOptions& options,
                                                   const Clock& clock) {
  const auto kind = classify_source(source);
  if (!kind) return kind.error();
  switch (*kind) {
    case SourceKind::webcam:
      return open_webcam(webcam_device(source).value_or("/dev/video0"), options.view, clock);
    case SourceKind::stream:
      return open_stream(source, options, clock);
    case SourceKind::video_file:
      return open_file(source, clock);
    case SourceKind::image_file: {
      auto image = vision::read_image(source);
      if (!image) return image.error();
      return std::make_unique<ImageSource>(std::vector<fs::path>{source}, "image " + source, clock);
    }
    case SourceKind::image_folder:
      break;
  }
  auto files = images_in(source);
  if (files.empty()) {
    return Error::of(ErrorKind::invalid_argument, "source_unreadable",
                     "the folder " + source + " has no images (JPEG, PNG, BMP, WebP, TIFF)");
  }
  const std::string description = "folder " + source + " (" + std::to_string(files.size()) + " images)";
  return std::make_unique<ImageSource>(std::move(files), description, clock);
}

}  // namespace

Result<std::unique_ptr<FrameSource>> open_source(const std::string& source, const SourceOptions& options,
                                                 const Clock& clock) {
  auto opened = open_unviewed(source, options, clock);
  if (!opened || options.view.as_is()) return opened;
  return std::make_unique<ViewedSource>(std::move(*opened), options.view);
}

}  // namespace sas::edge
