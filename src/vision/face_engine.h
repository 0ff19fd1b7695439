#pragma once
// A loaded model pack: everything between an image and 512 numbers.

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
  int threads = 1;  // of ONNX Runtime, a model
  // Whose liveness models judge instead of the pack's own; the engine's pack() then has its `liveness`.
  std::optional<ModelPack> liveness_pack{};
  QualityLimits enrolment_limits{};  // what callers of analyse_still() pass it unless told otherwise
};

// The models are shared; one engine may be used by many threads at once. Images: see face.h; none may be
// empty. A model that loaded and ran once and then fails (a graphics card that was lost) throws
// std::runtime_error.
class FaceEngine {
 public:
  // Checks every file's hash before it loads it. Errors: failed_precondition "model_missing" (names the file
  // and the command that gets it), data_loss "model_damaged" (names both hashes), failed_precondition
  // "no_cuda" (device cuda and the runtime cannot; says what is missing). `automatic` without CUDA warns in
  // the log and uses the CPU.
  [[nodiscard]] static Result<std::unique_ptr<FaceEngine>> load(const ModelPack& pack,
                                                                const EngineOptions& options);
  virtual ~FaceEngine() = default;

  [[nodiscard]] virtual const ModelPack& pack() const = 0;
  [[nodiscard]] virtual std::string_view device_name() const = 0;  // "cpu", "cuda"

  // Best score first; empty: no face.
  [[nodiscard]] virtual std::vector<DetectedFace> detect(const cv::Mat& image) const = 0;
  [[nodiscard]] virtual FaceLandmarks landmarks(const cv::Mat& image, const DetectedFace& face) const = 0;
  // The 112x112 BGR crop that the embedder sees: five points onto the ArcFace template by a similarity
  // transform.
  [[nodiscard]] virtual cv::Mat align(const cv::Mat& image, const FaceLandmarks& landmarks) const = 0;
  // `limits` decide what is a problem. Runs the pose model when the pack has one.
  [[nodiscard]] virtual FaceQuality assess(const cv::Mat& image, const DetectedFace& face,
                                           const FaceLandmarks& landmarks, const cv::Mat& aligned,
                                           const QualityLimits& limits) const = 0;
  // As assess(), from pixels and points alone and so 40 times quicker: the pose is estimated from the five
  // points and the eyes are not looked at. For every frame of a video.
  [[nodiscard]] virtual FaceQuality assess_quickly(const cv::Mat& image, const DetectedFace& face,
                                                   const FaceLandmarks& landmarks, const cv::Mat& aligned,
                                                   const QualityLimits& limits) const = 0;
  // It has liveness models, its pack's own or lent ones.
  [[nodiscard]] virtual bool judges_liveness() const = 0;
  // How live the face is: 0 a photograph or a screen, 1 a living face; none when it has no liveness
  // models. With several models it is their mean.
  [[nodiscard]] virtual std::optional<float> liveness(const cv::Mat& image,
                                                      const DetectedFace& face) const = 0;
  // How open the eyes are, the mean of both: 0 shut, 1 open; none when the pack has no model of eyes or the
  // landmarks are only five points.
  [[nodiscard]] virtual std::optional<float> eyes_open(const cv::Mat& /*image*/,
                                                       const FaceLandmarks& /*landmarks*/) const {
    return std::nullopt;
  }
  // Takes what align() gave.
  [[nodiscard]] virtual Result<Embedding> embed(const cv::Mat& aligned) const = 0;
};

// The whole way for one still image, as enrolment wants it.
struct StillFace {
  DetectedFace face;
  FaceLandmarks landmarks;
  FaceQuality quality;
  Embedding embedding;
};
// invalid_argument: "no_face", "several_faces" (enrolment wants exactly one), "poor_quality"
// (details.problems; the message says each in words).
[[nodiscard]] Result<StillFace> analyse_still(const FaceEngine& engine, const cv::Mat& image,
                                              const QualityLimits& limits);

}  // namespace sas::vision
