// Live frames and events over real sockets, as browsers and edges use them.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "e2e/people.h"
#include "fixtures/becomes_true.h"
#include "fixtures/server.h"
#include "fixtures/websocket.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using test::jpeg;
using test::TestServer;
using ::testing::HasSubstr;
using Headers = std::vector<std::pair<std::string, std::string>>;

// A connection to `path` of the server.
class Socket : public test::WebSocket {
 public:
  Socket(const TestServer& server, const std::string& path, const Headers& headers = {})
      : WebSocket(server.url(), path, headers) {}
};

bool wait_until(const std::function<bool()>& condition) { return test::becomes_true(condition, 30s); }

std::int64_t live_count(const TestServer& server, const char* what) {
  return server.client()->get("/api/v1/system").json().at("live").at(what).to_number<std::int64_t>();
}

TEST(Live, ViewersSeePublishedFrames) {
  TestServer server;
  Socket before(server, "/api/v1/live/gate");
  Socket publisher(server, "/api/v1/live/gate/publish");
  ASSERT_EQ(publisher.status, 101U);
  ASSERT_TRUE(publisher.send(jpeg("one")));
  EXPECT_EQ(before.read(), jpeg("one"));
  Socket after(server, "/api/v1/live/gate");
  EXPECT_EQ(after.read(), jpeg("one")) << "a late viewer sees the latest frame at once";
  publisher.send(jpeg("two"));
  EXPECT_EQ(before.read(), jpeg("two"));
  EXPECT_EQ(after.read(), jpeg("two"));
  EXPECT_EQ(live_count(server, "publishers"), 1);
  EXPECT_EQ(live_count(server, "viewers"), 2);
  EXPECT_THAT(server.client()->get("/metrics").body, HasSubstr("live_frames_total{way=\"in\"} 2"));
}

