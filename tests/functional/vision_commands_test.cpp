#include <fstream>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  add_models_command(app, ran.exit_code);
  add_gpu_command(app, ran.exit_code);
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

TEST_F(ModelsCommand, from_nothing_to_a_verified_pack) {
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
  EXPECT_THAT(models({"list"}).out, AllOf(HasSubstr("installed"), Not(HasSubstr("not installed"))));
}

TEST_F(ModelsCommand, damage_is_shown_and_repaired) {
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

TEST_F(ModelsCommand, mistakes_are_named) {
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

TEST_F(ModelsCommand, a_broken_manifest_is_named) {
  fs::create_directories(folder_ / "mine");
  std::ofstream(folder_ / "mine" / "manifest.json") << R"({"schema": 1, "name": "mine"})";
  const auto listed = models({"list"});
  EXPECT_EQ(listed.exit_code, 1);
  EXPECT_THAT(listed.err, AllOf(HasSubstr("mine/manifest.json"), HasSubstr("\"description\"")));
}

TEST(GpuCommand, says_plainly_what_this_machine_can_do) {
  const auto ran = attend({"gpu", "--models-dir", installed_models().string()});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("ONNX Runtime "), HasSubstr("CPUExecutionProvider"), HasSubstr("libcudart.so"),
                    HasSubstr("Looked in:"), testing::ContainsRegex("cpu +[0-9.]+ ms"), HasSubstr("CUDA")));
}

TEST(GpuCommand, json_is_for_programs) {
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

TEST(GpuCommand, without_models_it_says_how_to_get_them) {
  const TempDir empty;
  const auto ran = attend({"gpu", "--models-dir", empty.path().string()});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out, HasSubstr("attend models pull faceplugin"));
}

}  // namespace
}  // namespace sas::test
