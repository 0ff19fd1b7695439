#include <fstream>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attend/commands_eval.h"
#include "attend/commands_gpu.h"
#include "attend/commands_models.h"
#include "fixtures/temp_dir.h"
#include "vision/onnx/runtime.h"
#include "vision_support.h"

namespace sas::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Ran {
  int exit_code = -1;
  std::string out;
  std::string err;
};

Ran attend(std::vector<std::string> arguments) {
  CLI::App app("attend");
  Ran ran;
  sas::attend::add_models_command(app, ran.exit_code);
  sas::attend::add_gpu_command(app, ran.exit_code);
  sas::attend::add_eval_command(app, ran.exit_code);
  std::ranges::reverse(arguments);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    ran.exit_code = app.exit(error);
  }
  std::fflush(stdout);
  ran.out = testing::internal::GetCapturedStdout();
  ran.err = testing::internal::GetCapturedStderr();
  return ran;
}

class ModelsCommand : public testing::Test {
 protected:
  [[nodiscard]] Ran models(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "models");
    arguments.insert(arguments.end(), {"--models-dir", folder_.path().string()});
    return attend(std::move(arguments));
  }
  [[nodiscard]] fs::path pack() const { return folder_ / "faceplugin"; }

  TempDir folder_;
};

TEST_F(ModelsCommand, InstallsAndVerifiesAPack) {
  const auto before = models({"list"});
  EXPECT_EQ(before.exit_code, 0);
  EXPECT_THAT(before.out, AllOf(HasSubstr("faceplugin (the default)"), HasSubstr("not installed"),
                                HasSubstr("commercial use  yes"), HasSubstr("MIT"),
                                HasSubstr("faceplugin-mobilefacenet-1"), HasSubstr("cosine 0.35")));
  const auto nothing = models({"verify"});
  EXPECT_EQ(nothing.exit_code, 1);
  EXPECT_THAT(nothing.err, HasSubstr("attend models pull faceplugin"));

  const auto pulled = models({"pull", "faceplugin", "--from", (installed_models() / "faceplugin").string()});
  EXPECT_EQ(pulled.exit_code, 0) << pulled.err;
  EXPECT_THAT(pulled.out, AllOf(HasSubstr("fr_feature.onnx"), HasSubstr("faceplugin is ready")));
  EXPECT_EQ(models({"verify"}).exit_code, 0);
  EXPECT_THAT(models({"list"}).out, testing::ContainsRegex("faceplugin[^\n]*\n[^\n]*\n  state +installed"));
}

TEST_F(ModelsCommand, ShowsAndRepairsDamage) {
  const auto from = (installed_models() / "faceplugin").string();
  ASSERT_EQ(models({"pull", "faceplugin", "--from", from}).exit_code, 0);
  std::ofstream(pack() / "fr_pose.onnx", std::ios::app) << "x";
  fs::remove(pack() / "fr_eye.onnx");
  EXPECT_THAT(models({"list"}).out, HasSubstr("damaged: 1 of 6"));
  const auto verified = models({"verify", "faceplugin"});
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_THAT(verified.out,
              AllOf(testing::ContainsRegex("damaged +.*fr_pose"), testing::ContainsRegex("missing +.*fr_eye"),
                    HasSubstr("repair with: attend models pull faceplugin")));
  const auto repaired = models({"pull", "faceplugin", "--from", from});
  EXPECT_THAT(repaired.out, AllOf(testing::ContainsRegex("installed +.*fr_pose"),
                                  testing::ContainsRegex("present +.*fr_detect")));
  EXPECT_EQ(models({"verify"}).exit_code, 0);
}

