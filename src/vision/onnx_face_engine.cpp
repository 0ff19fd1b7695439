#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <opencv2/imgproc.hpp>
#include <spdlog/spdlog.h>

#include "vision/detection.h"
#include "vision/face_engine.h"
#include "vision/geometry.h"
#include "vision/onnx/onnx_model.h"
#include "vision/pack/install.h"
#include "vision/preprocess.h"
#include "vision/quality.h"

namespace sas::vision {
namespace {

// A model with its input recipe.
struct LoadedModel {
  ModelRecipe recipe;
  std::unique_ptr<OnnxModel> model;

  [[nodiscard]] double parameter(const char* name) const { return recipe.parameters.at(name); }
};

// An eye counts as shut or hidden only below this probability of "open": with one half, squinting eyes and
// small faces were rejected too.
constexpr float kSurelyShut = 0.1F;

std::vector<float> softmax(std::span<const float> logits) {
  const float highest = *std::ranges::max_element(logits);
  std::vector<float> shares;
  for (const float logit : logits) shares.push_back(std::exp(logit - highest));
  const float sum = std::accumulate(shares.begin(), shares.end(), 0.0F);
  for (float& share : shares) share /= sum;
  return shares;
}

std::vector<float> run_on_region(const LoadedModel& loaded, const cv::Mat& image, const cv::Rect2f& region) {
  auto run = loaded.model->begin();
  fill_from_region(image, region, loaded.recipe.input, run.input());
  run.execute();
  return run.outputs().front().values;
}

class OnnxFaceEngine final : public FaceEngine {
 public:
  OnnxFaceEngine(ModelPack pack, Device device) : pack_(std::move(pack)), device_(device) {}

  [[nodiscard]] Result<void> load_models(const EngineOptions& options);

  [[nodiscard]] const ModelPack& pack() const override { return pack_; }
  [[nodiscard]] std::string_view device_name() const override {
    return device_ == Device::cuda ? "cuda" : "cpu";
  }
  [[nodiscard]] std::vector<DetectedFace> detect(const cv::Mat& image) const override;
  [[nodiscard]] FaceLandmarks landmarks(const cv::Mat& image, const DetectedFace& face) const override;
  [[nodiscard]] cv::Mat align(const cv::Mat& image, const FaceLandmarks& landmarks) const override;
  [[nodiscard]] FaceQuality assess(const cv::Mat& image, const DetectedFace& face,
                                   const FaceLandmarks& landmarks, const cv::Mat& aligned,
                                   const QualityLimits& limits) const override;
  [[nodiscard]] FaceQuality assess_quickly(const cv::Mat& image, const DetectedFace& face,
                                           const FaceLandmarks& landmarks, const cv::Mat& aligned,
                                           const QualityLimits& limits) const override;
  [[nodiscard]] bool judges_liveness() const override { return !liveness_.empty(); }
  [[nodiscard]] std::optional<float> liveness(const cv::Mat& image, const DetectedFace& face) const override;
  [[nodiscard]] std::optional<float> eyes_open(const cv::Mat& image,
                                               const FaceLandmarks& landmarks) const override;
  [[nodiscard]] Result<Embedding> embed(const cv::Mat& aligned) const override;

 private:
  // From `pack`, which is the engine's own or the one that provides its liveness models.
  [[nodiscard]] Result<std::unique_ptr<LoadedModel>> load_model(const ModelPack& pack,
                                                                const ModelRecipe& recipe,
                                                                const EngineOptions& options);
  [[nodiscard]] Result<void> check_outputs(const ModelPack& pack, const LoadedModel& loaded);
  [[nodiscard]] HeadPose head_pose(const cv::Mat& image, const DetectedFace& face,
                                   const FaceLandmarks& landmarks) const;
  [[nodiscard]] std::optional<std::array<float, 2>> each_eye_open(const cv::Mat& image,
                                                                  const FaceLandmarks& landmarks) const;
  [[nodiscard]] bool eyes_shut(const cv::Mat& image, const FaceLandmarks& landmarks) const;

