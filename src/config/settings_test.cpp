#include "config/settings.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/temp_dir.h"

namespace sas::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// A setting of each type, next to some that the programs have.
struct Sample {
  std::string host;
  std::uint16_t port = 0;
  std::optional<std::string> api_key;
  std::string log_file;
  std::filesystem::path data_dir;
  std::chrono::seconds cooldown{0};
  std::optional<float> threshold;
  double margin = 0;
  std::string cache;
  bool flag = false;
  std::optional<std::filesystem::path> certificates;
  std::string even;
};

Result<void> take_even(Sample& sample, const std::string& text) {
  if (text.size() % 2 != 0) return Error::of(ErrorKind::invalid_argument, "expected an even length");
  sample.even = text;
  return {};
}

constexpr std::array kSample{
    setting<&Sample::host>({.name = "HOST", .initial = "127.0.0.1", .help = "Text."}),
    setting<&Sample::port>(
        {.name = "PORT", .initial = "8000", .least = 1, .most = 65535, .help = "A whole number."}),
    setting<&Sample::api_key>({.name = "API_KEY", .when_unset = "none", .secret = true, .help = "A secret."}),
    setting<&Sample::log_file>({.name = "LOG_FILE", .when_unset = "none", .help = "Text."}),
    setting<&Sample::data_dir>({.name = "DATA_DIR", .initial = "data", .help = "A path."}),
    setting<&Sample::cooldown>(
        {.name = "COOLDOWN_SECONDS", .initial = "5", .least = 0, .most = 31622400, .help = "A time."}),
    setting<&Sample::threshold>({.name = "SIMILARITY_THRESHOLD",
                                 .when_unset = "the pack's",
                                 .least = -1,
                                 .most = 1,
                                 .help = "A number that may be absent."}),
    setting<&Sample::margin>(
        {.name = "MARGIN", .initial = "0.05", .least = 0, .most = 1, .help = "A number."}),
    setting<&Sample::cache>(
        {.name = "CACHE_BACKEND", .initial = "auto", .choices = "auto|memory", .help = "A choice."}),
    setting<&Sample::flag>({.name = "FLAG", .initial = "true", .help = "A flag."}),
    setting<&Sample::certificates>(
        {.name = "CERTIFICATES", .when_unset = "none", .file = true, .help = "A file."}),
    setting<&take_even>(
        {.name = "EVEN", .when_unset = "none", .secret = true, .help = "Text with a rule of its own."}),
};

Sample read(Settings& settings) {
  Sample sample;
  settings.read(kSample, sample);
  return sample;
}

class DotenvSettings : public testing::Test {
 protected:
  Settings load(const std::string& text) {
    std::ofstream(folder_ / ".env", std::ios::binary) << text;
    return Settings::load(folder_ / ".env");
  }

 private:
  const test::TempDir folder_;
};

TEST_F(DotenvSettings, ReadsEveryFormOfALine) {
  auto settings = load(
      "# a comment\n\nDATA_DIR=/var/lib/x # where it lies\nexport HOST = 0.0.0.0\nAPI_KEY=\"a # \\\"b\\\"\"\n"
      "LOG_FILE='single $quoted'\nPORT=\n");
  const Sample sample = read(settings);
  EXPECT_EQ(sample.data_dir, "/var/lib/x");
  EXPECT_EQ(sample.host, "0.0.0.0");
  EXPECT_EQ(sample.api_key, "a # \"b\"");
  EXPECT_EQ(sample.log_file, "single $quoted");
  EXPECT_EQ(sample.port, 8000) << "an empty value is not set";
  EXPECT_TRUE(settings.check());
}

TEST_F(DotenvSettings, TheEnvironmentTakesPrecedence) {
  auto settings = load("HOST=10.0.0.1\nDATA_DIR=here\n");
  ::setenv("HOST", "10.0.0.2", 1);
  const Sample sample = read(settings);
  EXPECT_EQ(sample.host, "10.0.0.2");
  EXPECT_EQ(sample.data_dir, "here");
  using Source = Settings::Source;
  EXPECT_EQ(settings.written(kSample[0].declared).source, Source::environment);
  ::unsetenv("HOST");
  EXPECT_EQ(settings.written(kSample[0].declared).source, Source::dotenv);
  EXPECT_EQ(settings.written(kSample[1].declared).source, Source::initial);
  EXPECT_EQ(settings.written(kSample[2].declared).source, Source::unset);
}

