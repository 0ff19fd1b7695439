#pragma once
// Turns folders of photographs and clips into embeddings and liveness scores.

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "vision/eval/accuracy.h"
#include "vision/eval/liveness_accuracy.h"
#include "vision/face_engine.h"

namespace sas::vision {

// A file that produced no sample, or one that enrolment would reject, and why.
struct Remark {
  std::string name;
  std::string reason;
};

struct FolderSamples {
  std::vector<Sample> samples;
  std::size_t photographs = 0;
  std::vector<Remark> failures;   // no face, or not an image: failure to acquire
  std::vector<Remark> poor;       // enrolment would reject them
  std::vector<Remark> ignored;    // files that are no photographs, or belong to nobody
  std::size_t several_faces = 0;  // photographs in which the face nearest the centre was taken
};

// Called after each file: `done` out of `total`.
using EvalProgress = std::function<void(std::size_t done, std::size_t total)>;

// `folder` contains one folder of photographs per person, as `attend register --dir` expects; links are followed.
// `with_poor`: photographs that enrolment would reject become samples too. not_found "no_photographs"; unavailable
// "interrupted".
[[nodiscard]] Result<FolderSamples> embed_folders(const FaceEngine& engine,
                                                  const std::filesystem::path& folder,
                                                  const QualityLimits& limits, bool with_poor,
                                                  const EvalProgress& progress, const std::stop_token& stop);

struct LivenessSamples {
  std::vector<LivenessSample> samples;
  std::vector<Remark> failures;  // no face, or not an image
};

// <folder>/live and <folder>/spoof contain photographs and clips, in subfolders or not; a subfolder names the kind of what
// is in it, such as spoof/print. Every `step`th frame of a clip is used. not_found "no_photographs"; failed_precondition "no_liveness"; unavailable
// "interrupted".
[[nodiscard]] Result<LivenessSamples> score_liveness(const FaceEngine& engine,
                                                     const std::filesystem::path& folder, int step,
                                                     const EvalProgress& progress,
                                                     const std::stop_token& stop);

}  // namespace sas::vision