  ModelPack pack_;
  Device device_;
  std::unique_ptr<LoadedModel> detector_;
  std::unique_ptr<LoadedModel> landmarks_;  // null: the detector finds the points
  std::unique_ptr<LoadedModel> embedder_;
  std::vector<std::unique_ptr<LoadedModel>> liveness_;  // none, one or two
  std::unique_ptr<LoadedModel> pose_;                   // may be null
  std::unique_ptr<LoadedModel> eyes_;                   // may be null
  std::vector<ScrfdOutputs> scrfd_levels_;              // only with an scrfd detector
};

Result<std::unique_ptr<LoadedModel>> OnnxFaceEngine::load_model(const ModelPack& pack,
                                                                const ModelRecipe& recipe,
                                                                const EngineOptions& options) {
  const auto bytes = read_pack_file(pack, recipe.file_role, options.models_dir);
  if (!bytes) return bytes.error();
  const auto& input = recipe.input;
  auto model = OnnxModel::load(*bytes, pack.name + "/" + pack.file(recipe.file_role)->name,
                               {.cuda = device_ == Device::cuda,
                                .threads = options.threads,
                                .input_shape = {1, input.channels(), input.height, input.width}});
  if (!model) return model.error();
  auto loaded = std::make_unique<LoadedModel>(LoadedModel{recipe, std::move(*model)});
  if (auto checked = check_outputs(pack, *loaded); !checked) return checked.error();
  return loaded;
}

// Ensures that decoding cannot read beyond the model's outputs.
Result<void> OnnxFaceEngine::check_outputs(const ModelPack& pack, const LoadedModel& loaded) {
  const auto& shapes = loaded.model->output_shapes();
  const auto size = [&](std::size_t output) {
    return output >= shapes.size() ? 0
                                   : std::accumulate(shapes[output].begin(), shapes[output].end(),
                                                     std::int64_t{1}, std::multiplies{});
  };
  const auto& kind = loaded.recipe.kind;
  bool fits = true;
  if (kind == "ultraface")
    fits = shapes.size() == 2 && size(0) > 0 && size(1) == size(0) * 2;
  else if (kind == "scrfd") {
    const auto& input = loaded.recipe.input;
    auto levels = scrfd_levels(shapes, {input.width, input.height});
    if (!levels) return levels.error();
    scrfd_levels_ = std::move(*levels);
  } else if (kind == "landmarks68")
    fits = size(0) == 136;
  else if (kind == "arcface" && size(0) != pack.embedding_size)
    return Error::of(ErrorKind::invalid_argument, "model_mismatch",
                     "the embedder " + pack.name + "/" + pack.file(loaded.recipe.file_role)->name +
                         " gives " + std::to_string(size(0)) + " numbers where " +
                         std::to_string(pack.embedding_size) +
                         " are needed; only embedders of that size can be used",
                     {{"model", pack.file(loaded.recipe.file_role)->name}});
  else if (kind == "softmax")
    fits = static_cast<double>(size(0)) > loaded.parameter("live_class");
  else if (kind == "hopenet")
    fits = shapes.size() == 3 && size(0) > 0 && size(1) == size(0) && size(2) == size(0);
  else if (kind == "eyes")
    fits = size(0) == 2;
  if (fits) return {};
  return Error::of(ErrorKind::invalid_argument, "model_mismatch",
                   "the outputs of model " + pack.name + "/" + pack.file(loaded.recipe.file_role)->name +
                       " are not those of kind \"" + kind + "\"; correct the manifest or the file",
                   {{"model", pack.file(loaded.recipe.file_role)->name}});
}

Result<void> OnnxFaceEngine::load_models(const EngineOptions& options) {
  if (!pack_.recognises())
    return Error::of(ErrorKind::invalid_argument, "not_a_recognition_pack",
                     "the model pack \"" + pack_.name + "\" has only liveness models",
                     {{"pack", pack_.name}});
  const auto is_liveness = [](std::string_view role) { return role == "liveness" || role == "liveness2"; };
  if (options.liveness_pack) {
    for (const auto& recipe : options.liveness_pack->models) {
      if (!is_liveness(recipe.file_role)) continue;
      auto loaded = load_model(*options.liveness_pack, recipe, options);
      if (!loaded) return loaded.error();
      liveness_.push_back(std::move(*loaded));
    }
    pack_.liveness = options.liveness_pack->liveness;
  }
  for (const auto& recipe : pack_.models) {
    const auto& role = recipe.file_role;
    if (options.liveness_pack && is_liveness(role)) continue;
    auto loaded = load_model(pack_, recipe, options);
    if (!loaded) return loaded.error();
    if (role == "detector")
      detector_ = std::move(*loaded);
    else if (role == "landmarks")
      landmarks_ = std::move(*loaded);
    else if (role == "embedder")
      embedder_ = std::move(*loaded);
    else if (role == "pose")
      pose_ = std::move(*loaded);
    else if (role == "eyes")
      eyes_ = std::move(*loaded);
    else
      liveness_.push_back(std::move(*loaded));
  }
  return {};
}

std::vector<DetectedFace> OnnxFaceEngine::detect(const cv::Mat& image) const {
  const auto& input = detector_->recipe.input;
  const cv::Size input_size(input.width, input.height);
  const auto min_score = static_cast<float>(detector_->parameter("score"));
  auto run = detector_->model->begin();
  const auto scale = fill_from_image(image, input, run.input());
  run.execute();
  const auto& outputs = run.outputs();
  std::vector<DetectedFace> faces;
  if (scrfd_levels_.empty()) {
    // One of the two has twice as many numbers as the other; checked when loading.
    faces = decode_ultraface(outputs[0].values, outputs[1].values, input_size, min_score);
  } else {
    for (const auto& level : scrfd_levels_)
      decode_scrfd({level.stride, level.anchors, outputs[level.scores].values, outputs[level.boxes].values,
                    outputs[level.points].values},
                   input_size, min_score, faces);
  }
  faces = suppress_overlapping(std::move(faces), static_cast<float>(detector_->parameter("nms")));
  for (auto& face : faces) {
    face.box = {face.box.x * scale.x, face.box.y * scale.y, face.box.width * scale.x,
                face.box.height * scale.y};
    if (face.points)
      for (auto& point : *face.points) point = {point.x * scale.x, point.y * scale.y};
  }
  return faces;
}

FaceLandmarks OnnxFaceEngine::landmarks(const cv::Mat& image, const DetectedFace& face) const {
  if (!landmarks_) return {*face.points, {}};
  const auto region = crop_region(face.box, image.size(), landmarks_->recipe.input);
  const auto values = run_on_region(*landmarks_, image, region);
  FaceLandmarks found;
  found.all.resize(68);
  for (std::size_t i = 0; i < found.all.size(); ++i)
    found.all[i] = {region.x + (values[i * 2] * region.width),
                    region.y + (values[(i * 2) + 1] * region.height)};
  // The detector's points mark the same five places and are found at a higher resolution.
  found.five = face.points ? *face.points : five_of_68(std::span(found.all).first<68>());
  return found;
}

cv::Mat OnnxFaceEngine::align(const cv::Mat& image, const FaceLandmarks& landmarks) const {
  cv::Mat aligned;
  cv::warpAffine(image, aligned, similarity_transform(landmarks.five, arcface_template()), {112, 112},
                 cv::INTER_LINEAR, cv::BORDER_CONSTANT);
  return aligned;
}

HeadPose OnnxFaceEngine::head_pose(const cv::Mat& image, const DetectedFace& face,
                                   const FaceLandmarks& landmarks) const {
  if (!pose_) return estimate_pose(landmarks.five);
  const auto& input = pose_->recipe.input;
  auto run = pose_->model->begin();
  fill_from_region(image, crop_region(face.box, image.size(), input), input, run.input());
  run.execute();
  // Each angle is the mean of its bins, weighted by probability (Ruiz et al., Hopenet, CVPRW 2018).
  const auto angle = [&](std::size_t output) {
    const auto shares = softmax(run.outputs()[output].values);
    float mean = 0;
    for (std::size_t bin = 0; bin < shares.size(); ++bin) mean += shares[bin] * static_cast<float>(bin);
    return static_cast<float>((mean * pose_->parameter("degrees_per_bin")) + pose_->parameter("first_bin"));
  };
  return {angle(0), angle(1), angle(2)};
}

// The probability of "open" for each eye, left in the image first.
std::optional<std::array<float, 2>> OnnxFaceEngine::each_eye_open(const cv::Mat& image,
                                                                  const FaceLandmarks& landmarks) const {
  if (!eyes_ || landmarks.all.empty()) return std::nullopt;
  const auto open_class = static_cast<std::size_t>(eyes_->parameter("open_class"));
  // The corners of each eye in the 68 points; the model's input is a square about as wide as the eye.
  constexpr std::array<std::pair<std::size_t, std::size_t>, 2> kCorners{{{36, 39}, {42, 45}}};
  std::array<float, 2> open{};
  for (std::size_t i = 0; i < open.size(); ++i) {
    const auto& a = landmarks.all[kCorners[i].first];
    const auto& b = landmarks.all[kCorners[i].second];
    const auto width = static_cast<float>(cv::norm(b - a));
    if (width < 1) return std::nullopt;
    const auto centre = (a + b) * 0.5F;
    const cv::Rect2f eye(centre.x - (width / 2), centre.y - (width / 2), width, width);
    const auto shares =
        softmax(run_on_region(*eyes_, image, crop_region(eye, image.size(), eyes_->recipe.input)));
    open[i] = shares[open_class];
  }
  return open;
}

bool OnnxFaceEngine::eyes_shut(const cv::Mat& image, const FaceLandmarks& landmarks) const {
  const auto open = each_eye_open(image, landmarks);
  return open && std::max((*open)[0], (*open)[1]) < kSurelyShut;
}

std::optional<float> OnnxFaceEngine::eyes_open(const cv::Mat& image, const FaceLandmarks& landmarks) const {
  const auto open = each_eye_open(image, landmarks);
  if (!open) return std::nullopt;
  return ((*open)[0] + (*open)[1]) / 2;
}

FaceQuality OnnxFaceEngine::assess(const cv::Mat& image, const DetectedFace& face,
                                   const FaceLandmarks& landmarks, const cv::Mat& aligned,
                                   const QualityLimits& limits) const {
  auto measures = measure(face.box, image.size(), aligned);
  measures.score = face.score;
  measures.pose = head_pose(image, face, landmarks);
  measures.eyes_shut = eyes_shut(image, landmarks);
  return judge(measures, limits);
}

FaceQuality OnnxFaceEngine::assess_quickly(const cv::Mat& image, const DetectedFace& face,
                                           const FaceLandmarks& landmarks, const cv::Mat& aligned,
                                           const QualityLimits& limits) const {
  auto measures = measure(face.box, image.size(), aligned);
  measures.score = face.score;
  measures.pose = estimate_pose(landmarks.five);
  return judge(measures, limits);
}

std::optional<float> OnnxFaceEngine::liveness(const cv::Mat& image, const DetectedFace& face) const {
  if (liveness_.empty()) return std::nullopt;
  float sum = 0;
  for (const auto& loaded : liveness_) {
    const auto shares =
        softmax(run_on_region(*loaded, image, crop_region(face.box, image.size(), loaded->recipe.input)));
    sum += shares[static_cast<std::size_t>(loaded->parameter("live_class"))];
  }
  return sum / static_cast<float>(liveness_.size());
}

Result<Embedding> OnnxFaceEngine::embed(const cv::Mat& aligned) const {
  auto run = embedder_->model->begin();
  fill_from_image(aligned, embedder_->recipe.input, run.input());
  run.execute();
  return Embedding::normalised(run.outputs().front().values);
}

}  // namespace

Result<std::unique_ptr<FaceEngine>> FaceEngine::load(const ModelPack& pack, const EngineOptions& options) {
  const auto device = options.device == Device::automatic ? Device::cuda : options.device;
  auto engine = std::make_unique<OnnxFaceEngine>(pack, device);
  auto loaded = engine->load_models(options);
  if (!loaded && options.device == Device::automatic && loaded.error().code == "no_cuda") {
    spdlog::warn("{}; using the CPU", loaded.error().message);
    engine = std::make_unique<OnnxFaceEngine>(pack, Device::cpu);
    loaded = engine->load_models(options);
  }
  if (!loaded) return loaded.error();
  return std::unique_ptr<FaceEngine>(std::move(engine));
}

}  // namespace sas::vision
