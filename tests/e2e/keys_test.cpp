// Keys and pairing with the programs as people run them.

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/people.h"
#include "fixtures/server.h"
#include "fixtures/synthetic_faces.h"

namespace sas {
namespace {

namespace fs = std::filesystem;
using test::Finished;
using test::TestServer;
using ::testing::HasSubstr;

constexpr const char* kAdminKey = "the-key-of-the-configuration";

std::string last_line(const std::string& output) {
  const std::string text = output.substr(0, output.find_last_not_of('\n') + 1);
  return text.substr(text.rfind('\n') + 1);
}

TEST(Keys, AreMadeListedRenamedRotatedAndRevokedFromTheShell) {
  TestServer server(test::Environment{{"API_KEY", kAdminKey}});
  const auto attend = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {test::program("attend"), "keys"});
    return test::run(arguments, server.edge_environment(), server.dir().path());
  };
  const auto status_of = [&](const std::string& key) {
    test::HttpClient client(server.url());
    client.use_key(key);
    return client.get("/api/v1/persons").status;
  };
  const Finished made = attend({"make", "--name", "Grace", "--role", "viewer"});
  ASSERT_EQ(made.exit, 0) << made.output;
  const std::string key = last_line(made.output);
  EXPECT_EQ(status_of(key), 200) << made.output;
  const Finished listed = attend({"list"});
  EXPECT_THAT(listed.output, HasSubstr("Grace"));
  EXPECT_EQ(listed.output.find(key), std::string::npos);
  EXPECT_EQ(attend({"rename", "Grace", "Grace H."}).exit, 0);
  const Finished rotated = attend({"rotate", "Grace H."});
  EXPECT_EQ(status_of(key), 401);
  const std::string next = last_line(rotated.output);
  EXPECT_EQ(status_of(next), 200) << rotated.output;
  EXPECT_EQ(attend({"revoke", "Grace H."}).exit, 0);
  EXPECT_EQ(status_of(next), 401);
  const Finished gone = attend({"revoke", "Grace H."});
  EXPECT_EQ(gone.exit, 1);
  EXPECT_THAT(gone.output, HasSubstr("no key"));
  EXPECT_EQ(attend({"make", "--name", "x", "--role", "king"}).exit, 1);
}

TEST(Keys, APairedMachineKeepsADeviceKeyInItsDotenvThatNobodyElseReads) {
  TestServer server(test::Environment{{"API_KEY", kAdminKey}});
  const auto admin = server.client();
  const auto code = admin->post("/api/v1/pairings", R"({"cameras":["gate"],"kind":"edge"})").json();
  test::TempDir machine;
  const fs::path dotenv = machine / ".env";
  std::ofstream(dotenv) << "# this machine\nSERVER_URL=" << server.url() << "\nAPI_KEY=old\nCAMERA=gate\n";
  const auto pair = [&] {
    return test::run({test::program("attend"), "pair", std::string(code.at("code").as_string())}, {},
                     machine.path());
  };
  const Finished paired = pair();
  ASSERT_EQ(paired.exit, 0) << paired.output;
  EXPECT_THAT(paired.output, HasSubstr("gate"));
  EXPECT_EQ(fs::status(dotenv).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  std::ifstream stream(dotenv);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  EXPECT_THAT(text, testing::StartsWith("# this machine\nSERVER_URL="));
  EXPECT_THAT(text, HasSubstr("\nCAMERA=gate\n"));
  EXPECT_EQ(text.find("API_KEY=old"), std::string::npos);
  const auto at = text.find("API_KEY=sas_");
  ASSERT_NE(at, std::string::npos) << text;
  const std::string key = text.substr(at + 8, text.find('\n', at) - at - 8);
  EXPECT_EQ(paired.output.find(key), std::string::npos);

  test::HttpClient device(server.url());
  device.use_key(key);
  test::SyntheticFaces faces(3);
  const std::string vector = test::vector_json(faces.identity());
  EXPECT_EQ(device.post("/api/v1/recognitions", R"({"camera_id":"gate","vector":)" + vector + "}").status,
            200);
  EXPECT_EQ(device.post("/api/v1/recognitions", R"({"camera_id":"door","vector":)" + vector + "}").status,
            403);
  EXPECT_EQ(device.get("/api/v1/persons").status, 403);

  const Finished again = pair();
  EXPECT_EQ(again.exit, 1);
  EXPECT_THAT(again.output, HasSubstr("used already"));
  EXPECT_EQ(server.stop(), 0);
  EXPECT_EQ(server.output().find(key), std::string::npos);
  server.start();
  EXPECT_EQ(device.post("/api/v1/recognitions", R"({"camera_id":"gate","vector":)" + vector + "}").status,
            200)
      << "after a restart";
}

}  // namespace
}  // namespace sas
