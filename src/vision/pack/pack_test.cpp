#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "embedded/model_manifests.h"
#include "fixtures/temp_dir.h"
#include "vision/pack/checksum.h"
#include "vision/pack/install.h"
#include "vision/pack/model_pack.h"

namespace sas::vision {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

void write(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string sha256(std::string_view text) {
  Sha256 sum;
  sum.add(text);
  return sum.hex();
}

// A complete manifest whose two files contain "detector bytes" and "embedder bytes".
std::string tiny_manifest(bool commercial = true) {
  return R"({"schema":1,"name":"tiny","description":"d",
    "licence":{"spdx":"X-1","commercial_use":)" +
         std::string(commercial ? "true" : "false") + R"(,"note":"Research only."},
    "embedder":{"identity":"tiny-1","size":512},
    "threshold":{"cosine":0.3,"false_accept_rate":0.001,"genuine_accept_rate":0.99,"measured_on":"m"},
    "sources":{"site":{"page":"https://example.org/tiny"},
               "npm":{"npm_package":"tiny-models","version":"1.2.3","folder":"files"}},
    "files":[{"role":"detector","name":"d.onnx","bytes":14,"source":"site","sha256":")" +
         sha256("detector bytes") + R"("},
             {"role":"embedder","name":"e.onnx","bytes":14,"source":"npm","sha256":")" +
         sha256("embedder bytes") + R"("}],
    "models":[{"role":"detector","kind":"scrfd","parameters":{"score":0.5,"nms":0.4},
               "input":{"width":640,"height":640,"colour":"rgb","mean":[127.5],"scale":[128],"letterbox":true}},
              {"role":"embedder","kind":"arcface","parameters":{},
               "input":{"width":112,"height":112,"colour":"bgr","mean":[127.5],"scale":[128]}}]})";
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Manifest, TheBuiltInDefaultPackIsComplete) {
  const auto packs = known_packs("/nonexistent");
  ASSERT_TRUE(packs) << packs.error().message;
  const auto pack = find_pack("/nonexistent", kDefaultPack);
  ASSERT_TRUE(pack);
  EXPECT_EQ(pack->embedder.value, "faceplugin-mobilefacenet-1");
  EXPECT_EQ(pack->embedding_size, 512);
  EXPECT_EQ(pack->files.size(), 6U);
  EXPECT_TRUE(pack->commercial_use);
  EXPECT_NEAR(pack->threshold.cosine, 0.35, 0.05);
  EXPECT_THAT(pack->file("embedder")->source,
              HasSubstr("faceplugin-face-recognition-js@0.0.1, model/fr_feature.onnx"));
  EXPECT_EQ(pack->model("embedder")->input.colour, InputRecipe::Colour::bgr);
}

TEST(Manifest, ReadsAllFields) {
  const auto pack = parse_manifest(tiny_manifest(), "t");
  ASSERT_TRUE(pack) << pack.error().message;
  EXPECT_TRUE(pack->model("detector")->input.letterbox);
  EXPECT_EQ(pack->model("detector")->parameters.at("nms"), 0.4);
  EXPECT_EQ(pack->file("detector")->source, "https://example.org/tiny");
  EXPECT_EQ(pack->model("liveness"), nullptr);
}

TEST(Manifest, EveryBuiltInPackIsUsable) {
  const auto packs = known_packs("/nonexistent");
  ASSERT_TRUE(packs) << packs.error().message;
  std::vector<std::string> recognising;
  for (const auto& pack : *packs)
    if (pack.recognises()) recognising.push_back(pack.name);
  EXPECT_THAT(recognising, testing::ElementsAre("antelopev2", "auraface", "buffalo_l", "buffalo_s",
                                                "buffalo_sc", "faceplugin", "sface"));
  for (const char* name : {"antelopev2", "buffalo_l", "buffalo_s", "buffalo_sc"}) {
    const auto pack = find_pack("/nonexistent", name).value();
    EXPECT_FALSE(pack.commercial_use) << name;
    EXPECT_THAT(pack.file("embedder")->source, HasSubstr(std::string(name) + ".zip"));
    EXPECT_FALSE(pack.threshold.false_accept_rate) << "not measured";
  }
  // Both packs contain the same two models: their templates are comparable.
  EXPECT_EQ(find_pack("/nonexistent", "buffalo_s")->embedder,
            find_pack("/nonexistent", "buffalo_sc")->embedder);
}

