#pragma once
// Folders of photographs and clips to embeddings and liveness scores.

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

// A photograph that gave nothing, or something that enrolment would refuse.
struct Remark {
  std::string name;
  std::string reason;
};

struct FolderSamples {
  std::vector<Sample> samples;
  std::size_t photographs = 0;
  std::vector<Remark> failures;   // no face, or no picture: failure to acquire
  std::vector<Remark> poor;       // compared all the same
  std::size_t several_faces = 0;  // photographs of which the face nearest the middle was taken
};

// Called after each file; `done` of `total`.
using EvalProgress = std::function<void(std::size_t done, std::size_t total)>;

// `folder` holds a folder a person with photographs in it, as `attend register --dir` takes them. not_found
// "no_photographs"; unavailable "interrupted".
[[nodiscard]] Result<FolderSamples> embed_folders(const FaceEngine& engine,
                                                  const std::filesystem::path& folder,
                                                  const QualityLimits& limits, const EvalProgress& progress,
                                                  const std::stop_token& stop);

struct LivenessSamples {
  std::vector<LivenessSample> samples;
  std::vector<Remark> failures;  // no face, or no picture
};

// <folder>/live and <folder>/spoof hold photographs and clips, in folders or not; every `step`th frame of a
// clip counts. not_found "no_photographs"; failed_precondition "no_liveness"; unavailable "interrupted".
[[nodiscard]] Result<LivenessSamples> score_liveness(const FaceEngine& engine,
                                                     const std::filesystem::path& folder, int step,
                                                     const EvalProgress& progress,
                                                     const std::stop_token& stop);

}  // namespace sas::vision