TEST(Settings, EveryTypeHasItsDefault) {
  auto settings = Settings::from({});
  const Sample sample = read(settings);
  EXPECT_TRUE(settings.check());
  EXPECT_EQ(sample.port, 8000);
  EXPECT_EQ(sample.api_key, std::nullopt);
  EXPECT_EQ(sample.data_dir, "data");
  EXPECT_EQ(sample.cooldown, std::chrono::seconds(5));
  EXPECT_EQ(sample.threshold, std::nullopt);
  EXPECT_EQ(sample.margin, 0.05);
  EXPECT_EQ(sample.cache, "auto");
  EXPECT_TRUE(sample.flag);
  EXPECT_EQ(sample.certificates, std::nullopt);
  EXPECT_EQ(sample.even, "");
}

TEST(Settings, EveryTypeTakesAValue) {
  auto settings = Settings::from({{"PORT", "65535"},
                                  {"COOLDOWN_SECONDS", "31622400"},
                                  {"SIMILARITY_THRESHOLD", "-1"},
                                  {"MARGIN", "1e-2"},
                                  {"CACHE_BACKEND", "memory"},
                                  {"FLAG", "Off"},
                                  {"CERTIFICATES", ".env.example"},
                                  {"EVEN", "1234"}});
  const Sample sample = read(settings);
  EXPECT_TRUE(settings.check());
  EXPECT_EQ(sample.port, 65535);
  EXPECT_EQ(sample.cooldown, std::chrono::seconds(31622400));
  EXPECT_EQ(sample.threshold, -1.0F);
  EXPECT_EQ(sample.margin, 0.01);
  EXPECT_EQ(sample.cache, "memory");
  EXPECT_FALSE(sample.flag);
  EXPECT_EQ(sample.certificates, ".env.example");
  EXPECT_EQ(sample.even, "1234");
}

TEST(Settings, EveryProblemIsNamedAtOnceAndTheDefaultIsKept) {
  auto settings = Settings::from({{"PORT", "80000"},
                                  {"COOLDOWN_SECONDS", "12h"},
                                  {"SIMILARITY_THRESHOLD", "nan"},
                                  {"CACHE_BACKEND", "memcached"},
                                  {"FLAG", "maybe"},
                                  {"CERTIFICATES", "/nowhere/ca.pem"}});
  const Sample sample = read(settings);
  EXPECT_EQ(sample.port, 8000);
  EXPECT_EQ(sample.cooldown, std::chrono::seconds(5));
  EXPECT_EQ(sample.threshold, std::nullopt);
  EXPECT_EQ(sample.cache, "auto");
  EXPECT_TRUE(sample.flag);
  const auto checked = settings.check();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "invalid_configuration");
  for (const char* name :
       {"PORT=\"80000\": expected a whole number, 1 to 65535",
        "COOLDOWN_SECONDS=\"12h\": expected a whole number, 0 to 31622400",
        "SIMILARITY_THRESHOLD=\"nan\": expected a number, -1 to 1",
        "CACHE_BACKEND=\"memcached\": expected one of auto, memory", "FLAG=\"maybe\": expected true or false",
        "CERTIFICATES=\"/nowhere/ca.pem\": no such file"})
    EXPECT_THAT(checked.error().message, HasSubstr(name));
}

TEST(Settings, AProblemThatTwoModulesFindIsReportedOnce) {
  auto settings = Settings::from({{"PORT", "80000"}});
  static_cast<void>(read(settings));
  static_cast<void>(read(settings));
  EXPECT_THAT(settings.check().error().message, HasSubstr("one setting is wrong"));
}

