// Invalid input at every interface: a clear error that names the problem and the remedy, and no data lost.

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "e2e/people.h"
#include "fixtures/server.h"
#include "fixtures/synthetic_faces.h"

namespace sas {
namespace {

using test::Finished;
using test::TempDir;
using test::TestServer;
using ::testing::AnyOf;
using ::testing::HasSubstr;

struct BadBody {
  std::string name;
  std::string path;
  std::string body;
  long status;
  std::string message;  // the expected content
};

std::string numbers(int count, const std::string& value) {
  std::string text = "[";
  for (int i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + value;
  return text + "]";
}

TEST(BadInput, RefusesInvalidBodiesByNameAndKeepsRunning) {
  TestServer server;
  const auto client = server.client();
  test::SyntheticFaces faces(9);
  const Embedding face = faces.identity();
  test::enrol(*client, "1", "Survivor", face);
  const std::string recognitions = "/api/v1/recognitions";
  const auto camera = [](const std::string& rest) { return R"({"camera_id":"c",)" + rest + "}"; };
  const std::vector<BadBody> bodies{
      {"empty", recognitions, "{}", 400, "camera_id"},
      {"not JSON", recognitions, "{\"camera_id\"", 400, "JSON"},
      {"a list", recognitions, "[1]", 400, "object"},
      {"too short", recognitions, camera("\"vector\":" + numbers(511, "0.1")), 400, "512"},
      {"too long", recognitions, camera("\"vector\":" + numbers(513, "0.1")), 400, "512"},
      {"zeros", recognitions, camera("\"vector\":" + numbers(512, "0")), 400, "zero"},
      {"NaN", recognitions, camera("\"vector\":" + numbers(512, "NaN")), 400, "JSON"},
      {"overflow", recognitions, camera("\"vector\":" + numbers(512, "1e300")), 400, "vector"},
      {"text", recognitions, camera("\"vector\":\"abc\""), 400, "vector"},
      {"no vector", recognitions, R"({"camera_id":"c"})", 400, "vector"},
      {"unknown model", recognitions, camera("\"model\":\"nobodys\",\"vector\":" + test::vector_json(face)),
       400, "nobodys"},
      {"unknown encoding", recognitions, camera(R"("embedding":"AAAA","encoding":"f8")"), 400, "encoding"},
      {"bad base64", recognitions, camera(R"("embedding":"????","encoding":"i8")"), 400, "base64"},
      {"bad event id", recognitions, camera("\"event_id\":\"1\",\"vector\":" + test::vector_json(face)), 400,
       "event_id"},
      {"bad time", recognitions,
       camera("\"captured_at\":\"yesterday\",\"vector\":" + test::vector_json(face)), 400, "captured_at"},
      {"bad liveness", recognitions, camera("\"liveness\":7,\"vector\":" + test::vector_json(face)), 400,
       "liveness"},
      {"deep nesting", recognitions, std::string(5000, '['), 400, ""},
      {"no code", "/api/v1/persons", R"({"name":"N","faces":[]})", 400, "code"},
      {"bad id", "/api/v1/persons/1/faces", R"({"embedding":"AAAA","encoding":"i8"})", 400, "UUID"},
      {"no events", "/api/v1/recognitions/batch", R"({"events":7})", 400, "events"},
  };
  for (const BadBody& bad : bodies) {
    const auto reply = client->post(bad.path, bad.body);
    EXPECT_EQ(reply.status, bad.status) << bad.name << ": " << reply.body;
    ASSERT_FALSE(reply.body.empty()) << bad.name;
    EXPECT_THAT(std::string(reply.json().at("error").at("message").as_string()), HasSubstr(bad.message))
        << bad.name;
    EXPECT_FALSE(reply.json().at("error").at("code").as_string().empty()) << bad.name;
  }
  EXPECT_EQ(client->post(recognitions, "{\"x\":\"" + std::string(64UL << 20, 'x') + "\"}").status, 413);
  EXPECT_EQ(client->get("/api/v1/nothing").status, 404);
  EXPECT_EQ(client->request("DELETE", "/api/v1/attendance").status, 405);
  EXPECT_EQ(client->get("/api/v1/attendance?limit=0").status, 400);
  EXPECT_EQ(client->get("/api/v1/attendance?from=monday").status, 400);
  EXPECT_EQ(client->get("/api/v1/attendance?cursor=rubbish").status, 400);
  EXPECT_EQ(test::recognise(*client, face).at("outcome"), "marked") << "the server still works";
}

Finished attendd(const std::map<std::string, std::string>& environment, const TempDir& dir) {
  std::map<std::string, std::string> full{
      {"PORT", "0"}, {"DATA_DIR", (dir / "data").string()}, {"LOG_FILE", (dir / "app.log").string()}};
  for (const auto& [name, value] : environment) full[name] = value;
  return test::run({test::program("attendd")}, full, dir.path(), std::chrono::seconds(60));
}

TEST(BadInput, NamesEveryWrongSettingInOneMessage) {
  const TempDir dir;
  const auto run = attendd({{"PORT", "http"}, {"COOLDOWN_SECONDS", "-1"}, {"HOST", "0.0.0.0"}}, dir);
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.output, HasSubstr("PORT=\"http\""));
  EXPECT_THAT(run.output, HasSubstr("COOLDOWN_SECONDS=\"-1\""));
  EXPECT_THAT(run.output, HasSubstr("API_KEY must be set"));
}

TEST(BadInput, RefusesAnUnknownPackListingTheKnownOnes) {
  const TempDir dir;
  const auto run = attendd({{"MODEL_PACK", "nonesuch"}}, dir);
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr("nonesuch"));
  EXPECT_THAT(run.output, HasSubstr("faceplugin"));
}

TEST(BadInput, NamesAPortInUse) {
  TestServer first;
  const TempDir dir;
  const auto run = attendd({{"PORT", first.port()}}, dir);
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr(first.port()));
  EXPECT_THAT(run.output, HasSubstr("PORT"));
}