TEST(Live, AViewerThatDoesNotReadSkipsFramesAndDelaysNobody) {
  TestServer server;
  Socket stalled(server, "/api/v1/live/gate");
  Socket quick(server, "/api/v1/live/gate");
  Socket publisher(server, "/api/v1/live/gate/publish");
  // More than the kernel's buffers can take: the last frames cannot all be in transit.
  const int frames = 60;
  for (int i = 0; i < frames; ++i) {
    ASSERT_TRUE(publisher.send(jpeg("frame " + std::to_string(i) + ".", 200'000)));
    EXPECT_THAT(quick.read(), HasSubstr("frame " + std::to_string(i) + "."));
    std::this_thread::sleep_for(40ms);  // below the limit of 30 frames and 8 MiB a second
  }
  // First come old frames from the buffers, then the newest one.
  std::string last;
  int read = 0;
  const std::string newest = "frame " + std::to_string(frames - 1) + ".";
  while (last.find(newest) == std::string::npos && read < frames) {
    last = stalled.read();
    ++read;
  }
  EXPECT_THAT(last, HasSubstr(newest));
  EXPECT_LT(read, frames);
}

TEST(Live, ClosesAMisbehavingPublisherWithAReason) {
  TestServer server;
  const auto publish = [&](const std::function<void(Socket&)>& act) {
    Socket socket(server, "/api/v1/live/gate/publish");
    act(socket);
    return socket.read();
  };
  EXPECT_THAT(publish([](Socket& socket) { socket.send("not a picture"); }), HasSubstr("closed 1007"));
  EXPECT_THAT(publish([](Socket& socket) { socket.send(jpeg("half").substr(0, 6)); }),
              HasSubstr("closed 1007"));
  EXPECT_THAT(publish([](Socket& socket) { socket.send("hello", true); }), HasSubstr("closed 1003"));
  EXPECT_THAT(publish([](Socket& socket) { socket.send(jpeg("big", 2'000'000)); }), HasSubstr("closed 1009"));
  EXPECT_THAT(publish([](Socket& socket) {
                for (int i = 0; i < 200; ++i) socket.send(jpeg("fast"));
              }),
              HasSubstr("closed 1008 more than 30 frames"));
  EXPECT_THAT(publish([](Socket& socket) { socket.send_raw(std::string(64, '\xFF')); }),
              HasSubstr("closed 1002"));
  EXPECT_EQ(server.client()->get("/healthz").status, 200);
}

TEST(Live, ANewPublisherTakesOver) {
  TestServer server;
  Socket first(server, "/api/v1/live/gate/publish");
  Socket second(server, "/api/v1/live/gate/publish");
  EXPECT_THAT(first.read(), HasSubstr("closed 4000"));
  Socket viewer(server, "/api/v1/live/gate");
  second.send(jpeg("mine"));
  EXPECT_EQ(viewer.read(), jpeg("mine"));
}

TEST(Live, AdmitsOnlyAuthorisedClients) {
  TestServer server(sas::test::Environment{{"API_KEY", "a long enough key"}});
  for (const char* path : {"/api/v1/live/gate", "/api/v1/live/gate/publish", "/api/v1/events"}) {
    EXPECT_EQ(Socket(server, path).status, 401U) << path;
    EXPECT_EQ(Socket(server, path, {{"x-api-key", "wrong"}}).status, 401U) << path;
    EXPECT_EQ(Socket(server, path, {{"x-api-key", "a long enough key"}}).status, 101U) << path;
  }
  const auto signed_in =
      server.client()->request("POST", "/api/v1/session", R"({"api_key":"a long enough key"})");
  ASSERT_EQ(signed_in.status, 204) << signed_in.body;
  const std::string set = signed_in.headers.at("set-cookie");
  const std::string cookie = set.substr(0, set.find(';'));
  EXPECT_EQ(Socket(server, "/api/v1/events", {{"cookie", cookie}}).status, 403U);
  EXPECT_EQ(Socket(server, "/api/v1/events", {{"cookie", cookie}, {"origin", "http://evil.example"}}).status,
            403U);
  EXPECT_EQ(Socket(server, "/api/v1/events", {{"cookie", cookie}, {"origin", server.url()}}).status, 101U);

  TestServer open;
  EXPECT_EQ(Socket(open, "/api/v1/events", {{"origin", "http://evil.example"}}).status, 403U);
  EXPECT_EQ(Socket(open, "/api/v1/live/a%20b").status, 400U);
  EXPECT_EQ(open.client()->get("/api/v1/events").status, 426);
}

TEST(Live, ClosesConnectionsWithGoingAwayOnShutdown) {
  TestServer server;
  Socket viewer(server, "/api/v1/live/gate");
  Socket events(server, "/api/v1/events");
  Socket stalled(server, "/api/v1/live/gate");
  server.process().signal(SIGTERM);
  EXPECT_THAT(viewer.read(), HasSubstr("closed 1001"));
  EXPECT_THAT(events.read(), HasSubstr("closed 1001"));
  EXPECT_EQ(server.process().wait(60s), 0) << server.output();
}

TEST(Live, EventsReportDecisionsAndCameras) {
  TestServer server;
  Socket events(server, "/api/v1/events");
  std::string vector = "[";
  for (int i = 0; i < 512; ++i) vector += (i > 0 ? "," : "") + std::to_string(i % 7 + 1);
  const auto answer =
      server.client()->post("/api/v1/recognitions", R"({"camera_id":"gate","vector":)" + vector + "]}");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto told = boost::json::parse(events.read());
  EXPECT_EQ(told.at("type"), "decision");
  EXPECT_EQ(told.at("decision").at("event_id"), answer.json().at("event_id"));
  EXPECT_EQ(told.at("camera_id"), "gate");
  // The camera is first new to the follower and then live, in however many steps the server notices.
  Socket publisher(server, "/api/v1/live/gate/publish");
  bool live = false;
  for (int i = 0; i < 5 && !live; ++i) {
    const auto next = boost::json::parse(events.read());
    ASSERT_EQ(next.at("type"), "camera");
    EXPECT_EQ(next.at("camera").at("id"), "gate");
    live = next.at("camera").at("live").as_bool();
  }
  EXPECT_TRUE(live);
}

TEST(Live, ACameraSendsItsPicturesAndItsWatchedIntervals) {
  const auto models = test::installed_models();
  const auto clip = test::clip("franck.mp4");
  if (!models || !clip) GTEST_SKIP() << "the models and clips are missing; scripts/setup downloads them";
  TestServer server;
  auto environment = server.edge_environment();
  environment["MODELS_DIR"] = *models;
  test::Process camera(
      {test::program("attend"), "camera", "--headless", "--live", "--source", *clip, "--camera-id", "door"},
      environment, server.dir() / "camera.out", server.dir().path());
  Socket viewer(server, "/api/v1/live/door");
  const std::string frame = viewer.read();
  EXPECT_TRUE(frame.starts_with("\xFF\xD8\xFF")) << frame.substr(0, 60) << camera.output();
  EXPECT_NE(viewer.read(), frame);
  camera.signal(SIGINT);
  EXPECT_EQ(camera.wait(60s), 0) << camera.output();
  const auto told = server.client()->get("/api/v1/cameras").json().at("items").at(0);
  EXPECT_EQ(told.at("id"), "door");
  EXPECT_TRUE(told.at("online").as_bool());
  EXPECT_FALSE(told.at("model").is_null());
  const auto coverage = server.client()->get("/api/v1/analytics").json().at("coverage").at(0);
  EXPECT_FALSE(coverage.at("intervals").as_array().empty());
  EXPECT_TRUE(wait_until([&] { return live_count(server, "publishers") == 0; }));
}

}  // namespace
}  // namespace sas
