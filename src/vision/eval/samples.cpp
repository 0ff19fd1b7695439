#include "vision/eval/samples.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <opencv2/videoio.hpp>

#include "vision/image_file.h"
#include "vision/image_kind.h"

namespace sas::vision {
namespace {

namespace fs = std::filesystem;

bool has_extension(const fs::path& path, std::span<const std::string_view> extensions) {
  auto extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::find(extensions, extension) != extensions.end();
}

constexpr std::array<std::string_view, 6> kClips{".mp4", ".avi", ".mkv", ".mov", ".webm", ".mjpeg"};

struct FoundFiles {
  std::vector<fs::path> files;
  std::vector<Remark> ignored;
};

// Collects what is below `folder`. `above` holds the real paths of the folders that lead here, so that a link back
// to one of them does not go round for ever.
void collect(const fs::path& root, const fs::path& folder, bool with_clips, std::vector<fs::path> above,
             FoundFiles& found) {
  const auto ignore = [&](const fs::path& path, const std::string& why) {
    found.ignored.push_back({path.lexically_relative(root).string(), why});
  };
  std::error_code error;
  above.push_back(fs::canonical(folder, error));
  if (error) return ignore(folder, "cannot be read: " + error.message());
  auto entry = fs::directory_iterator(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const auto& path = entry->path();
    if (path.filename().string().starts_with('.')) continue;  // of the desktop or a version control system
    std::error_code unreadable;
    const auto status = fs::status(path, unreadable);  // of what a link leads to
    if (status.type() == fs::file_type::not_found) {
      ignore(path, "a link to nothing");
    } else if (status.type() == fs::file_type::directory) {
      const auto real = fs::canonical(path, unreadable);
      if (std::ranges::find(above, real) != above.end())
        ignore(path, "a link to a folder that it is in");
      else
        collect(root, path, with_clips, above, found);
    } else if (status.type() != fs::file_type::regular) {
      ignore(path, "not a file");
    } else if (is_image_name(path) || (with_clips && has_extension(path, kClips))) {
      found.files.push_back(path);
    } else {
      ignore(path, "not a photograph by its name");
    }
  }
  if (error) ignore(folder, "cannot be read: " + error.message());
}

FoundFiles files_in(const fs::path& folder, bool with_clips) {
  FoundFiles found;
  collect(folder, folder, with_clips, {}, found);
  std::ranges::sort(found.files);
  std::ranges::sort(found.ignored, {}, &Remark::name);
  return found;
}

// Other people may be in the background: pick the face nearest the centre.
const DetectedFace& middle_face(const std::vector<DetectedFace>& faces, cv::Size image) {
  const cv::Point2f middle(static_cast<float>(image.width) / 2, static_cast<float>(image.height) / 2);
  return *std::ranges::min_element(faces, {}, [&](const DetectedFace& face) {
    return cv::norm(((face.box.tl() + face.box.br()) * 0.5F) - middle);
  });
}

Error no_photographs(const fs::path& folder, const std::string& expected) {
  return Error::of(ErrorKind::not_found, "no_photographs",
                   "there are no photographs in " + folder.string() + "; expected " + expected,
                   {{"path", folder.string()}});
}

Error interrupted() {
  return Error::of(ErrorKind::unavailable, "interrupted", "interrupted; nothing was measured");
}

void take_photograph(const FaceEngine& engine, const fs::path& path, const std::string& name,
                     const QualityLimits& limits, bool with_poor, FolderSamples& taken) {
  const auto image = read_image(path);
  if (!image) {
    taken.failures.push_back({name, image.error().message});
    return;
  }
  const auto faces = engine.detect(*image);
  if (faces.empty()) {
    taken.failures.push_back({name, "no face"});
    return;
  }
  taken.several_faces += faces.size() > 1 ? 1 : 0;
  const auto& face = middle_face(faces, image->size());
  const auto landmarks = engine.refine(*image, face, engine.landmarks(*image, face));
  const auto aligned = engine.align(*image, landmarks);
  const auto quality = engine.assess(*image, face, landmarks, aligned, limits);
  std::string problems;
  for (const auto problem : quality.problems)
    problems += (problems.empty() ? "" : ", ") + std::string(to_string(problem));
  if (!problems.empty()) taken.poor.push_back({name, problems});
  if (!problems.empty() && !with_poor) return;
  auto embedding = engine.embed_face(*image, landmarks);
  if (embedding)
    taken.samples.push_back({path.parent_path().filename().string(), name, *embedding});
  else
    taken.failures.push_back({name, embedding.error().message});
}

std::optional<float> liveness_of(const FaceEngine& engine, const cv::Mat& image) {
  const auto faces = engine.detect(image);
  if (faces.empty()) return std::nullopt;
  return engine.liveness(image, middle_face(faces, image.size()));
}

// The folder directly below live or spoof that the file is in; empty: it is in neither's subfolder.
std::string kind_of(const fs::path& path, const fs::path& folder) {
  const auto within = path.lexically_relative(folder);
  return std::distance(within.begin(), within.end()) > 2 ? std::next(within.begin())->string()
                                                         : std::string();
}

// `of` has what is known of each frame but its score.
void take_clip(const FaceEngine& engine, const fs::path& path, const LivenessSample& of, int step,
               LivenessSamples& taken) {
  cv::VideoCapture capture(path.string());
  std::size_t frames = 0;
  std::size_t without = 0;
  cv::Mat frame;
  for (int index = 0; capture.grab(); ++index) {
    if (index % step != 0 || !capture.retrieve(frame) || frame.empty()) continue;
    ++frames;
    if (const auto score = liveness_of(engine, frame)) {
      taken.samples.push_back(of);
      taken.samples.back().score = *score;
    } else {
      ++without;
    }
  }
  if (frames == 0)
    taken.failures.push_back({of.source, "no frame can be read"});
  else if (without > 0)
    taken.failures.push_back(
        {of.source, "no face in " + std::to_string(without) + " of " + std::to_string(frames) + " frames"});
}

}  // namespace

Result<FolderSamples> embed_folders(const FaceEngine& engine, const fs::path& folder,
                                    const QualityLimits& limits, bool with_poor, const EvalProgress& progress,
                                    const std::stop_token& stop) {
  FoundFiles found = files_in(folder, false);
  std::vector<fs::path>& files = found.files;
  std::erase_if(files, [&](const fs::path& path) {
    if (!fs::equivalent(path.parent_path(), folder)) return false;
    found.ignored.push_back({path.filename().string(), "not in the folder of a person"});
    return true;
  });
  if (files.empty()) return no_photographs(folder, "one folder per person, with photographs in it");
  FolderSamples taken;
  taken.ignored = std::move(found.ignored);
  taken.photographs = files.size();
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (stop.stop_requested()) return interrupted();
    take_photograph(engine, files[i], files[i].lexically_relative(folder).string(), limits, with_poor, taken);
    if (progress) progress(i + 1, files.size());
  }
  return taken;
}

