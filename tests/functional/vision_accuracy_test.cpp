#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vision/image_file.h"
#include "vision/pack/install.h"
#include "vision/quality.h"
#include "vision_support.h"

namespace sas::test {
namespace {

namespace fs = std::filesystem;
using namespace sas::vision;

// The manifest a user would add to use another detector and other liveness models: InsightFace's SCRFD, which
// finds the five points itself, the two MiniFASNet models, and the default pack's embedder.
constexpr std::string_view kScrfdManifest = R"({
  "schema": 1, "name": "scrfd", "description": "SCRFD with the default pack's embedder",
  "licence": {"spdx": "LicenseRef-InsightFace", "commercial_use": false, "note": "Research only."},
  "embedder": {"identity": "faceplugin-mobilefacenet-1", "size": 512},
  "threshold": {"cosine": 0.35, "false_accept_rate": 0, "genuine_accept_rate": 1, "measured_on": "lfw10"},
  "sources": {"page": {"page": "https://github.com/deepinsight/insightface/tree/master/model_zoo"},
              "npm": {"npm_package": "faceplugin-face-recognition-js", "version": "0.0.1", "folder": "model"}},
  "files": [
    {"role": "detector", "name": "det_500m.onnx", "bytes": 2524817, "source": "page",
     "sha256": "5e4447f50245bbd7966bd6c0fa52938c61474a04ec7def48753668a9d8b4ea3a"},
    {"role": "embedder", "name": "fr_feature.onnx", "bytes": 4884269, "source": "npm",
     "sha256": "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581"},
    {"role": "liveness", "name": "2.7_80x80_MiniFASNetV2.onnx", "bytes": 1743495, "source": "page",
     "sha256": "7886c41bcbcc1be00cf8700eddbd8cbd4b1ad138e69010790de2a57a3b01d7e5"},
    {"role": "liveness2", "name": "4_0_0_80x80_MiniFASNetV1SE.onnx", "bytes": 1742663, "source": "page",
     "sha256": "e67aedf72df3e1912dbf6baa5f7406b8b30c3cb43234170a70dd9d143fea358e"}],
  "models": [
    {"role": "detector", "kind": "scrfd", "parameters": {"score": 0.5, "nms": 0.4},
     "input": {"width": 640, "height": 640, "colour": "rgb", "mean": [127.5], "scale": [128], "letterbox": true}},
    {"role": "embedder", "kind": "arcface", "parameters": {},
     "input": {"width": 112, "height": 112, "colour": "bgr", "mean": [127.5], "scale": [128]}},
    {"role": "liveness", "kind": "softmax", "parameters": {"live_class": 1},
     "input": {"width": 80, "height": 80, "colour": "bgr", "mean": [0], "scale": [1], "crop": 2.7, "edge": "inside"}},
    {"role": "liveness2", "kind": "softmax", "parameters": {"live_class": 1},
     "input": {"width": 80, "height": 80, "colour": "bgr", "mean": [0], "scale": [1], "crop": 4, "edge": "inside"}}]
})";

std::unique_ptr<FaceEngine> scrfd_engine() {
  fs::path models(SAS_TEST_MODELS_DIR);
  models += "-scrfd";
  fs::create_directories(models / "scrfd");
  // Written once: another test running in parallel may be reading it.
  if (const auto path = models / "scrfd" / "manifest.json"; !fs::exists(path)) {
    const auto part = models / ("manifest." + Uuid::v7(SystemClock{}.now()).to_string());
    std::ofstream(part) << kScrfdManifest;
    fs::rename(part, path);
  }
  const auto pack = find_pack(models, "scrfd").value();
  const std::vector<fs::path> from{shared("models/insightface"), shared("models/minifasnet"),
                                   installed_models() / "faceplugin"};
  static_cast<void>(install_pack(pack, from, models, true).value());
  return FaceEngine::load(pack, {.models_dir = models}).value();
}

void report(const char* detector, const Accuracy& accuracy) {
  std::printf(
      "%s: nearest %zu, at 1 in 1,000 (cosine %.3f) accepted %.4f; at the threshold %.4f, false %.5f\n",
      detector, accuracy.nearest_is_same, accuracy.cosine_at_one_in_thousand,
      accuracy.accepted_at_one_in_thousand, accuracy.accepted_at_threshold,
      accuracy.false_accepted_at_threshold);
}

