// attendd as an external client sees it: over HTTP, without any of our own code in between.

#include "fixtures/server.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "e2e/people.h"
#include "fixtures/synthetic_faces.h"

namespace sas {
namespace {

using test::TestServer;
using ::testing::HasSubstr;

TEST(Server, AcceptsTheSmallestFormShownInTheReadme) {
  test::SyntheticFaces faces(1);
  const Embedding face = faces.identity();
  TestServer server;
  const auto client = server.client();
  test::enrol(*client, "7", "Smallest Form", face);

  const auto reply = client->post("/api/v1/recognitions",
                                  R"({"camera_id":"door","vector":)" + test::vector_json(face) + "}");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto decision = reply.json();
  EXPECT_EQ(decision.at("outcome"), "marked");
  EXPECT_EQ(decision.at("person").at("code"), "7");
  EXPECT_GT(decision.at("similarity").to_number<double>(), 0.999);
  EXPECT_TRUE(decision.at("runner_up").is_null());
  EXPECT_TRUE(decision.at("event_id").is_string());
  EXPECT_TRUE(decision.at("attendance_id").is_string());
  EXPECT_TRUE(decision.at("cooldown_until").is_string());
  EXPECT_TRUE(decision.at("threshold").is_number());
  EXPECT_FALSE(reply.headers.at("x-request-id").empty());

  const auto log = client->get("/api/v1/attendance").json();
  ASSERT_EQ(log.at("items").as_array().size(), 1U);
  EXPECT_EQ(log.at("items").at(0).at("person").at("name"), "Smallest Form");
  EXPECT_TRUE(log.at("next_cursor").is_null());
  EXPECT_THAT(client->get("/api/v1/attendance.csv").body, HasSubstr("Smallest Form"));
  EXPECT_EQ(client->get("/api/v1/cameras").json().at("items").at(0).at("id"), "door");
}

TEST(Server, ReportsItsHealth) {
  TestServer server;
  const auto client = server.client();
  EXPECT_EQ(client->get("/healthz").status, 200);
  EXPECT_EQ(client->get("/readyz").status, 200);
  EXPECT_THAT(client->get("/metrics").body, HasSubstr("# TYPE"));
  EXPECT_EQ(client->get("/openapi.json").json().at("openapi").as_string().subview(0, 2), "3.");
  const auto page = client->get("/docs/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.headers.at("content-type"), HasSubstr("text/html"));
}

TEST(Server, ShutsDownCleanlyOnSigtermAndSigint) {
  for (const int signal : {SIGTERM, SIGINT}) {
    TestServer server;
    server.process().signal(signal);
    EXPECT_EQ(server.process().wait(std::chrono::seconds(60)), 0) << server.output();
    EXPECT_THAT(server.output(), HasSubstr("stopped"));
  }
}

TEST(Server, KeepsPeopleRecordsAndCooldownsAcrossARestart) {
  test::SyntheticFaces faces(2);
  const Embedding face = faces.identity();
  TestServer server;
  test::enrol(*server.client(), "1", "Lasting", face);
  ASSERT_EQ(test::recognise(*server.client(), face).at("outcome"), "marked");
  ASSERT_EQ(server.stop(), 0);
  server.start();
  EXPECT_EQ(test::recognise(*server.client(), face).at("outcome"), "cooldown");
  EXPECT_EQ(server.client()->get("/api/v1/attendance").json().at("items").as_array().size(), 1U);
}

TEST(Server, ManagesPeople) {
  test::SyntheticFaces faces(3);
  const Embedding face = faces.identity();
  TestServer server;
  const auto client = server.client();
  const std::string id = test::enrol(*client, "1", "First", face);

  const auto duplicate =
      client->post("/api/v1/persons", test::enrolment_json("2", "Second", faces.probe(face, 0.8)));
  EXPECT_EQ(duplicate.status, 409);
  EXPECT_EQ(duplicate.json().at("error").at("code"), "duplicate_face");
  EXPECT_EQ(duplicate.json().at("error").at("details").at("name"), "First");

  EXPECT_EQ(client->get("/api/v1/persons?query=fir").json().at("items").as_array().size(), 1U);
  EXPECT_EQ(client->get("/api/v1/persons?query=nobody").json().at("items").as_array().size(), 0U);
  EXPECT_EQ(client->request("PATCH", "/api/v1/persons/" + id, R"({"name":"Renamed"})").json().at("name"),
            "Renamed");
  EXPECT_EQ(test::recognise(*client, face).at("person").at("name"), "Renamed");
  EXPECT_EQ(client->request("DELETE", "/api/v1/persons/" + id).status, 204);
  EXPECT_EQ(client->get("/api/v1/persons/" + id).status, 404);
  EXPECT_EQ(test::recognise(*client, face).at("outcome"), "unknown");
}

TEST(Server, RefusesRequestsWithoutTheKey) {
  TestServer server(test::Environment{{"API_KEY", "a-key-for-this-test-only"}});
  test::HttpClient stranger(server.url());
  const auto refused = stranger.get("/api/v1/persons");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.json().at("error").at("code"), "unauthenticated");
  stranger.use_key("a-key-for-this-test-onlx");
  EXPECT_EQ(stranger.get("/api/v1/persons").status, 401);
  EXPECT_EQ(stranger.get("/healthz").status, 200) << "a load balancer has no key";
  EXPECT_EQ(server.client()->get("/api/v1/persons").status, 200);
}

}  // namespace
}  // namespace sas