TEST(Manifest, TheDefaultPackHasAPriorForCalibration) {
  const auto pack = find_pack("/nonexistent", "faceplugin").value();
  ASSERT_TRUE(pack.prior);
  EXPECT_EQ(pack.prior->strangers.front().people, 1U);
  EXPECT_GT(pack.prior->genuine_mean, pack.prior->strangers.front().location);
  EXPECT_FALSE(find_pack("/nonexistent", "buffalo_l")->prior) << "not measured";
}

TEST(Manifest, LivenessIsJudgedByTheBestModelsThatAreInstalled) {
  const test::TempDir models;
  const auto judges_of = [&](const char* name, std::string_view chosen = "") {
    const auto pack = find_pack(models.path(), name).value();
    const auto judges = find_liveness_models(models.path(), pack, chosen).value();
    const auto& threshold = judges.threshold(pack);
    return judges.names(pack) + (threshold && threshold->weak ? " (weak)" : "");
  };
  EXPECT_EQ(judges_of("faceplugin"), "faceplugin (weak)") << "there are no others";
  EXPECT_EQ(judges_of("buffalo_l"), "");
  EXPECT_EQ(judges_of("faceplugin", "minifasnet"), "minifasnet")
      << "chosen; what is missing is said on loading";

  const auto better = find_pack(models.path(), kLivenessPack).value();
  write(models / better.name / better.files[0].name, "");
  EXPECT_EQ(judges_of("faceplugin"), "faceplugin (weak)") << "one file of two";
  write(models / better.name / better.files[1].name, "");
  EXPECT_EQ(judges_of("faceplugin"), "minifasnet and faceplugin");
  EXPECT_EQ(judges_of("buffalo_l"), "minifasnet");
  EXPECT_EQ(judges_of("faceplugin", "faceplugin"), "faceplugin (weak)");
  EXPECT_EQ(judges_of("buffalo_l", "faceplugin"), "faceplugin (weak)");
  EXPECT_EQ(find_liveness_models(models.path(), find_pack(models.path(), "faceplugin").value(), "buffalo_l")
                .error()
                .code,
            "not_a_liveness_pack");
}

TEST(Manifest, APackWithOnlyLivenessModelsCannotRecognise) {
  EXPECT_TRUE(find_liveness_pack("/nonexistent", "minifasnet"));
  EXPECT_TRUE(find_liveness_pack("/nonexistent", "faceplugin"));
  EXPECT_EQ(find_liveness_pack("/nonexistent", "buffalo_l").error().code, "not_a_liveness_pack");
  const auto refused = find_recognising_pack("/nonexistent", "minifasnet");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "not_a_recognition_pack");
  EXPECT_THAT(refused.error().message, HasSubstr("LIVENESS_PACK"));
}

TEST(Manifest, PacksThatAreFreeForAnyUseArePulledFromTheirProjects) {
  for (const char* name : {"auraface", "sface", "yunet"}) {
    const auto pack = find_pack("/nonexistent", name).value();
    EXPECT_TRUE(pack.commercial_use) << name;
    for (const auto& file : pack.files) EXPECT_THAT(file.source, testing::EndsWith("/" + file.name));
    EXPECT_THAT(how_to_get(pack), HasSubstr("--from " + pack.files.front().name));
  }
  EXPECT_EQ(find_pack("/nonexistent", "sface")->embedding_size, 128);
  EXPECT_EQ(find_pack("/nonexistent", "auraface")->embedding_size, 512);
}