TEST(Settings, ASecretIsNeverPartOfAMessage) {
  auto settings = Settings::from({{"EVEN", "hunter2"}});
  static_cast<void>(read(settings));
  ASSERT_FALSE(settings.check());
  EXPECT_THAT(settings.check().error().message, HasSubstr("EVEN: expected an even length"));
  EXPECT_THAT(settings.check().error().message, Not(HasSubstr("hunter2")));
}

TEST(Settings, AKeyInTheWrongLineIsNotRepeated) {
  for (const char* secret : {"hunter2", "4f9a0c7be1d2", "correct horse battery staple", "Tr0ub4dor&3"}) {
    auto settings = Settings::from(
        {{"PORT", secret}, {"SIMILARITY_THRESHOLD", secret}, {"FLAG", secret}, {"CACHE_BACKEND", secret}});
    static_cast<void>(read(settings));
    const std::string message = settings.check().error().message;
    EXPECT_THAT(message, Not(HasSubstr(secret)));
    EXPECT_THAT(message, HasSubstr("PORT (a value of " + std::to_string(std::string(secret).size()) +
                                   " characters): expected a whole number"));
  }
}

TEST(Settings, MessagesLeaveOutPasswordsInUrls) {
  EXPECT_EQ(printable("http://ada:pw@host/x"), "http://***@host/x");
  EXPECT_EQ(printable("http://ada:p@w@host"), "http://***@host");
  EXPECT_EQ(printable("ada:pw@host"), "***@host");
  EXPECT_EQ(printable("http://host?password=pw"), "http://host?...");
  EXPECT_EQ(printable("rtsp://host/user=ada&password=pw"), "rtsp://host/***");
  EXPECT_EQ(printable("ada:p/w@host/database"), "***@host/database");
  EXPECT_EQ(printable("4f9a0c7be1d24f9a0c7be1d2"), "***");
  EXPECT_EQ(printable("http://host:8000"), "http://host:8000");
  EXPECT_EQ(printable(std::string(100, 'x')), std::string(57, 'x') + "...");
}

TEST_F(DotenvSettings, AnInvalidLineIsReportedByItsNumber) {
  const auto settings = load("HOST=127.0.0.1\nthis is hunter2\nAPI_KEY=\"hunter2\nhunter2!=1\n");
  const auto checked = settings.check();
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("line 2"));
  EXPECT_THAT(checked.error().message, HasSubstr("line 3"));
  EXPECT_THAT(checked.error().message, HasSubstr("line 4"));
  EXPECT_THAT(checked.error().message, Not(HasSubstr("hunter2"))) << "it may be a password";
}

TEST_F(DotenvSettings, AByteOrderMarkIsNotPartOfAName) {
  Settings settings = load("\xEF\xBB\xBFHOST=192.0.2.1\r\nPORT=9\r\n");
  const Sample sample = read(settings);
  EXPECT_TRUE(settings.check());
  EXPECT_EQ(sample.host, "192.0.2.1");
  EXPECT_EQ(sample.port, 9);
}

TEST_F(DotenvSettings, AFileInUtf16IsNamedAsSuch) {
  using namespace std::string_literals;
  const Settings settings = load("\xFF\xFEH\0O\0S\0T\0=\0a\0\n\0"s);
  ASSERT_FALSE(settings.check());
  EXPECT_THAT(settings.check().error().message, HasSubstr("save it as UTF-8"));
}

TEST(Settings, QuotesThatAContainerKeptAreRefusedByName) {
  for (const char* kept : {R"("0123456789abcdef")", "'0123456789abcdef'"}) {
    Settings settings = Settings::from({{"API_KEY", kept}});
    const Sample sample = read(settings);
    EXPECT_FALSE(sample.api_key);
    ASSERT_FALSE(settings.check());
    EXPECT_THAT(settings.check().error().message, testing::AllOf(HasSubstr("API_KEY"), HasSubstr("quotes"),
                                                                 Not(HasSubstr("0123456789abcdef"))));
  }
}

TEST_F(DotenvSettings, UnknownNamesAreReported) {
  EXPECT_THAT(load("COOLDOWN_SECOND=5\nHOST=127.0.0.1\n").unknown_names(), ElementsAre("COOLDOWN_SECOND"));
}

}  // namespace
}  // namespace sas::config
