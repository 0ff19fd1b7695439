// The server outlives what it writes to, and says why it cannot start.

#include <chrono>
#include <csignal>
#include <fstream>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/becomes_true.h"
#include "fixtures/http.h"
#include "fixtures/process.h"
#include "fixtures/temp_dir.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using test::program;
using testing::HasSubstr;

class Outputs : public testing::Test {
 protected:
  std::map<std::string, std::string> environment(const std::string& log_file) {
    return {{"PORT", "0"}, {"DATA_DIR", (dir_ / "data").string()}, {"LOG_FILE", log_file}};
  }
  [[nodiscard]] std::string log() const {
    std::ifstream file(dir_ / "app.log");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // The URL that the log names; empty: none in time.
  [[nodiscard]] std::string url() const {
    constexpr std::string_view kBefore = "listening on ";
    std::string text;
    const bool listens = test::becomes_true([&] {
      text = log();
      const auto at = text.find(kBefore);
      return at != std::string::npos && text.find(" (API page", at) != std::string::npos;
    });
    if (!listens) return {};
    const auto at = text.find(kBefore) + kBefore.size();
    return text.substr(at, text.find(' ', at) - at);
  }

  test::TempDir dir_;
};

TEST_F(Outputs, AReaderOfItsOutputThatGoesAwayDoesNotEndIt) {
  // head ends after the first line; later lines meet a closed pipe.
  test::Process server({"/bin/bash", "-c", "exec \"$0\" > >(head -n 1)", program("attendd")},
                       environment((dir_ / "app.log").string()), dir_ / "out", dir_.path());
  const std::string where = url();
  ASSERT_FALSE(where.empty()) << log();
  test::HttpClient client(where);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get("/healthz").status, 200);
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(60s), 0);
  EXPECT_THAT(log(), HasSubstr("stopped"));
}

TEST_F(Outputs, AFileSizeLimitDoesNotEndItWithoutAWord) {
  // 16 blocks of 512 bytes: the database cannot be made.
  const auto finished = test::run({"/bin/sh", "-c", "ulimit -f 16; exec \"$0\"", program("attendd")},
                                  environment("off"), dir_.path(), 60s);
  EXPECT_EQ(finished.exit, 1) << finished.output;
  EXPECT_THAT(finished.output, HasSubstr("error"));
  EXPECT_THAT(finished.output, HasSubstr("attendance.db"));
}

TEST_F(Outputs, AThreadThatCannotBeStartedIsNamed) {
  auto settings = environment("off");
  settings["THREADS"] = "1024";
  // The stacks of so many threads do not fit.
  const auto finished = test::run({"/bin/sh", "-c", "ulimit -v 2000000; exec \"$0\"", program("attendd")},
                                  settings, dir_.path(), 60s);
  EXPECT_EQ(finished.exit, 1) << finished.output;
  EXPECT_THAT(finished.output, HasSubstr("THREADS"));
}

}  // namespace
}  // namespace sas