TEST(SecondOpinion, IsUsedOnceItsFileIsInstalled) {
  const test::TempDir folder;
  const auto before = find_second_opinion(folder.path());
  ASSERT_TRUE(before) << before.error().message;
  EXPECT_FALSE(*before) << "a fresh machine does without";
  const auto pack = find_pack(folder.path(), kSecondOpinionPack).value();
  write(folder.path() / pack.name / pack.file("landmarks2")->name, "any bytes: loading finds the damage");
  const auto after = find_second_opinion(folder.path());
  ASSERT_TRUE(after && *after);
  EXPECT_EQ((*after)->name, kSecondOpinionPack);
  const auto refused = find_recognising_pack(folder.path(), kSecondOpinionPack);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "not_a_recognition_pack");
  EXPECT_THAT(refused.error().message, HasSubstr("with every recognition pack"));
}

TEST(SecondOpinion, YunetNeedsAnInputOfWholeCells) {
  const auto built_in = embedded::model_manifests::files();
  const std::string own(std::ranges::find(built_in, "yunet.json", &EmbeddedFile::name)->bytes);
  const auto pack = parse_manifest(replaced(own, "\"width\": 160", "\"width\": 150"), "yunet.json");
  ASSERT_FALSE(pack);
  EXPECT_THAT(pack.error().message, AllOf(HasSubstr("models[0].input"), HasSubstr("multiples of 32")));
  EXPECT_FALSE(parse_manifest(replaced(own, "\"crop\": 2, ", ""), "yunet.json")) << "needs the face's box";
}

struct Mistake {
  std::string_view from;
  std::string_view to;
  std::string_view field;
  std::string_view expectation;
};

class ManifestMistake : public testing::TestWithParam<Mistake> {};