TEST(Accuracy, DefaultPackRecognisesPeopleOfLfw10) {
  if (!fs::exists(shared("data/lfw10"))) GTEST_SKIP() << "../shared/data/lfw10 is missing";
  const auto& engine = default_engine();
  const auto faces = embed_people(engine, shared("data/lfw10"));
  ASSERT_EQ(faces.size(), 100U);
  const auto& threshold = engine.pack().threshold;
  const auto accuracy = measure_accuracy(faces, threshold.cosine);
  report("ultraface", accuracy);
  EXPECT_EQ(accuracy.genuine, 450U);
  EXPECT_EQ(accuracy.impostor, 4500U);
  EXPECT_EQ(accuracy.nearest_is_same, 100U);
  EXPECT_GE(accuracy.accepted_at_one_in_thousand, 0.995);
  // The manifest's values must be accurate.
  EXPECT_LE(accuracy.false_accepted_at_threshold, threshold.false_accept_rate.value());
  EXPECT_NEAR(accuracy.accepted_at_threshold, threshold.genuine_accept_rate.value(), 0.005);
}

TEST(Accuracy, ScrfdRecognisesPeopleOfLfw10) {
  if (!fs::exists(shared("data/lfw10")) || !fs::exists(shared("models/insightface")))
    GTEST_SKIP() << "../shared is missing";
  const auto engine = scrfd_engine();
  const auto accuracy = measure_accuracy(embed_people(*engine, shared("data/lfw10")), 0.35F);
  report("scrfd", accuracy);
  EXPECT_EQ(accuracy.nearest_is_same, 100U);
  EXPECT_GE(accuracy.accepted_at_one_in_thousand, 0.995);
}

TEST(Scrfd, FindsFivePointsOnTheFace) {
  if (!fs::exists(shared("models/insightface"))) GTEST_SKIP() << "../shared is missing";
  const auto engine = scrfd_engine();
  const auto image = read_image(clip("franck_01829.jpg")).value();
  const auto faces = engine->detect(image);
  ASSERT_EQ(faces.size(), 1U);
  ASSERT_TRUE(faces[0].points);
  for (const auto& point : *faces[0].points) EXPECT_TRUE(faces[0].box.contains(point));
  // Two independent detectors must agree on the face.
  const auto other = default_engine().detect(image);
  ASSERT_EQ(other.size(), 1U);
  const auto both = (faces[0].box & other[0].box).area();
  EXPECT_GT(both / (faces[0].box.area() + other[0].box.area() - both), 0.6F);
  EXPECT_GT(cosine(embed_best(*engine, image).value(), embed_best(default_engine(), image).value()), 0.8F);
}

// The default pack with YuNet's second opinion.
std::unique_ptr<FaceEngine> engine_with_second_opinion() {
  fs::path models(SAS_TEST_MODELS_DIR);
  models += "-yunet";
  const auto pack = find_pack(models, kDefaultPack).value();
  const std::vector<fs::path> from{installed_models() / "faceplugin"};
  static_cast<void>(install_pack(pack, from, models).value());
  const std::vector<fs::path> project{shared("models/yunet")};
  static_cast<void>(install_pack(find_pack(models, kSecondOpinionPack).value(), project, models).value());
  return FaceEngine::load(pack, {.models_dir = models, .second_opinion = find_second_opinion(models).value()})
      .value();
}

TEST(SecondOpinion, AgreesOnAFaceAndSeesNoneElsewhere) {
  if (!fs::exists(shared("models/yunet"))) GTEST_SKIP() << "../shared/models/yunet is missing";
  const auto engine = engine_with_second_opinion();
  ASSERT_TRUE(engine->has_second_opinion());
  const auto image = read_image(clip("franck_01829.jpg")).value();
  const auto face = engine->detect(image).at(0);
  const auto refined = engine->refine(image, face, engine->landmarks(image, face));
  ASSERT_TRUE(refined.second);
  EXPECT_LT(*refined.second_disagreement, 0.15F);
  EXPECT_TRUE(certain(refined, {}));
  EXPECT_GT(cosine(engine->embed_face(image, refined).value(), embed_best(*engine, image).value()), 0.9F);

  const cv::Mat wall(image.size(), CV_8UC3, cv::Scalar(120, 130, 140));
  const auto nobody = engine->refine(wall, face, engine->landmarks(wall, face));
  EXPECT_FALSE(nobody.second);
  EXPECT_FALSE(certain(nobody, {}));
}

