#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <opencv2/imgproc.hpp>
#include <spdlog/spdlog.h>

#include "vision/face_engine.h"
#include "vision/geometry.h"
#include "vision/landmarks.h"
#include "vision/loaded_model.h"
#include "vision/preprocess.h"
#include "vision/quality.h"

namespace sas::vision {
namespace {

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
  [[nodiscard]] FaceLandmarks refine(const cv::Mat& image, const DetectedFace& face,
                                     FaceLandmarks landmarks) const override;
  [[nodiscard]] bool has_second_opinion() const override { return second_landmarks_ != nullptr; }
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
  [[nodiscard]] std::vector<cv::Point2f> points_in(const cv::Mat& image, const cv::Rect2f& box) const;
  [[nodiscard]] std::optional<FivePoints> ask_second(const cv::Mat& image, const cv::Rect2f& box) const;
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
  std::unique_ptr<LoadedModel> second_landmarks_;       // may be null
  std::vector<std::unique_ptr<LoadedModel>> liveness_;  // any number
  std::unique_ptr<LoadedModel> pose_;                   // may be null
  std::unique_ptr<LoadedModel> eyes_;                   // may be null
};

Result<void> OnnxFaceEngine::load_models(const EngineOptions& options) {
  if (!pack_.recognises())
    return Error::of(ErrorKind::invalid_argument, "not_a_recognition_pack",
                     "the model pack \"" + pack_.name + "\" has no models for recognition",
                     {{"pack", pack_.name}});
  const auto load = [&](const ModelPack& pack, const ModelRecipe& recipe) {
    return LoadedModel::load(
        pack, recipe, options.models_dir,
        {.cuda = device_ == Device::cuda, .threads = options.threads, .input_shape = {}});
  };
  const auto is_liveness = [](std::string_view role) { return role == "liveness" || role == "liveness2"; };
  const bool own_liveness = !options.liveness || options.liveness->own;
  if (options.liveness && options.liveness->lent) {
    for (const auto& recipe : options.liveness->lent->models) {
      if (!is_liveness(recipe.file_role)) continue;
      auto loaded = load(*options.liveness->lent, recipe);
      if (!loaded) return loaded.error();
      liveness_.push_back(std::move(*loaded));
    }
  }
  if (options.liveness) pack_.liveness = options.liveness->threshold(pack_);
  if (options.second_opinion && pack_.takes_second_opinion()) {
    auto loaded = load(*options.second_opinion, *options.second_opinion->model("landmarks2"));
    if (!loaded) return loaded.error();
    second_landmarks_ = std::move(*loaded);
  }
  for (const auto& recipe : pack_.models) {
    const auto& role = recipe.file_role;
    if (!own_liveness && is_liveness(role)) continue;
    auto loaded = load(pack_, recipe);
    if (!loaded) return loaded.error();
    if (role == "detector")
      detector_ = std::move(*loaded);
    else if (role == "landmarks")
      landmarks_ = std::move(*loaded);
    else if (role == "landmarks2")
      second_landmarks_ = std::move(*loaded);
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
  auto run = detector_->model->begin();
  const auto scale = fill_from_image(image, detector_->recipe.input, run.input());
  run.execute();
  auto faces = decode_faces(*detector_, run.outputs());
  for (auto& face : faces) move_face(face, scale, {});
  return faces;
}

// The 68 points of the face in this box.
std::vector<cv::Point2f> OnnxFaceEngine::points_in(const cv::Mat& image, const cv::Rect2f& box) const {
  const auto region = crop_region(box, image.size(), landmarks_->recipe.input);
  const auto values = run_on_region(*landmarks_, image, region);
  std::vector<cv::Point2f> points(68);
  for (std::size_t i = 0; i < points.size(); ++i)
    points[i] = {region.x + (values[i * 2] * region.width), region.y + (values[(i * 2) + 1] * region.height)};
  return points;
}

FaceLandmarks OnnxFaceEngine::landmarks(const cv::Mat& image, const DetectedFace& face) const {
  if (!landmarks_) return {*face.points, {}};
  FaceLandmarks found;
  found.all = points_in(image, face.box);
  // The detector's points mark the same five places and are found at a higher resolution.
  found.five = face.points ? *face.points : five_of_68(std::span(found.all).first<68>());
  return found;
}

// The points of the face that the second model sees in the box; none: it sees no face there.
std::optional<FivePoints> OnnxFaceEngine::ask_second(const cv::Mat& image, const cv::Rect2f& box) const {
  // Less, and it is the face of somebody else.
  constexpr float kLeastOverlap = 0.3F;
  const auto& input = second_landmarks_->recipe.input;
  const auto region = crop_region(box, image.size(), input);
  auto run = second_landmarks_->model->begin();
  fill_from_region(image, region, input, run.input());
  run.execute();
  std::optional<FivePoints> found;
  float most = kLeastOverlap;
  for (auto& face : decode_faces(*second_landmarks_, run.outputs())) {
    move_face(
        face,
        {region.width / static_cast<float>(input.width), region.height / static_cast<float>(input.height)},
        region.tl());
    if (const float shared = overlap(face.box, box); shared > most) {
      most = shared;
      found = face.points;
    }
  }
  return found;
}

FaceLandmarks OnnxFaceEngine::refine(const cv::Mat& image, const DetectedFace& face,
                                     FaceLandmarks landmarks) const {
  if (landmarks_ && !face.points) {
    std::array<FivePoints, kRefinementScales.size()> runs;
    std::vector<cv::Point2f> mean(landmarks.all.size());
    for (std::size_t i = 0; i < runs.size(); ++i) {
      landmarks.all =
          points_in(image, face_box(std::span(landmarks.all).first<68>(), kRefinementScales.at(i)));
      runs.at(i) = five_of_68(std::span(landmarks.all).first<68>());
      for (std::size_t p = 0; p < mean.size(); ++p)
        mean[p] += landmarks.all[p] / static_cast<float>(runs.size());
    }
    landmarks.all = std::move(mean);
    landmarks.five = mean_points(runs);
    landmarks.disagreement = spread(runs);
  }
  if (second_landmarks_) {
    landmarks.second = ask_second(image, face.box);
    landmarks.second_disagreement =
        landmarks.second ? disagreement(landmarks.five, *landmarks.second) : kNoFaceThere;
  }
  return landmarks;
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
  auto measures = measure(face.box, image, aligned);
  measures.score = face.score;
  measures.disagreement = landmarks.disagreement;
  measures.second_disagreement = landmarks.second_disagreement;
  measures.pose = head_pose(image, face, landmarks);
  measures.eyes_shut = eyes_shut(image, landmarks);
  return judge(measures, limits);
}

FaceQuality OnnxFaceEngine::assess_quickly(const cv::Mat& image, const DetectedFace& face,
                                           const FaceLandmarks& landmarks, const cv::Mat& aligned,
                                           const QualityLimits& limits) const {
  auto measures = measure(face.box, image, aligned);
  measures.score = face.score;
  measures.disagreement = landmarks.disagreement;
  measures.second_disagreement = landmarks.second_disagreement;
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
  std::array<float, kEmbeddingSize> values{};  // check_outputs() made sure that they fit
  std::ranges::copy(run.outputs().front().values, values.begin());
  return Embedding::normalised(values);
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