TEST_P(ManifestMistake, NamesFileFieldAndExpectation) {
  const auto& [from, to, field, expectation] = GetParam();
  const auto pack = parse_manifest(replaced(tiny_manifest(), from, to), "here/manifest.json");
  ASSERT_FALSE(pack);
  EXPECT_EQ(pack.error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(pack.error().code, "invalid_manifest");
  EXPECT_THAT(pack.error().message, AllOf(HasSubstr("here/manifest.json"), HasSubstr(std::string(field)),
                                          HasSubstr(std::string(expectation))));
}

INSTANTIATE_TEST_SUITE_P(
    All, ManifestMistake,
    testing::Values(
        Mistake{R"("schema":1)", R"("schema":2)", "schema", "from 1 to 1"},
        Mistake{R"("name":"tiny",)", "", "name", "a text"},
        Mistake{R"("name":"tiny")", R"("name":"../tiny")", "name", "letters"},
        Mistake{R"("name":"tiny")", R"("name":7)", "name", "a non-empty text"},
        Mistake{R"("description":"d")", R"("description":"d","colour":1)", "colour", "no such field"},
        Mistake{R"("commercial_use":true)", R"("commercial_use":"yes")", "licence.commercial_use",
                "true or false"},
        Mistake{R"("size":512)", R"("size":127)", "embedder.size", "from 128 to 512"},
        Mistake{R"("size":512)", R"("size":1024)", "embedder.size", "from 128 to 512"},
        Mistake{R"("cosine":0.3)", R"("cosine":30)", "threshold.cosine", "from -1 to 1"},
        Mistake{R"("name":"d.onnx")", R"("name":"../d.onnx")", "files[0].name", "without folders"},
        Mistake{R"("name":"e.onnx")", R"("name":"d.onnx")", "files[1].name", "only once"},
        Mistake{R"("bytes":14)", R"("bytes":-1)", "files[0].bytes", "from 1"},
        Mistake{R"("bytes":14)", R"("bytes":1.5)", "files[0].bytes", "whole"},
        Mistake{R"("source":"site")", R"("source":"moon")", "files[0].source", "one of \"sources\""},
        Mistake{R"("sha256":")", R"("sha256":"Z)", "files[0].sha256", "64 lower-case hex"},
        Mistake{R"("version":"1.2.3",)", "", "sources.npm.version", "a text"},
        Mistake{R"("folder":"files")", R"("folder":"../..")", "sources.npm.folder", "inside"},
        Mistake{R"({"page":"https://example.org/tiny"})", "{}", "sources.site.npm_package", "either"},
        Mistake{R"("role":"detector","name")", R"("role":"dectector","name")", "files[0].role", "detector"},
        Mistake{R"("page":"https://example.org/tiny")", R"("archive":"https://example.org/tiny.zip")",
                "sources.site.sha256", "a text"},
        Mistake{R"("page":"https://example.org/tiny")", R"("archive":"file:///tiny.zip")",
                "sources.site.archive", "https://"},
        Mistake{R"("page":"https://example.org/tiny")", R"("address":"ftp://example.org/tiny")",
                "sources.site.address", "https://"},
        Mistake{R"("page":"https://example.org/tiny")", R"("address":"https://example.org/tiny/")",
                "sources.site.address", "without a slash"},
        Mistake{R"("page":"https://example.org/tiny")",
                R"("address":"https://example.org/tiny","page":"https://example.org")",
                "sources.site.npm_package", "either"},
        Mistake{R"("embedder":{"identity":"tiny-1","size":512},)", "", "embedder", "an object"},
        Mistake{
            R"("description":"d")",
            R"("description":"d","liveness":{"threshold":0.5,"live_refused":0,"spoof_accepted":0,"measured_on":"m"})",
            "liveness", "no model with role"},
        Mistake{
            R"("description":"d")",
            R"("description":"d","corrected_scores":{"strangers":[{"people":9,"location":0,"scale":1},{"people":9,"location":0,"scale":1}],"genuine_mean":1,"genuine_deviation":1,"measured_on":"m"})",
            "corrected_scores.strangers[1].people", "more than before"},
        Mistake{
            R"("description":"d")",
            R"("description":"d","corrected_scores":{"strangers":[{"people":9,"location":0,"scale":0}],"genuine_mean":1,"genuine_deviation":1,"measured_on":"m"})",
            "corrected_scores.strangers[0].scale", "from 0.001 to 1"},
        Mistake{R"("kind":"scrfd")", R"("kind":"yolo")", "models[0].kind", "scrfd"},
        Mistake{R"("kind":"scrfd")", R"("kind":"ultraface")", "models", "landmarks"},
        Mistake{R"("score":0.5,)", "", "models[0].parameters.score", "from 0 to 1"},
        Mistake{R"("colour":"rgb")", R"("colour":"cmyk")", "models[0].input.colour", "grey"},
        Mistake{R"("mean":[127.5])", R"("mean":[1,2])", "models[0].input.mean", "1 or 3"},
        Mistake{R"("scale":[128])", R"("scale":[0])", "models[0].input.scale", "other than 0"},
        Mistake{R"("letterbox":true)", R"("crop":2)", "models[0].input.crop", "no crop"},
        Mistake{R"("width":112)", R"("width":96)", "models[1].input", "112x112"},
        Mistake{R"({"schema")", R"({{"schema")", "", "valid JSON"}));

TEST(Manifest, RefusesJsonThatIsNotAnObject) {
  EXPECT_THAT(parse_manifest("[]", "m").error().message, HasSubstr("m: expected an object"));
  EXPECT_THAT(parse_manifest("", "m").error().message, HasSubstr("valid JSON"));
}

// Truncation anywhere must be an error, not a crash or half a pack.
TEST(Manifest, RefusesTruncationAnywhere) {
  const auto whole = tiny_manifest();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(parse_manifest(std::string_view(whole).substr(0, size), "m")) << size;
}

TEST(KnownPacks, AManifestInTheModelsFolderAddsOrReplacesAPack) {
  const test::TempDir folder;
  write(folder.path() / "tiny" / "manifest.json", tiny_manifest());
  const auto built_in = embedded::model_manifests::files();
  const auto found = std::ranges::find(built_in, "faceplugin.json", &EmbeddedFile::name);
  ASSERT_NE(found, built_in.end());
  const std::string own(found->bytes);
  write(folder.path() / "faceplugin" / "manifest.json",
        replaced(own, "\"description\": \"", "\"description\": \"mine "));
  const auto packs = known_packs(folder.path());
  ASSERT_TRUE(packs) << packs.error().message;
  EXPECT_TRUE(find_pack(folder.path(), "tiny"));
  EXPECT_THAT(find_pack(folder.path(), "faceplugin")->description, HasSubstr("mine"));
}

TEST(KnownPacks, RefusesAManifestNamedUnlikeItsFolder) {
  const test::TempDir folder;
  write(folder.path() / "huge" / "manifest.json", tiny_manifest());
  EXPECT_THAT(known_packs(folder.path()).error().message, AllOf(HasSubstr("huge"), HasSubstr("name")));
}

TEST(OwnThreshold, IsStoredAndMarkedAsTheOperators) {
  const test::TempDir folder;
  const auto pack = find_pack(folder.path(), kDefaultPack).value();
  const auto written = write_threshold(pack, folder.path(), {0.4125F, 0.0005, 0.99, "our own 40 people"});
  ASSERT_TRUE(written) << written.error().message;
  const auto changed = find_pack(folder.path(), kDefaultPack).value();
  EXPECT_FLOAT_EQ(changed.threshold.cosine, 0.4125F);
  EXPECT_EQ(changed.threshold.false_accept_rate, 0.0005);
  EXPECT_EQ(changed.threshold.measured_on, "our own 40 people");
  fs::remove(*written);
  EXPECT_EQ(find_pack(folder.path(), kDefaultPack)->threshold.cosine, pack.threshold.cosine);
}

TEST(OwnThreshold, RefusesAnotherEmbedderOrABrokenFile) {
  const test::TempDir folder;
  const auto file = folder.path() / "faceplugin" / "threshold.json";
  write(file, R"({"embedder":"w600k-r50-1","cosine":0.3,"measured_on":"m"})");
  EXPECT_THAT(known_packs(folder.path()).error().message,
              AllOf(HasSubstr(file.string()), HasSubstr("faceplugin-mobilefacenet-1")));
  write(file, R"({"embedder":)");
  EXPECT_THAT(known_packs(folder.path()).error().message,
              AllOf(HasSubstr(file.string()), HasSubstr("--write-threshold pack")));
}

TEST(KnownPacks, AnUnknownNameListsTheKnownPacks) {
  const auto pack = find_pack("/nonexistent", "nope");
  ASSERT_FALSE(pack);
  EXPECT_EQ(pack.error().code, "unknown_pack");
  EXPECT_THAT(pack.error().message, AllOf(HasSubstr("nope"), HasSubstr("faceplugin")));
}

class Install : public testing::Test {
 protected:
  void SetUp() override {
    write(from() / "d.onnx", "detector bytes");
    write(from() / "files" / "e.onnx", "embedder bytes");
  }
  [[nodiscard]] fs::path from() const { return folder_.path() / "from"; }
  [[nodiscard]] fs::path models() const { return folder_.path() / "models"; }

  test::TempDir folder_;
  ModelPack pack_ = parse_manifest(tiny_manifest(), "t").value();
};

TEST_F(Install, CopiesFromAFolderOnce) {
  const std::vector<fs::path> sources{from()};
  const auto first = install_pack(pack_, sources, models());
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_THAT(first->copied, testing::ElementsAre("d.onnx", "e.onnx"));
  EXPECT_EQ(read(models() / "tiny" / "e.onnx"), "embedder bytes");
  for (const auto& check : check_files(pack_, models())) EXPECT_EQ(check.state, FileCheck::State::good);

  const auto second = install_pack(pack_, {}, models());
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->copied.empty());
  EXPECT_EQ(second->present.size(), 2U);
}

TEST_F(Install, AcceptsSingleFiles) {
  const std::vector<fs::path> sources{from() / "d.onnx", from() / "files" / "e.onnx"};
  EXPECT_TRUE(install_pack(pack_, sources, models()));
}

TEST_F(Install, RefusesAWrongFileAndLeavesNothing) {
  write(from() / "d.onnx", "something else");
  const std::vector<fs::path> sources{from()};
  const auto report = install_pack(pack_, sources, models());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, "model_damaged");
  EXPECT_THAT(report.error().message,
              AllOf(HasSubstr(sha256("something else")), HasSubstr(sha256("detector bytes"))));
  EXPECT_TRUE(fs::is_empty(models() / "tiny"));
}

