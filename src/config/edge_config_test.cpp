#include "config/edge_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sas::config {
namespace {

using testing::HasSubstr;

EdgeConfig read(std::map<std::string, std::string> values, std::string* problems = nullptr) {
  Settings settings = Settings::from(std::move(values));
  EdgeConfig config = read_edge_config(settings);
  const auto checked = settings.check();
  if (problems != nullptr) *problems = checked ? "" : checked.error().message;
  return config;
}

TEST(EdgeConfig, FindsTheServerOnThisMachineByDefault) {
  std::string problems;
  EXPECT_EQ(read({}, &problems).server_url, "http://127.0.0.1:8000");
  EXPECT_EQ(problems, "");
}

TEST(EdgeConfig, TakesAddressAndPortOrOneUrl) {
  EXPECT_EQ(read({{"SERVER_IP", "192.168.1.10"}, {"PORT", "9000"}}).server_url, "http://192.168.1.10:9000");
  EXPECT_EQ(read({{"SERVER_IP", "fd00::1"}}).server_url, "http://[fd00::1]:8000");
  EXPECT_EQ(read({{"SERVER_URL", "https://attendance.example/"}}).server_url, "https://attendance.example");
}

TEST(EdgeConfig, EveryProblemIsNamedAtOnce) {
  std::string problems;
  read(
      {{"SERVER_URL", "attendance.example"}, {"API_KEY", "two words"}, {"SERVER_CA_FILE", "/nowhere/ca.pem"}},
      &problems);
  EXPECT_THAT(problems, HasSubstr("SERVER_URL"));
  EXPECT_THAT(problems, HasSubstr("API_KEY"));
  EXPECT_THAT(problems, HasSubstr("/nowhere/ca.pem"));
  EXPECT_THAT(problems, testing::Not(HasSubstr("two words"))) << "a key is never repeated";
}

TEST(EdgeConfig, RefusesAUrlWithAPathOrAUser) {
  for (const char* url : {"http://host/api", "http://user:pw@host", "ftp://host", "http://"}) {
    std::string problems;
    read({{"SERVER_URL", url}}, &problems);
    EXPECT_THAT(problems, HasSubstr("SERVER_URL")) << url;
  }
}

}  // namespace
}  // namespace sas::config