TEST_F(ModelsCommand, NamesMistakes) {
  const auto unknown = models({"pull", "nope"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, AllOf(HasSubstr("nope"), HasSubstr("faceplugin")));

  const auto nowhere = models({"pull", "faceplugin", "--from", "/nonexistent"});
  EXPECT_EQ(nowhere.exit_code, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("/nonexistent"));

  const TempDir empty;
  const auto not_there = models({"pull", "faceplugin", "--from", empty.path().string()});
  EXPECT_EQ(not_there.exit_code, 1);
  EXPECT_THAT(not_there.err, AllOf(HasSubstr("fr_detect.onnx"), HasSubstr(empty.path().string()),
                                   HasSubstr("npm install"), HasSubstr("--from")));

  EXPECT_NE(models({"pull"}).exit_code, 0);
  EXPECT_NE(attend({"models"}).exit_code, 0);
}

TEST_F(ModelsCommand, InstallsPacksWhereOtherCommandsFindThem) {
  setenv("DATA_DIR", folder_.path().c_str(), 1);
  const auto pulled =
      attend({"models", "pull", "faceplugin", "--from", (installed_models() / "faceplugin").string()});
  unsetenv("DATA_DIR");
  EXPECT_EQ(pulled.exit_code, 0) << pulled.err;
  EXPECT_TRUE(fs::exists(folder_ / "models" / "faceplugin" / "fr_feature.onnx"));
}

TEST_F(ModelsCommand, ShowsALicenceThatMustBeAccepted) {
  const auto refused = models({"pull", "buffalo_sc", "--from", folder_.path().string()});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.out, HasSubstr("non-commercial research only"));
  EXPECT_THAT(refused.err, HasSubstr("--accept-license"));
  const auto accepted = models({"pull", "buffalo_sc", "--from", folder_.path().string(), "--accept-license"});
  EXPECT_EQ(accepted.exit_code, 1) << "the folder has no models";
  EXPECT_THAT(accepted.err, AllOf(HasSubstr("det_500m.onnx"), HasSubstr("v0.7/buffalo_sc.zip")));
}

TEST_F(ModelsCommand, ReportsAnUnreachableMirror) {
  const auto pulled = models({"pull", "buffalo_sc", "--mirror", "http://127.0.0.1:1/x", "--accept-license"});
  EXPECT_EQ(pulled.exit_code, 1);
  EXPECT_THAT(pulled.err,
              AllOf(HasSubstr("http://127.0.0.1:1/x/buffalo_sc.zip"), HasSubstr("cannot download")));
}

TEST_F(ModelsCommand, NamesABrokenManifest) {
  fs::create_directories(folder_ / "mine");
  std::ofstream(folder_ / "mine" / "manifest.json") << R"({"schema": 1, "name": "mine"})";
  const auto listed = models({"list"});
  EXPECT_EQ(listed.exit_code, 1);
  EXPECT_THAT(listed.err, AllOf(HasSubstr("mine/manifest.json"), HasSubstr("\"description\"")));
}

// Three people with two photographs each; one photograph is misplaced.
TEST(EvalCommand, MeasuresAndFindsTheMisplacedPhotographAndStoresTheThreshold) {
  const auto people = fs::absolute(shared("data/lfw10"));
  if (!fs::exists(people)) GTEST_SKIP() << "../shared/data/lfw10 is missing";
  const TempDir folder;
  const auto put = [&](const char* person, const char* from, const char* number) {
    fs::create_directories(folder / "people" / person);
    const auto name = std::string(from) + "_00" + number + ".jpg";
    fs::create_symlink(people / from / name, folder / "people" / person / name);
  };
  for (const char* person : {"Ariel_Sharon", "Colin_Powell", "Tony_Blair"})
    for (const char* number : {"01", "02", "03"}) put(person, person, number);
  put("Colin_Powell", "Hugo_Chavez", "01");
  put("Colin_Powell", "Tony_Blair", "04");
  std::ofstream(folder / "people" / "Tony_Blair" / "nothing.jpg") << "no picture";

  fs::create_directories(folder / "models");
  fs::create_symlink(installed_models() / "faceplugin", folder / "models" / "faceplugin");
  setenv("MODELS_DIR", (folder / "models").c_str(), 1);
  const auto told = attend({"eval", (folder / "people").string(), "--out", (folder / "out").string()});
  const auto for_programs = attend({"eval", (folder / "people").string(), "--json", "--far", "0.1"});
  unsetenv("MODELS_DIR");
  ASSERT_EQ(told.exit_code, 0) << told.err;
  EXPECT_THAT(told.out, AllOf(HasSubstr("3 people, 11 faces"), HasSubstr("Failure to acquire: 1 of 12"),
                              HasSubstr("Mixed up"), HasSubstr("Colin_Powell/Tony_Blair_0004.jpg"),
                              HasSubstr("Weak"), HasSubstr("Colin_Powell/Hugo_Chavez_0001.jpg")));
  for (const char* file : {"report.json", "distributions.png", "det.png"})
    EXPECT_TRUE(fs::exists(folder / "out" / file)) << file;
  const auto report = boost::json::parse(for_programs.out);
  EXPECT_EQ(report.at("suspects").at(0).at("name").as_string(), "Colin_Powell/Tony_Blair_0004.jpg");
  EXPECT_EQ(report.at("suspects").at(0).at("other_person").as_string(), "Tony_Blair");
}

