#include "vision/loaded_model.h"

#include <functional>
#include <numeric>

#include "vision/geometry.h"
#include "vision/pack/install.h"

namespace sas::vision {
namespace {

// Ensures that decoding cannot read beyond the model's outputs.
Result<void> check_outputs(const ModelPack& pack, LoadedModel& loaded) {
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
    loaded.scrfd = std::move(*levels);
  } else if (kind == "yunet") {
    const auto& input = loaded.recipe.input;
    auto levels = yunet_levels(shapes, {input.width, input.height});
    if (!levels) return levels.error();
    loaded.yunet = std::move(*levels);
  } else if (kind == "landmarks68")
    fits = size(0) == 136;
  else if (kind == "arcface" && size(0) != pack.embedding_size)
    return Error::of(ErrorKind::invalid_argument, "model_mismatch",
                     "the embedder " + pack.name + "/" + pack.file(loaded.recipe.file_role)->name +
                         " gives " + std::to_string(size(0)) + " numbers where its manifest says " +
                         std::to_string(pack.embedding_size) + "; correct \"size\"",
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

}  // namespace

Result<std::unique_ptr<LoadedModel>> LoadedModel::load(const ModelPack& pack, const ModelRecipe& recipe,
                                                       const std::filesystem::path& models_dir,
                                                       OnnxOptions options) {
  const auto bytes = read_pack_file(pack, recipe.file_role, models_dir);
  if (!bytes) return bytes.error();
  const auto& input = recipe.input;
  options.input_shape = {1, input.channels(), input.height, input.width};
  auto model = OnnxModel::load(*bytes, pack.name + "/" + pack.file(recipe.file_role)->name, options);
  if (!model) return model.error();
  auto loaded = std::make_unique<LoadedModel>(LoadedModel{recipe, std::move(*model), {}, {}});
  if (auto checked = check_outputs(pack, *loaded); !checked) return checked.error();
  return loaded;
}

std::vector<DetectedFace> decode_faces(const LoadedModel& loaded,
                                       const std::vector<OnnxModel::Output>& outputs) {
  const cv::Size input(loaded.recipe.input.width, loaded.recipe.input.height);
  const auto min_score = static_cast<float>(loaded.parameter("score"));
  std::vector<DetectedFace> faces;
  // Of UltraFace's two outputs one has twice as many numbers as the other; checked when loading.
  if (loaded.recipe.kind == "ultraface")
    faces = decode_ultraface(outputs[0].values, outputs[1].values, input, min_score);
  for (const auto& level : loaded.scrfd)
    decode_scrfd({level.stride, level.anchors, outputs[level.scores].values, outputs[level.boxes].values,
                  outputs[level.points].values},
                 input, min_score, faces);
  for (const auto& level : loaded.yunet)
    decode_yunet({level.stride, outputs[level.scores[0]].values, outputs[level.scores[1]].values,
                  outputs[level.boxes].values, outputs[level.points].values},
                 input, min_score, faces);
  return suppress_overlapping(std::move(faces), static_cast<float>(loaded.parameter("nms")));
}

void move_face(DetectedFace& face, InputScale scale, cv::Point2f offset) {
  const auto moved = [&](const cv::Point2f& point) {
    return cv::Point2f(point.x * scale.x, point.y * scale.y) + offset;
  };
  face.box = cv::Rect2f(moved(face.box.tl()), moved(face.box.br()));
  if (face.points)
    for (auto& point : *face.points) point = moved(point);
}

std::vector<float> run_on_region(const LoadedModel& loaded, const cv::Mat& image, const cv::Rect2f& region) {
  auto run = loaded.model->begin();
  fill_from_region(image, region, loaded.recipe.input, run.input());
  run.execute();
  return run.outputs().front().values;
}

}  // namespace sas::vision