TEST(BadInput, RefusesADamagedDatabaseAndLeavesItUnchanged) {
  const TempDir dir;
  std::filesystem::create_directory(dir / "data");
  const std::string rubbish(10000, 'x');
  std::ofstream(dir / "data/attendance.db") << rubbish;
  const auto run = attendd({}, dir);
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr("attendance.db"));
  EXPECT_EQ(std::filesystem::file_size(dir / "data/attendance.db"), rubbish.size());
}

TEST(BadInput, NamesAFolderThatCannotBeWritten) {
  const TempDir dir;
  std::ofstream(dir / "blocked") << "a file where a folder should be";
  const auto run = attendd({{"DATA_DIR", (dir / "blocked/data").string()}}, dir);
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr("blocked"));
}

TEST(BadInput, RefusesASecondServerOnOneDatabase) {
  TestServer first;
  const auto run = attendd({{"DATA_DIR", (first.dir() / "data").string()}}, first.dir());
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr("attendance.db"));
}

class BadEdge : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto models = test::installed_models();
    if (!models) GTEST_SKIP() << "the models are missing; scripts/setup downloads them";
    models_ = *models;
  }
  Finished attend(std::vector<std::string> arguments,
                  std::map<std::string, std::string> environment = {}) const {
    arguments.insert(arguments.begin(), test::program("attend"));
    environment.try_emplace("MODELS_DIR", models_);
    environment.try_emplace("DATA_DIR", (dir_ / "data").string());
    environment.try_emplace("SERVER_URL", "http://127.0.0.1:9");  // the discard port: nothing listens there
    return test::run(arguments, environment, dir_.path(), std::chrono::seconds(120));
  }
  TempDir dir_;
  std::string models_;
};

TEST_F(BadEdge, NamesAServerThatIsDown) {
  const auto log = attend({"log"});
  EXPECT_EQ(log.exit, 1);
  EXPECT_THAT(log.output, HasSubstr("127.0.0.1:9"));
  EXPECT_THAT(log.output, HasSubstr("attendd"));
}

TEST_F(BadEdge, ReportsAWrongKey) {
  TestServer server(test::Environment{{"API_KEY", "a-key-for-this-test-only"}});
  const auto log = attend({"log"}, {{"SERVER_URL", server.url()}, {"API_KEY", "another"}});
  EXPECT_EQ(log.exit, 1);
  EXPECT_THAT(log.output, HasSubstr("API_KEY"));
}

TEST_F(BadEdge, NamesAMissingCamera) {
  TestServer server;
  for (const char* source : {"/no/such/clip.mp4", "97"}) {
    const auto run = attend({"camera", "--headless", "--source", source, "--camera-id", "c"},
                            {{"SERVER_URL", server.url()}});
    EXPECT_EQ(run.exit, 1) << source;
    EXPECT_THAT(run.output, HasSubstr(source));
  }
}

TEST_F(BadEdge, NamesAFileThatIsNotAnImage) {
  TestServer server;
  std::ofstream(dir_ / "rubbish.jpg") << "this is not a photograph";
  const auto run =
      attend({"register", "--name", "N", "--code", "1", "--image", (dir_ / "rubbish.jpg").string()},
             {{"SERVER_URL", server.url()}});
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr("rubbish.jpg"));
}

TEST_F(BadEdge, NamesADamagedModelFileWithTheRemedy) {
  const std::filesystem::path copy = dir_ / "models";
  std::filesystem::copy(models_, copy, std::filesystem::copy_options::recursive);
  std::ofstream(copy / "faceplugin/fr_feature.onnx", std::ios::app) << "x";
  TestServer server;
  const auto run = attend({"camera", "--headless", "--source", "/dev/null", "--camera-id", "c"},
                          {{"SERVER_URL", server.url()}, {"MODELS_DIR", copy.string()}});
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr("fr_feature.onnx"));
  EXPECT_THAT(run.output, HasSubstr("attend models"));
  EXPECT_NE(attend({"models", "verify"}, {{"MODELS_DIR", copy.string()}}).exit, 0);
}

TEST_F(BadEdge, AWrongFlagIsAUsageError) {
  EXPECT_EQ(attend({"camera", "--sauce", "0"}).exit, 2);
  EXPECT_EQ(attend({"dance"}).exit, 2);
}

}  // namespace
}  // namespace sas