TEST(EvalCommand, NamesMistakes) {
  EXPECT_EQ(attend({"eval"}).exit_code, 2);
  EXPECT_EQ(attend({"eval", "people", "--enrolled"}).exit_code, 2);
  const auto nowhere = attend({"eval", "/nonexistent", "--pack", "nope"});
  EXPECT_EQ(nowhere.exit_code, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("nope"));
  EXPECT_THAT(attend({"eval", "/nonexistent", "--pack", "minifasnet"}).err,
              HasSubstr("only liveness models"));
  setenv("DATABASE_URL", "postgresql://someone@localhost/attendance", 1);
  const auto server = attend({"eval", "--enrolled"});
  unsetenv("DATABASE_URL");
  EXPECT_EQ(server.exit_code, 1);
  EXPECT_THAT(server.err, AllOf(HasSubstr("psql"), HasSubstr("--templates templates.csv")));
}

// Two people with exported templates, close enough that a threshold must be chosen.
TEST(EvalCommand, StoresTheThresholdWhereRequested) {
  const TempDir folder;
  {
    std::ofstream csv(folder / "templates.csv");
    for (const char* person : {"E-1", "E-1", "E-2", "E-2", "E-3", "E-3"}) {
      csv << person << ",faceplugin-mobilefacenet-1,\"[";
      for (int i = 0; i < 512; ++i)
        csv << (i == 0 ? "" : ",") << (i == person[2] - '0' ? 3 : (i * 7) % 5 - 2) * 0.01;
      csv << "]\"\n";
    }
  }
  setenv("MODELS_DIR", folder.path().c_str(), 1);
  const auto kept =
      attend({"eval", "--templates", (folder / "templates.csv").string(), "--write-threshold", "pack"});
  const auto listed = attend({"models", "list"});
  unsetenv("MODELS_DIR");
  ASSERT_EQ(kept.exit_code, 0) << kept.err;
  EXPECT_THAT(kept.err, HasSubstr((folder / "faceplugin" / "threshold.json").string()));
  EXPECT_THAT(listed.out, HasSubstr("the templates given: 3 people, 6 faces"));
}

TEST(GpuCommand, ReportsWhatThisMachineSupports) {
  const auto ran = attend({"gpu", "--models-dir", installed_models().string()});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("ONNX Runtime "), HasSubstr("CPUExecutionProvider"), HasSubstr("libcudart.so"),
                    HasSubstr("Looked in:"), testing::ContainsRegex("cpu +[0-9.]+ ms"), HasSubstr("CUDA")));
}

TEST(GpuCommand, PrintsJsonForPrograms) {
  const auto ran = attend({"gpu", "--json", "--models-dir", installed_models().string()});
  ASSERT_EQ(ran.exit_code, 0);
  const auto report = boost::json::parse(ran.out);
  EXPECT_FALSE(report.at("verdict").as_string().empty());
  EXPECT_GT(report.at("runs").at(0).at("embedding_ms").as_double(), 0);
  EXPECT_EQ(report.at("cuda").at("libraries").as_array().size(), vision::cuda_report().libraries.size());
  if (!vision::cuda_report().complete()) {
    EXPECT_FALSE(report.at("cuda").at("works").as_bool());
  }
}

TEST(GpuCommand, SaysHowToGetMissingModels) {
  const TempDir empty;
  const auto ran = attend({"gpu", "--models-dir", empty.path().string()});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out, HasSubstr("attend models pull faceplugin"));
}

}  // namespace
}  // namespace sas::test
