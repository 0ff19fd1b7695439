#pragma once
// Where frames come from: a webcam, a video file, a stream's URL or a folder of images.

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <opencv2/core.hpp>

#include "base/clock.h"
#include "base/error.h"
#include "edge/picture.h"

namespace sas::edge {

struct Frame {
  cv::Mat image;  // CV_8UC3, BGR
  std::uint64_t index = 0;
  // When the frame was read, by this machine's clock, for every kind of source. So a second run of the same
  // video file is a later walk-past, and a file that is read faster than it was filmed never has a time in
  // the future, which a server refuses (docs/adr/0050).
  Timestamp captured_at;
  // When it was seen in the scene's own time, from any starting point, never going back: the position in a
  // video file or recording, however fast it is read; the steady clock at the moment of reading otherwise.
  std::chrono::microseconds scene_time{0};
  bool repeated = false;  // of a live source: exactly the picture before it; see FramePump
};

// Used by one thread at a time.
class FrameSource {
 public:
  virtual ~FrameSource() = default;

  // The next frame, or none at the end (or when `stop` was requested). Errors: unavailable "source_lost" when
  // a live source stopped delivering; data_loss "source_damaged" when a file can no longer be read.
  [[nodiscard]] virtual Result<std::optional<Frame>> next(std::stop_token stop) = 0;
  // A live source does not wait: a slow reader misses frames. Any other source is read at the reader's pace.
  [[nodiscard]] virtual bool live() const = 0;
  // The frames are unrelated photographs, not moments of one scene.
  [[nodiscard]] virtual bool stills() const { return false; }
  // The number of frames, where the source tells it.
  [[nodiscard]] virtual std::optional<std::uint64_t> frame_count() const = 0;
  // For people: "webcam 0", "video franck.mp4", "stream rtsp://camera/1" (without a password).
  [[nodiscard]] virtual std::string description() const = 0;
};

struct SourceOptions {
  std::chrono::milliseconds open_timeout{10000};  // of streams
  std::chrono::milliseconds read_timeout{4000};   // of streams: a read that takes longer has failed
  View view;                                      // frames come as it says
};

enum class SourceKind { webcam, video_file, stream, image_folder, image_file };

// What `source` is by its looks: all digits or anything below /dev is a webcam (also one that is not there),
// anything with "://" a stream, an existing folder images, otherwise a file. not_found "source_not_found" names the path.
[[nodiscard]] Result<SourceKind> classify_source(std::string_view source);

// Opens it and makes sure that a first frame can be had. Recordings that state an orientation (a phone's) are
// turned upright. Errors: not_found "source_not_found" (no such file or folder), invalid_argument
// "source_unreadable" (not a video, a folder without images, a webcam's metadata device); and what may be
// there later: unavailable "source_not_found" (no such webcam), "source_unreachable" (a URL or webcam that does
// not answer in time).
[[nodiscard]] Result<std::unique_ptr<FrameSource>> open_source(const std::string& source,
                                                               const SourceOptions& options,
                                                               const Clock& clock);

// The images of a folder in natural order (img2 before img10), without going into its folders; also those of
// kinds that cannot be read (vision/image_kind.h), for which reading says what to do. Other files and links
// that lead nowhere are named in the log, hidden ones are not.
[[nodiscard]] std::vector<std::filesystem::path> images_in(const std::filesystem::path& folder);

}  // namespace sas::edge