TEST(SecondOpinion, RecognisesPeopleOfLfw10) {
  if (!fs::exists(shared("data/lfw10")) || !fs::exists(shared("models/yunet")))
    GTEST_SKIP() << "../shared is missing";
  const auto engine = engine_with_second_opinion();
  const auto accuracy = measure_accuracy(embed_people(*engine, shared("data/lfw10")), 0.35F);
  report("second opinion", accuracy);
  EXPECT_EQ(accuracy.nearest_is_same, 100U);
  EXPECT_GE(accuracy.accepted_at_one_in_thousand, 0.995);
}

class Antispoof : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(shared("data/antispoof"))) GTEST_SKIP() << "../shared/data/antispoof is missing";
  }
  static float liveness(const FaceEngine& engine, const std::string& name) {
    const auto image = read_image(shared("data/antispoof/" + name)).value();
    return engine.liveness(image, engine.detect(image).at(0)).value();
  }
};

TEST_F(Antispoof, DefaultPackDistinguishesAFaceFromPicturesOfOne) {
  const auto& engine = default_engine();
  EXPECT_GT(liveness(engine, "image_T1.jpg"), 0.7F);
  EXPECT_LT(liveness(engine, "image_F1.jpg"), 0.1F);
  EXPECT_LT(liveness(engine, "image_F2.jpg"), 0.1F);
}

// The default pack with other liveness models: those of `chosen`, or the best that are installed.
std::unique_ptr<FaceEngine> engine_with_minifasnet(std::string_view chosen) {
  const auto& models = installed_models();
  const auto lent = find_liveness_pack(models, "minifasnet").value();
  const std::vector<fs::path> from{shared("models/minifasnet")};
  static_cast<void>(install_pack(lent, from, models).value());
  const auto pack = find_pack(models, kDefaultPack).value();
  EngineOptions options;
  options.models_dir = models;
  options.liveness = find_liveness_models(models, pack, chosen).value();
  return FaceEngine::load(pack, options).value();
}

TEST_F(Antispoof, EachChoiceOfModelsClassifiesAllThreeCorrectlyAtItsThreshold) {
  const auto alone = engine_with_minifasnet("minifasnet");
  const auto together = engine_with_minifasnet("");
  for (const FaceEngine* engine : {&default_engine(), static_cast<const FaceEngine*>(alone.get()),
                                   static_cast<const FaceEngine*>(together.get())}) {
    ASSERT_TRUE(engine->pack().liveness);
    const float threshold = engine->pack().liveness->score;
    EXPECT_GE(liveness(*engine, "image_T1.jpg"), threshold);
    EXPECT_LT(liveness(*engine, "image_F1.jpg"), threshold);
    EXPECT_LT(liveness(*engine, "image_F2.jpg"), threshold);
  }
  const float by_default = liveness(default_engine(), "image_F1.jpg");
  EXPECT_GT(liveness(*alone, "image_F1.jpg"), by_default + 0.1F)
      << "the mean of the two models, not the default model";
  EXPECT_NEAR(liveness(*together, "image_F1.jpg"), (by_default + 2 * liveness(*alone, "image_F1.jpg")) / 3,
              1e-5F)
      << "the mean of all three";
}

// `data/people` are photographs of living people, most of them small, and `data/spoof` are attacks.
TEST_F(Antispoof, TogetherTheModelsRefuseFewerLivingPeopleThanMiniFasNetAloneAndNoFewerAttacks) {
  const auto alone = engine_with_minifasnet("minifasnet");
  const auto together = engine_with_minifasnet("");
  const auto refused = [&](const FaceEngine& engine, const fs::path& folder) {
    int count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      const auto image = read_image(entry.path()).value();
      const auto faces = engine.detect(image);
      if (!faces.empty() && *engine.liveness(image, faces[0]) < engine.pack().liveness->score) ++count;
    }
    return count;
  };
  EXPECT_GE(refused(*together, shared("data/spoof/spoof")), refused(*alone, shared("data/spoof/spoof")));
  EXPECT_EQ(refused(*together, shared("data/spoof/live")), 0);
  EXPECT_LE(2 * refused(*together, shared("data/people")), refused(*alone, shared("data/people")));
}

TEST_F(Antispoof, CombinesTwoLivenessModels) {
  const auto engine = scrfd_engine();
  EXPECT_GT(liveness(*engine, "image_T1.jpg"), 0.95F);
  EXPECT_LT(liveness(*engine, "image_F1.jpg"), 0.4F);
  EXPECT_LT(liveness(*engine, "image_F2.jpg"), 0.1F);
}

}  // namespace
}  // namespace sas::test
