#pragma once
// A loaded model pack: everything from an image to an embedding.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "base/error.h"
#include "vision/device.h"
#include "vision/face.h"
#include "vision/pack/model_pack.h"

namespace sas::vision {

struct EngineOptions {
  std::filesystem::path models_dir;
  Device device = Device::cpu;
  int threads = 1;  // of ONNX Runtime, per model
  // Whose liveness models judge; none: the pack's own, if it has any. The engine's pack() has its threshold as
  // `liveness`.
  std::optional<LivenessModels> liveness{};
  // The pack whose landmark model gives a second opinion (kSecondOpinionPack), for a pack that has none itself.
  std::optional<ModelPack> second_opinion{};
  QualityLimits enrolment_limits{};  // what callers of analyse_still() pass by default
};

// The models are shared; one engine may be used by many threads at once. Images: see face.h; they must not be
// empty. If a model that loaded successfully fails later (for example because the GPU was lost), methods
// throw std::runtime_error.
class FaceEngine {
 public:
  // Verifies the hash of every file before loading it. Errors: failed_precondition "model_missing" (names the
  // file and the command that gets it), data_loss "model_damaged" (names both hashes), failed_precondition
  // "no_cuda" (device is cuda but the runtime cannot use it; says what is missing). `automatic` without CUDA
  // logs a warning and uses the CPU.
  [[nodiscard]] static Result<std::unique_ptr<FaceEngine>> load(const ModelPack& pack,
                                                                const EngineOptions& options);
  virtual ~FaceEngine() = default;

  [[nodiscard]] virtual const ModelPack& pack() const = 0;
  [[nodiscard]] virtual std::string_view device_name() const = 0;  // "cpu", "cuda"

  // Best score first; empty: no face.
  [[nodiscard]] virtual std::vector<DetectedFace> detect(const cv::Mat& image) const = 0;
  [[nodiscard]] virtual FaceLandmarks landmarks(const cv::Mat& image, const DetectedFace& face) const = 0;
  // Checks and improves landmarks() for an embedding: the landmark model runs three more times, on boxes rebuilt
  // from the last points, and the mean of these runs counts; a second landmark model is asked if there is one.
  // The costs are three runs of the landmark model and one of the second model.
  [[nodiscard]] virtual FaceLandmarks refine(const cv::Mat& /*image*/, const DetectedFace& /*face*/,
                                             FaceLandmarks landmarks) const {
    return landmarks;
  }
  // Whether refine() asks a second landmark model.
  [[nodiscard]] virtual bool has_second_opinion() const { return false; }
  // The 112x112 BGR crop for the embedder: maps the five points onto the ArcFace template by a similarity
  // transform.
  [[nodiscard]] virtual cv::Mat align(const cv::Mat& image, const FaceLandmarks& landmarks) const = 0;
  // `limits` define what counts as a problem. Runs the pose model if the pack has one.
  [[nodiscard]] virtual FaceQuality assess(const cv::Mat& image, const DetectedFace& face,
                                           const FaceLandmarks& landmarks, const cv::Mat& aligned,
                                           const QualityLimits& limits) const = 0;
  // Like assess(), but from pixels and points alone and 40 times faster: estimates the pose from the five
  // points and ignores the eyes. Suitable for every frame of a video.
  [[nodiscard]] virtual FaceQuality assess_quickly(const cv::Mat& image, const DetectedFace& face,
                                                   const FaceLandmarks& landmarks, const cv::Mat& aligned,
                                                   const QualityLimits& limits) const = 0;
  // Whether it has liveness models, its pack's own or another pack's.
  [[nodiscard]] virtual bool judges_liveness() const = 0;
  // Liveness of the face: 0 a photograph or a screen, 1 a live face; none without liveness models. With
  // several models, their mean.
  [[nodiscard]] virtual std::optional<float> liveness(const cv::Mat& image,
                                                      const DetectedFace& face) const = 0;
  // How open the eyes are, the mean of both: 0 shut, 1 open; none if the pack has no eye model or the
  // landmarks are only five points.
  [[nodiscard]] virtual std::optional<float> eyes_open(const cv::Mat& /*image*/,
                                                       const FaceLandmarks& /*landmarks*/) const {
    return std::nullopt;
  }
  // Takes the result of align(). An embedder with fewer numbers than an Embedding has is filled up with zeros,
  // which changes no cosine.
  [[nodiscard]] virtual Result<Embedding> embed(const cv::Mat& aligned) const = 0;
  // Aligns and embeds. With the points of a second model, the mean of the embeddings by either set, normalised:
  // the errors of two alignments cancel out in part.
  [[nodiscard]] Result<Embedding> embed_face(const cv::Mat& image, const FaceLandmarks& landmarks) const;
};

// Of unit length. Error as of Embedding::normalised(): they point in opposite directions.
[[nodiscard]] Result<Embedding> mean_embedding(const Embedding& first, const Embedding& second);

// The complete analysis of a still image, as needed for enrolment.
struct StillFace {
  DetectedFace face;
  FaceLandmarks landmarks;
  FaceQuality quality;
  Embedding embedding;
};
// invalid_argument: "no_face", "several_faces" (enrolment requires exactly one), "poor_quality"
// (details.problems; the message describes each).
[[nodiscard]] Result<StillFace> analyse_still(const FaceEngine& engine, const cv::Mat& image,
                                              const QualityLimits& limits);

}  // namespace sas::vision
