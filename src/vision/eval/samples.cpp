#include "vision/eval/samples.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>

#include <opencv2/videoio.hpp>
#include <spdlog/spdlog.h>

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
                     const QualityLimits& limits, FolderSamples& taken) {
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
  const auto landmarks = engine.landmarks(*image, face);
  const auto aligned = engine.align(*image, landmarks);
  const auto quality = engine.assess(*image, face, landmarks, aligned, limits);
  std::string problems;
  for (const auto problem : quality.problems)
    problems += (problems.empty() ? "" : ", ") + std::string(to_string(problem));
  if (!problems.empty()) taken.poor.push_back({name, problems});
  auto embedding = engine.embed(aligned);
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

void take_clip(const FaceEngine& engine, const fs::path& path, bool live, const std::string& name, int step,
               LivenessSamples& taken) {
  cv::VideoCapture capture(path.string());
  std::size_t frames = 0;
  std::size_t without = 0;
  cv::Mat frame;
  for (int index = 0; capture.grab(); ++index) {
    if (index % step != 0 || !capture.retrieve(frame) || frame.empty()) continue;
    ++frames;
    if (const auto score = liveness_of(engine, frame))
      taken.samples.push_back({live, name, *score});
    else
      ++without;
  }
  if (frames == 0)
    taken.failures.push_back({name, "no frame can be read"});
  else if (without > 0)
    taken.failures.push_back(
        {name, "no face in " + std::to_string(without) + " of " + std::to_string(frames) + " frames"});
}

}  // namespace

std::vector<fs::path> photographs_in(const fs::path& folder, bool with_clips) {
  std::vector<fs::path> files;
  std::error_code error;
  std::set<fs::path> seen{fs::weakly_canonical(folder, error)};
  for (auto entry =
           fs::recursive_directory_iterator(folder, fs::directory_options::follow_directory_symlink, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const auto& path = entry->path();
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      if (seen.insert(fs::canonical(path, ignored)).second) continue;
      entry.disable_recursion_pending();
      spdlog::warn("{} leads to a folder that was looked through already; left out", path.string());
    } else if (!entry->exists(ignored)) {
      spdlog::warn("{} is a link that leads nowhere; left out", path.string());
    } else if (entry->is_regular_file(ignored) &&
               (is_image_name(path) || (with_clips && has_extension(path, kClips)))) {
      files.push_back(path);
    }
  }
  std::ranges::sort(files);
  return files;
}

Result<FolderSamples> embed_folders(const FaceEngine& engine, const fs::path& folder,
                                    const QualityLimits& limits, const EvalProgress& progress,
                                    const std::stop_token& stop) {
  auto files = photographs_in(folder, false);
  // A photograph directly in the folder belongs to nobody.
  std::erase_if(files, [&](const fs::path& path) { return fs::equivalent(path.parent_path(), folder); });
  if (files.empty()) return no_photographs(folder, "one folder per person, with photographs in it");
  FolderSamples taken;
  taken.photographs = files.size();
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (stop.stop_requested()) return interrupted();
    take_photograph(engine, files[i], files[i].lexically_relative(folder).string(), limits, taken);
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
  const auto live = photographs_in(folder / "live", true);
  auto files = live;
  const auto spoofs = photographs_in(folder / "spoof", true);
  files.insert(files.end(), spoofs.begin(), spoofs.end());
  if (live.empty() || spoofs.empty())
    return no_photographs(folder / (live.empty() ? "live" : "spoof"),
                          "photographs or clips in the folders live and spoof");
  LivenessSamples taken;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (stop.stop_requested()) return interrupted();
    const auto name = files[i].lexically_relative(folder).string();
    const bool is_live = i < live.size();
    if (has_extension(files[i], kClips)) {
      take_clip(engine, files[i], is_live, name, step, taken);
    } else {
      const auto image = read_image(files[i]);
      const auto score = image ? liveness_of(engine, *image) : std::nullopt;
      if (score)
        taken.samples.push_back({is_live, name, *score});
      else
        taken.failures.push_back({name, image ? "no face" : image.error().message});
    }
    if (progress) progress(i + 1, files.size());
  }
  return taken;
}

}  // namespace sas::vision
