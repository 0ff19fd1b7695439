#include "attendd/browser_packs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/temp_dir.h"
#include "vision/pack/checksum.h"

namespace sas {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::ElementsAre;

// Packs whose files hold the text of their role.
class BrowserPacksTest : public testing::Test {
 protected:
  struct Part {
    const char* role;
    const char* kind;
    const char* input;
    const char* parameters;
  };
  static constexpr Part kDetector{"detector", "scrfd", R"("width":640,"height":640,"letterbox":true)",
                                  R"({"score":0.5,"nms":0.4})"};
  static constexpr Part kEmbedder{"embedder", "arcface", R"("width":112,"height":112)", "{}"};
  static constexpr Part kOwnLiveness{"liveness", "softmax", R"("width":128,"height":128,"crop":2.7)",
                                     R"({"live_class":0})"};
  static constexpr Part kFirstLent{"liveness", "softmax", R"("width":80,"height":80,"crop":2.7)",
                                   R"({"live_class":1})"};
  static constexpr Part kSecondLent{"liveness2", "softmax", R"("width":80,"height":80,"crop":4)",
                                    R"({"live_class":1})"};
  static constexpr Part kOpinion{"landmarks2", "yunet", R"("width":160,"height":160,"crop":2)",
                                 R"({"score":0.6,"nms":0.3})"};

  void install(const std::string& name, const std::string& facts, const std::vector<Part>& parts) {
    fs::create_directories(models_ / name);
    std::string files;
    std::string recipes;
    for (const Part& part : parts) {
      const std::string file = name + "-" + part.role + ".onnx";
      std::ofstream(models_ / name / file) << part.role;
      vision::Sha256 sum;
      sum.add(std::string_view(part.role));
      const std::string comma = files.empty() ? "" : ",";
      files += comma + R"({"role":")" + part.role + R"(","name":")" + file +
               R"(","bytes":1,"source":"page","sha256":")" + sum.hex() + R"("})";
      recipes += comma + R"({"role":")" + part.role + R"(","kind":")" + part.kind + R"(","parameters":)" +
                 part.parameters + R"(,"input":{)" + part.input +
                 R"(,"colour":"bgr","mean":[0],"scale":[1]}})";
    }
    std::ofstream(models_ / name / "manifest.json")
        << R"({"schema":1,"name":")" << name
        << R"(","description":"d","licence":{"spdx":"MIT","commercial_use":true,"note":"n"},)" << facts
        << R"("sources":{"page":{"page":"p"}},"files":[)" << files << R"(],"models":[)" << recipes << "]}";
  }
  void install_own() {
    install("own",
            R"("embedder":{"identity":"own-1","size":512},"threshold":{"cosine":0.3,"measured_on":"m"},
            "liveness":{"threshold":0.1,"live_refused":0,"spoof_accepted":0,"measured_on":"m","weak":true},)",
            {kDetector, kEmbedder, kOwnLiveness});
  }
  void install_lenders() {
    install("yunet", "", {kOpinion});
    install("minifasnet",
            R"("liveness":{"threshold":0.5,"live_refused":0,"spoof_accepted":0,"measured_on":"m"},)",
            {kFirstLent, kSecondLent});
  }
  json::object offered(std::string_view liveness_pack = "", std::string_view name = "own") {
    const auto packs =
        browser_packs(vision::known_packs(models_).value(), models_, ModelId{"own-1"}, liveness_pack);
    const auto pack = std::ranges::find(packs, name, &api::BrowserPack::name);
    if (pack == packs.end()) return {};
    files_.clear();
    for (const auto& file : pack->files) files_[file.name] = file.path;
    return json::parse(pack->manifest_json).as_object();
  }
  static std::vector<std::string> roles(const json::object& manifest, const char* list) {
    std::vector<std::string> found;
    for (const auto& item : manifest.at(list).as_array()) found.emplace_back(item.at("role").as_string());
    return found;
  }

  test::TempDir folder_;
  fs::path models_ = folder_.path();
  std::map<std::string, fs::path> files_;  // of the last offer
};

TEST_F(BrowserPacksTest, APackAloneHasItsOwnModelsAndSaysThatLivenessIsWeak) {
  install_own();
  const auto manifest = offered();
  EXPECT_THAT(roles(manifest, "models"), ElementsAre("detector", "embedder", "liveness"));
  EXPECT_EQ(manifest.at("liveness").at("weak"), true);
  EXPECT_EQ(manifest.at("files").at(0).at("pack"), "own");
}

TEST_F(BrowserPacksTest, OtherPacksLendTheirSecondOpinionAndTheirLivenessModels) {
  install_own();
  install_lenders();
  const auto manifest = offered();
  const auto expected =
      ElementsAre("detector", "embedder", "liveness", "landmarks2", "liveness+", "liveness2");
  EXPECT_THAT(roles(manifest, "models"), expected);
  EXPECT_THAT(roles(manifest, "files"), expected);
  EXPECT_EQ(manifest.at("models").at(4).at("input").at("width"), 80);
  EXPECT_EQ(manifest.at("liveness").at("weak"), false);
  EXPECT_EQ(manifest.at("files").at(3).at("pack"), "yunet");
  EXPECT_EQ(manifest.at("files").at(3).at("url"), "/api/v1/models/own/yunet-landmarks2.onnx");
  EXPECT_EQ(files_.at("yunet-landmarks2.onnx"), models_ / "yunet" / "yunet-landmarks2.onnx");
  EXPECT_EQ(offered("own").at("liveness").at("weak"), true) << "LIVENESS_PACK";
  EXPECT_THAT(roles(offered("minifasnet"), "models"),
              ElementsAre("detector", "embedder", "landmarks2", "liveness", "liveness2"))
      << "those of LIVENESS_PACK alone";
}

TEST_F(BrowserPacksTest, DamagedFilesAreNotLent) {
  install_own();
  install_lenders();
  std::ofstream(models_ / "yunet" / "yunet-landmarks2.onnx") << "damaged";
  EXPECT_THAT(roles(offered(), "models"),
              ElementsAre("detector", "embedder", "liveness", "liveness+", "liveness2"));
}

TEST_F(BrowserPacksTest, ARecognitionPackLendsItsLivenessModelsOnly) {
  install_own();
  install("other",
          R"("embedder":{"identity":"other-1","size":512},"threshold":{"cosine":0.3,"measured_on":"m"},)",
          {kDetector, kEmbedder, kFirstLent});
  EXPECT_THAT(roles(offered("other"), "models"), ElementsAre("detector", "embedder", "liveness"));
  EXPECT_EQ(offered("other").at("models").at(2).at("input").at("width"), 80);
  EXPECT_THAT(roles(offered("own", "other"), "models"), ElementsAre("detector", "embedder", "liveness"));
}

}  // namespace
}  // namespace sas
