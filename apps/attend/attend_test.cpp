// What people type, and what they are told when it makes no sense.

#include <algorithm>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attend/command_support.h"
#include "attend/commands_camera.h"
#include "attend/commands_log.h"
#include "attend/commands_register.h"

namespace sas::attend {
namespace {

using testing::HasSubstr;

struct Answer {
  int code = -1;
  std::string error;
};

Answer attend(std::vector<std::string> arguments) {
  CLI::App app("test", "attend");
  app.require_subcommand(1);
  Answer answer;
  add_camera_command(app, answer.code);
  add_register_command(app, answer.code);
  add_log_command(app, answer.code);
  testing::internal::CaptureStderr();
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them last first
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& problem) {
    answer.code = problem.get_exit_code() == 0 ? kDone : kUsage;
    answer.error = problem.what();
  }
  answer.error += testing::internal::GetCapturedStderr();
  return answer;
}

TEST(Arguments, WhatMakesNoSenseIsWrongUsage) {
  EXPECT_EQ(attend({}).code, kUsage);
  EXPECT_EQ(attend({"dance"}).code, kUsage);
  EXPECT_EQ(attend({"camera", "--device", "tpu"}).code, kUsage);
  EXPECT_EQ(attend({"camera", "--threads", "0"}).code, kUsage);
  EXPECT_EQ(attend({"log", "--json", "--csv"}).code, kUsage);
  EXPECT_EQ(attend({"log", "--days", "--camera", "gate"}).code, kUsage);
  EXPECT_EQ(attend({"log", "--days", "--from", "yesterday"}).code, kUsage);
  EXPECT_EQ(attend({"log", "--days", "--seen", "perhaps"}).code, kUsage);
  EXPECT_EQ(attend({"log", "--seen", "no"}).code, kUsage);
}

TEST(Arguments, ACameraIdThatCannotBeAFileNameIsRefused) {
  const Answer answer = attend({"camera", "--headless", "--camera-id", "../door"});
  EXPECT_EQ(answer.code, kUsage);
  EXPECT_THAT(answer.error, HasSubstr("--camera-id"));
}

TEST(Arguments, RegisterWantsToKnowWhomExactlyOnce) {
  EXPECT_THAT(attend({"register", "--image", "a.jpg"}).error, HasSubstr("--name and --code"));
  EXPECT_THAT(attend({"register", "--dir", "people", "--name", "Anna"}).error, HasSubstr("for one person"));
  EXPECT_THAT(attend({"register", "--name", "Anna", "--code", "1", "--roi", "left"}).error,
              HasSubstr("--roi"));
  EXPECT_THAT(attend({"register", "--name", "Anna", "--code", "1", "--rotate", "45"}).error,
              HasSubstr("--rotate"));
  EXPECT_THAT(attend({"register", "--dir", "people", "--csv", "people.csv"}).error,
              HasSubstr("exclude each other"));
}

TEST(Arguments, ATimeThatIsNoneIsNamedWithItsOption) {
  const Answer answer = attend({"log", "--to", "soon"});
  EXPECT_EQ(answer.code, kUsage);
  EXPECT_THAT(answer.error, HasSubstr("--to: \"soon\" is not a time"));
  EXPECT_THAT(attend({"log", "--from", "today", "--to", "yesterday"}).error, HasSubstr("not before"));
}

}  // namespace
}  // namespace sas::attend
