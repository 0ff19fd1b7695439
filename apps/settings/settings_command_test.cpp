#include "settings/settings_command.h"

#include <algorithm>
#include <fstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/catalogue.h"
#include "fixtures/temp_dir.h"

namespace sas {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Answer {
  int code = -1;
  std::string output;
  std::string error;
};

Answer settings(std::vector<std::string> arguments, const std::string& dotenv_text = "") {
  const test::TempDir folder;
  const std::string dotenv = (folder / ".env").string();
  std::ofstream(dotenv) << dotenv_text;
  CLI::App app("test", "attendd");
  Answer answer;
  add_settings_command(app, config::Program::attendd, dotenv, answer.code);
  arguments.insert(arguments.begin(), "settings");
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes the last one first
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  app.parse(std::move(arguments));
  answer.output = testing::internal::GetCapturedStdout();
  answer.error = testing::internal::GetCapturedStderr();
  return answer;
}

TEST(SettingsCommand, GetPrintsTheValueAlone) {
  EXPECT_EQ(settings({"get", "PORT"}).output, "8000\n");
  for (const char* line : {"PORT=8123", "export PORT = '8123' # mine", "PORT=1\nPORT=\"8123\""}) {
    const Answer answer = settings({"get", "PORT"}, line);
    EXPECT_EQ(answer.code, 0) << line;
    EXPECT_EQ(answer.output, "8123\n") << line;
  }
}

TEST(SettingsCommand, GetFailsOnAWrongValueAndAnUnknownName) {
  const Answer wrong = settings({"get", "PORT"}, "PORT=http\n");
  EXPECT_EQ(wrong.code, 1);
  EXPECT_EQ(wrong.output, "");
  EXPECT_THAT(wrong.error, HasSubstr("PORT=\"http\": expected a whole number"));
  EXPECT_EQ(settings({"get", "PORTS"}).code, 2);
  EXPECT_EQ(settings({"get", "TLS_CERT_FILE"}).code, 1) << "it is not set";
}

TEST(SettingsCommand, ASecretIsNotPrinted) {
  const Answer get = settings({"get", "API_KEY"}, "API_KEY=hunter2\n");
  EXPECT_EQ(get.code, 1);
  EXPECT_THAT(get.output + get.error, Not(HasSubstr("hunter2")));
  const Answer list = settings({}, "API_KEY=hunter2\nPORT=8123\n");
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.output, testing::ContainsRegex("API_KEY +\\.env .*not shown"));
  EXPECT_THAT(list.output, testing::ContainsRegex("PORT +\\.env +8123"));
  EXPECT_THAT(list.output, Not(HasSubstr("hunter2")));
}

TEST(SettingsCommand, ExampleIsTheExampleFile) {
  const Answer answer = settings({"example"});
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(answer.output, config::env_example());
}

}  // namespace
}  // namespace sas