Result<LivenessSamples> score_liveness(const FaceEngine& engine, const fs::path& folder, int step,
                                       const EvalProgress& progress, const std::stop_token& stop) {
  const cv::Mat grey(64, 64, CV_8UC3, cv::Scalar(127, 127, 127));
  if (!engine.liveness(grey, {cv::Rect2f(8, 8, 48, 48), 1, std::nullopt}))
    return Error::of(ErrorKind::failed_precondition, "no_liveness",
                     "the model pack \"" + engine.pack().name +
                         "\" has no liveness model; choose a pack that has one with --liveness-pack");
  const auto live = files_in(folder / "live", true).files;
  auto files = live;
  const auto spoofs = files_in(folder / "spoof", true).files;
  files.insert(files.end(), spoofs.begin(), spoofs.end());
  if (live.empty() || spoofs.empty())
    return no_photographs(folder / (live.empty() ? "live" : "spoof"),
                          "photographs or clips in the folders live and spoof");
  LivenessSamples taken;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (stop.stop_requested()) return interrupted();
    const auto name = files[i].lexically_relative(folder).string();
    LivenessSample sample{.live = i < live.size(), .source = name, .kind = kind_of(files[i], folder)};
    if (has_extension(files[i], kClips)) {
      take_clip(engine, files[i], sample, step, taken);
    } else {
      const auto image = read_image(files[i]);
      const auto score = image ? liveness_of(engine, *image) : std::nullopt;
      if (score) {
        sample.score = *score;
        taken.samples.push_back(std::move(sample));
      } else {
        taken.failures.push_back({name, image ? "no face" : image.error().message});
      }
    }
    if (progress) progress(i + 1, files.size());
  }
  return taken;
}

}  // namespace sas::vision
