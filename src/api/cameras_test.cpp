#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.h"

namespace sas::api {
namespace {

using namespace std::chrono_literals;

// The clock of the tests begins at 2026-11-22T08:00:00Z.

TEST(Cameras, AreListedInPagesById) {
  TestApi api;
  const Embedding face = api.faces.identity();
  for (const char* camera : {"gate-2", "gate-1"}) {
    api.post("/api/v1/recognitions",
             R"({"camera_id":")" + std::string(camera) + R"(","vector":)" + vector_json(face) + "}");
  }
  api.clock.advance(2min);
  api.post("/api/v1/recognitions", smallest_form(face));
  const auto all = api.get("/api/v1/cameras").json();
  ASSERT_EQ(all.at("items").as_array().size(), 2U);
  EXPECT_EQ(all.at("items").at(0).at("id"), "gate-1");
  EXPECT_EQ(all.at("items").at(0).at("events"), 2);
  EXPECT_EQ(all.at("items").at(0).at("first_seen"), "2026-11-22T08:00:00Z");
  EXPECT_EQ(all.at("items").at(0).at("last_seen"), "2026-11-22T08:02:00Z");
  EXPECT_EQ(all.at("items").at(0).at("clock_skew_seconds").to_number<double>(), 0.0);
  const auto first = api.get("/api/v1/cameras?limit=1").json();
  EXPECT_EQ(first.at("next_cursor"), "gate-1");
  const auto second = api.get("/api/v1/cameras?limit=1&cursor=gate-1").json();
  EXPECT_EQ(second.at("items").at(0).at("id"), "gate-2");
  EXPECT_TRUE(second.at("next_cursor").is_null());
}

TEST(Cameras, AreNamedAndRetired) {
  TestApi api;
  api.post("/api/v1/recognitions", smallest_form(api.faces.identity()));
  const auto patch = [&](const std::string& body, const std::string& camera = "gate-1") {
    return api.call(http::Verb::patch, "/api/v1/cameras/" + camera, body);
  };
  const auto before = api.get("/api/v1/cameras").json().at("items").at(0);
  EXPECT_TRUE(before.at("name").is_null());
  EXPECT_EQ(before.at("direction"), "none");
  EXPECT_EQ(before.at("retired"), false);
  const Answer named = patch(R"({"name":"Front door","direction":"in","retired":true})");
  EXPECT_EQ(named.status, 200U) << named.body;
  EXPECT_EQ(named.json().at("name"), "Front door");
  EXPECT_EQ(named.json().at("direction"), "in");
  EXPECT_EQ(named.json().at("retired_at"), "2026-11-22T08:00:00Z");
  api.clock.advance(1h);
  EXPECT_EQ(patch(R"({"retired":true})").json().at("retired_at"), "2026-11-22T08:00:00Z")
      << "retired since then";
  EXPECT_EQ(api.get("/api/v1/cameras").json().at("items").at(0), patch(R"({"direction":"in"})").json());
  // An event of a retired camera is recorded all the same.
  EXPECT_EQ(api.post("/api/v1/recognitions", smallest_form(api.faces.identity())).status, 200U);
  const Answer back = patch(R"({"name":null,"retired":false})");
  EXPECT_TRUE(back.json().at("name").is_null());
  EXPECT_EQ(back.json().at("retired"), false);
  EXPECT_EQ(back.json().at("direction"), "in") << "what is not named stays";
  EXPECT_EQ(patch(R"({"name":"x"})", "door").error_code(), "camera_not_found");
  EXPECT_EQ(patch(R"({})").error_code(), "invalid_field");
  EXPECT_EQ(patch(R"({"id":"door"})").error_code(), "invalid_field");
  EXPECT_EQ(patch(R"({"direction":"up"})").error_code(), "invalid_field");
  EXPECT_EQ(patch(R"({"name":"a\u202eb"})").error_code(), "invalid_name");
}

TEST(Cameras, AMistypedOneCanBeRemoved) {
  TestApi api;
  api.post("/api/v1/recognitions", smallest_form(api.faces.identity()));
  api.post("/api/v1/cameras/gaet-1/heartbeat",
           R"({"watching_from":"2026-11-22T06:00:00Z","watching_to":"2026-11-22T08:00:00Z"})");
  const auto remove = [&](const char* camera) {
    return api.call(http::Verb::delete_, std::string("/api/v1/cameras/") + camera);
  };
  EXPECT_EQ(remove("gaet-1").status, 204U);
  EXPECT_EQ(remove("gaet-1").error_code(), "camera_not_found");
  EXPECT_EQ(remove("gate-1").error_code(), "camera_has_events");
  const auto left = api.get("/api/v1/cameras").json();
  EXPECT_EQ(left.at("items").as_array().size(), 1U);
  EXPECT_EQ(api.get("/api/v1/analytics").json().at("coverage").as_array().size(), 1U);
  // When it is heard of again it is new.
  EXPECT_EQ(api.post("/api/v1/cameras/gaet-1/heartbeat", "{}").status, 204U);
  EXPECT_EQ(api.get("/api/v1/cameras").json().at("items").as_array().size(), 2U);
}

TEST(Heartbeats, MakeACameraOnlineForHalfAMinute) {
  TestApi api;
  const Answer kept =
      api.post("/api/v1/cameras/gate-1/heartbeat",
               R"({"watching_from":"2026-11-22T07:59:50Z","watching_to":"2026-11-22T08:00:00Z",
                                   "fps":14.5,"outbox_waiting":2,"outbox_oldest":"2026-11-22T07:00:00Z",
                                   "software":"attend 1","model":"test-1"})");
  EXPECT_EQ(kept.status, 204U) << kept.body;
  const auto camera = [&] { return api.get("/api/v1/cameras").json().at("items").at(0); };
  EXPECT_EQ(camera().at("online"), true);
  EXPECT_EQ(camera().at("live"), false);
  EXPECT_EQ(camera().at("fps").to_number<double>(), 14.5);
  EXPECT_EQ(camera().at("outbox_waiting"), 2);
  EXPECT_EQ(camera().at("outbox_oldest"), "2026-11-22T07:00:00Z");
  EXPECT_EQ(camera().at("software"), "attend 1");
  api.clock.advance(31s);
  EXPECT_EQ(camera().at("online"), false);
  EXPECT_EQ(api.post("/api/v1/cameras/gate-1/heartbeat", "{}").status, 204U);
  EXPECT_EQ(camera().at("online"), true);
  EXPECT_TRUE(camera().at("fps").is_null());
}

TEST(Heartbeats, WhatCannotBeIsRefused) {
  TestApi api;
  const auto code = [&](const char* body, const char* camera = "gate-1") {
    return api.post(std::string("/api/v1/cameras/") + camera + "/heartbeat", body).error_code();
  };
  EXPECT_EQ(code("{", "gate-1"), "malformed_json");
  EXPECT_EQ(code("{}", "a%20b"), "invalid_field");
  EXPECT_EQ(code(R"({"fps":-1})"), "invalid_field");
  EXPECT_EQ(code(R"({"outbox_waiting":1.5})"), "invalid_field");
  EXPECT_EQ(code(R"({"software":""})"), "invalid_field");
  EXPECT_EQ(code(R"({"watching_from":"2026-11-22T07:00:00Z"})"), "invalid_field");
  EXPECT_EQ(code(R"({"watching_from":"2026-11-22T07:00:00Z","watching_to":"2026-11-22T06:00:00Z"})"),
            "invalid_watch");
  EXPECT_EQ(code(R"({"watching_from":"2026-11-22T07:00:00Z","watching_to":"2026-11-22T09:00:00Z"})"),
            "invalid_watch");
}

}  // namespace
}  // namespace sas::api