TEST_F(Install, ReplacesADamagedFile) {
  const std::vector<fs::path> sources{from()};
  ASSERT_TRUE(install_pack(pack_, sources, models()));
  write(models() / "tiny" / "d.onnx", "detector byteZ");
  EXPECT_EQ(check_files(pack_, models()).front().state, FileCheck::State::damaged);
  const auto loaded = read_pack_file(pack_, "detector", models());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::data_loss);
  EXPECT_THAT(loaded.error().message,
              AllOf(HasSubstr(sha256("detector byteZ")), HasSubstr(sha256("detector bytes"))));
  ASSERT_TRUE(install_pack(pack_, sources, models()));
  EXPECT_EQ(read(models() / "tiny" / "d.onnx"), "detector bytes");
}

TEST_F(Install, AFileWithAppendedBytesIsDamaged) {
  const std::vector<fs::path> sources{from()};
  ASSERT_TRUE(install_pack(pack_, sources, models()));
  write(models() / "tiny" / "d.onnx", "detector bytes and more");
  EXPECT_THAT(read_pack_file(pack_, "detector", models()).error().message,
              HasSubstr(sha256("detector bytes and more")));
}

TEST_F(Install, AMissingFileNamesTheCommandThatGetsIt) {
  const auto loaded = read_pack_file(pack_, "embedder", models());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, "model_missing");
  EXPECT_THAT(loaded.error().message, HasSubstr("attend models pull tiny"));

  const auto report = install_pack(pack_, {}, models());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, "model_file_not_found");
  EXPECT_THAT(report.error().message,
              AllOf(HasSubstr("d.onnx"), HasSubstr("https://example.org/tiny"),
                    HasSubstr("npm install --ignore-scripts"), HasSubstr("tiny-models@1.2.3")));
}

TEST_F(Install, ALicenceForbiddingCommercialUseMustBeAccepted) {
  const auto pack = parse_manifest(tiny_manifest(false), "t").value();
  const std::vector<fs::path> sources{from()};
  const auto refused = install_pack(pack, sources, models());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "licence_not_accepted");
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("Research only."), HasSubstr("--accept-license")));
  EXPECT_TRUE(install_pack(pack, sources, models(), true));
}

TEST_F(Install, NamesAModelsFolderThatCannotBeCreated) {
  write(models(), "a file where the folder should be");
  const std::vector<fs::path> sources{from()};
  const auto report = install_pack(pack_, sources, models());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, "models_dir_unwritable");
  EXPECT_THAT(report.error().message, HasSubstr(models().string()));
}

TEST_F(Install, FindsTheFoldersCreatedByNpm) {
  const auto folder = folder_.path() / "deps" / "node_modules" / "tiny-models" / "files";
  fs::create_directories(folder);
  const std::vector<fs::path> dependencies{folder_.path() / "nothing", folder_.path() / "deps"};
  EXPECT_THAT(npm_folders(pack_, dependencies), testing::ElementsAre(folder));
}

}  // namespace
}  // namespace sas::vision
