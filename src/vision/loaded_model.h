#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include <opencv2/core.hpp>

#include "base/error.h"
#include "vision/detection.h"
#include "vision/onnx/onnx_model.h"
#include "vision/pack/model_pack.h"
#include "vision/preprocess.h"

namespace sas::vision {

// A model of a pack, ready to run, with what is needed to prepare its input and to decode its outputs.
struct LoadedModel {
  ModelRecipe recipe;
  std::unique_ptr<OnnxModel> model;
  std::vector<ScrfdOutputs> scrfd;  // only of kind "scrfd"
  std::vector<YunetOutputs> yunet;  // only of kind "yunet"

  // Verifies the file's hash, and that the outputs are those of the recipe's kind, so that decoding cannot read
  // beyond them. `options.input_shape` is taken from the recipe. Errors as of FaceEngine::load().
  [[nodiscard]] static Result<std::unique_ptr<LoadedModel>> load(const ModelPack& pack,
                                                                 const ModelRecipe& recipe,
                                                                 const std::filesystem::path& models_dir,
                                                                 OnnxOptions options);

  [[nodiscard]] double parameter(const char* name) const { return recipe.parameters.at(name); }
};

// The faces in the outputs of a detector, in pixels of its input; of those that overlap, the best.
[[nodiscard]] std::vector<DetectedFace> decode_faces(const LoadedModel& loaded,
                                                     const std::vector<OnnxModel::Output>& outputs);

// From pixels of an input to those of the image: multiplied by `scale`, then moved by `offset`.
void move_face(DetectedFace& face, InputScale scale, cv::Point2f offset);

// The first output for this region of the image.
[[nodiscard]] std::vector<float> run_on_region(const LoadedModel& loaded, const cv::Mat& image,
                                               const cv::Rect2f& region);

}  // namespace sas::vision
