#include "config/settings.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/variables.h"

namespace sas::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DotenvFile {
 public:
  explicit DotenvFile(const std::string& text)
      : path_(std::filesystem::path(::testing::TempDir()) /
              (std::string("dotenv_") + ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::ofstream(path_) << text;
  }
  ~DotenvFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  DotenvFile(const DotenvFile&) = delete;
  DotenvFile& operator=(const DotenvFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST(Settings, ReadsTheFormsOfADotenvFile) {
  const DotenvFile file(
      "# a comment\n\nDATA_DIR=/var/lib/x # where it lies\nexport HOST = 0.0.0.0\nAPI_KEY=\"a # \\\"b\\\"\"\n"
      "LOG_FILE='single $quoted'\nPORT=\n");
  auto settings = Settings::load(file.path());
  EXPECT_EQ(settings.text("DATA_DIR"), "/var/lib/x");
  EXPECT_EQ(settings.text("HOST"), "0.0.0.0");
  EXPECT_EQ(settings.text("API_KEY"), "a # \"b\"");
  EXPECT_EQ(settings.text("LOG_FILE"), "single $quoted");
  EXPECT_EQ(settings.integer("PORT", 8000, 1, 65535), 8000) << "an empty value is not set";
  EXPECT_TRUE(settings.check());
}

TEST(Settings, TheEnvironmentWinsOverTheFile) {
  const DotenvFile file("SERVER_IP=10.0.0.1\n");
  ::setenv("SERVER_IP", "10.0.0.2", 1);
  auto settings = Settings::load(file.path());
  EXPECT_EQ(settings.text("SERVER_IP"), "10.0.0.2");
  ::unsetenv("SERVER_IP");
}

TEST(Settings, EveryProblemIsNamedAtOnce) {
  auto settings = Settings::from({{"PORT", "80000"},
                                  {"COOLDOWN_SECONDS", "12h"},
                                  {"SIMILARITY_THRESHOLD", "nan"},
                                  {"CACHE_BACKEND", "memcached"},
                                  {"FLAG", "maybe"}});
  EXPECT_EQ(settings.integer("PORT", 8000, 1, 65535), 8000);
  EXPECT_EQ(settings.integer("COOLDOWN_SECONDS", 5, 0, 100), 5);
  EXPECT_EQ(settings.number("SIMILARITY_THRESHOLD", -1, 1), std::nullopt);
  EXPECT_EQ(settings.choice("CACHE_BACKEND", "auto", {"auto", "memory"}), "auto");
  EXPECT_TRUE(settings.flag("FLAG", true));
  const auto checked = settings.check();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "invalid_configuration");
  for (const char* name : {"PORT=\"80000\"", "COOLDOWN_SECONDS=\"12h\"", "SIMILARITY_THRESHOLD=\"nan\"",
                           "CACHE_BACKEND=\"memcached\": expected one of auto, memory", "FLAG=\"maybe\""})
    EXPECT_THAT(checked.error().message, HasSubstr(name));
}

TEST(Settings, ALineThatCannotBeReadIsAProblemWithItsNumber) {
  const DotenvFile file("HOST=127.0.0.1\nthis is not it\nAPI_KEY=\"open\n");
  auto settings = Settings::load(file.path());
  const auto checked = settings.check();
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("line 2"));
  EXPECT_THAT(checked.error().message, HasSubstr("line 3"));
}

TEST(Settings, NamesThatNothingReadsAreReported) {
  const DotenvFile file("COOLDOWN_SECOND=5\nHOST=127.0.0.1\n");
  EXPECT_THAT(Settings::load(file.path()).unknown_names(), ElementsAre("COOLDOWN_SECOND"));
}

// Run from the project's root, as every test is.
TEST(EnvExample, ExplainsExactlyTheVariablesThatAreRead) {
  std::ifstream example(".env.example");
  ASSERT_TRUE(example) << ".env.example is missing";
  std::set<std::string> explained;
  std::string line;
  while (std::getline(example, line)) {
    if (line.starts_with("# ") || line == "#") continue;
    if (line.starts_with("#")) line.erase(0, 1);  // "#NAME=value" shows a default
    if (const auto equals = line.find('='); equals != std::string::npos)
      explained.insert(line.substr(0, equals));
  }
  std::set<std::string> read;
  for (const Variable& variable : variables()) read.insert(std::string(variable.name));
  EXPECT_EQ(explained, read);
}

}  // namespace
}  // namespace sas::config
