#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.h"

namespace sas::api {
namespace {

using namespace std::chrono_literals;

// The clock of the tests begins at 2026-11-22T08:00:00Z.

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

TEST(AnalyticsApi, FiguresStandBesideWhatWasWatched) {
  TestApi api;
  const Embedding face = api.faces.identity();
  api.enrol("E-1", "Ada", face);
  ASSERT_EQ(api.post("/api/v1/recognitions", smallest_form(face)).json().at("outcome"), "marked");
  ASSERT_EQ(api.post("/api/v1/recognitions", smallest_form(face)).json().at("outcome"), "cooldown");
  ASSERT_EQ(api.post("/api/v1/recognitions", smallest_form(api.faces.identity())).json().at("outcome"),
            "unknown");
  ASSERT_EQ(api.post("/api/v1/cameras/gate-1/heartbeat",
                     R"({"watching_from":"2026-11-22T06:00:00Z","watching_to":"2026-11-22T08:00:00Z"})")
                .status,
            204U);
  const auto figures = api.get("/api/v1/analytics").json();
  EXPECT_EQ(figures.at("from"), "2026-11-22T00:00:00Z");
  EXPECT_EQ(figures.at("to"), "2026-11-23T00:00:00Z");
  EXPECT_EQ(figures.at("enrolled"), 1);
  EXPECT_EQ(figures.at("present"), 1);
  EXPECT_EQ(figures.at("days").at(0).at("present"), 1);
  EXPECT_EQ(figures.at("days").at(0).at("coverage").to_number<double>(), 0.25);
  const auto& hour = figures.at("hours").at(0);
  EXPECT_EQ(hour.at("start"), "2026-11-22T08:00:00Z");
  EXPECT_EQ(hour.at("arrivals"), 1);
  EXPECT_EQ(hour.at("marked"), 1);
  EXPECT_EQ(hour.at("cooldown"), 1);
  EXPECT_EQ(hour.at("unknown"), 1);
  EXPECT_EQ(figures.at("cameras").at(0).at("camera_id"), "gate-1");
  EXPECT_EQ(figures.at("coverage").at(0).at("fraction").to_number<double>(), 0.25);
  EXPECT_EQ(figures.at("coverage").at(0).at("intervals").at(0).at("from"), "2026-11-22T06:00:00Z");
  EXPECT_EQ(figures.at("latency_ms").at("events"), 3);
  EXPECT_EQ(figures.at("similarity").at("thresholds").as_array().size(), 1U);
  // The local day of Auckland began at 11:00 UTC of the day before.
  EXPECT_EQ(api.get("/api/v1/analytics?zone=Pacific/Auckland").json().at("from"), "2026-11-21T11:00:00Z");
  EXPECT_EQ(api.get("/api/v1/analytics?camera=door").json().at("present"), 0);
}

TEST(AnalyticsApi, WhatIsWrongIsNamed) {
  TestApi api;
  const auto code = [&](const std::string& query) {
    return api.get("/api/v1/analytics?" + query).error_code();
  };
  EXPECT_EQ(code("zone=Middle/Earth"), "invalid_zone");
  EXPECT_EQ(code("from=2026-11-22T00:00:00Z"), "invalid_range");
  EXPECT_EQ(code("from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"), "invalid_range");
  EXPECT_EQ(code("from=yesterday&to=today"), "invalid_parameter");
  EXPECT_EQ(code("timezone=UTC"), "unknown_parameter");
}

TEST(Sightings, ShowEveryDecisionAndAreFiltered) {
  TestApi api;
  const Embedding face = api.faces.identity();
  api.enrol("E-1", "Ada", face);
  const auto marked = api.post("/api/v1/recognitions", smallest_form(face)).json();
  api.clock.advance(1min);
  api.post("/api/v1/recognitions", smallest_form(face, R"(,"liveness":0.01)"));
  const auto all = api.get("/api/v1/sightings").json().at("items").as_array();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].at("outcome"), "spoof");
  EXPECT_TRUE(all[0].at("person").is_null());
  EXPECT_EQ(all[1].at("person").at("code"), "E-1");
  EXPECT_EQ(api.get("/api/v1/sightings?outcome=spoof").json().at("items").as_array().size(), 1U);
  EXPECT_EQ(api.get("/api/v1/sightings?outcome=maybe").error_code(), "invalid_parameter");
  const std::string id(marked.at("attendance_id").as_string());
  EXPECT_EQ(api.get("/api/v1/attendance/" + id).json().at("person").at("name"), "Ada");
  EXPECT_EQ(api.get("/api/v1/attendance/7").error_code(), "invalid_id");
  EXPECT_EQ(api.get("/api/v1/attendance/01935b1c-1f2e-7a30-8b4c-5d6e7f809123").error_code(),
            "attendance_not_found");
}

TEST(Events, FollowersHearEveryDecision) {
  TestApi api;
  const auto listener = *api.events.listen([] {});
  const Embedding face = api.faces.identity();
  api.enrol("E-1", "Ada", face);
  api.post("/api/v1/recognitions", smallest_form(face, R"(,"liveness":0.9)"));
  const auto event = listener->next();
  ASSERT_TRUE(std::holds_alternative<relay::Event>(event));
  const auto told = boost::json::parse(*std::get<relay::Event>(event));
  EXPECT_EQ(told.at("type"), "decision");
  EXPECT_EQ(told.at("decision").at("person").at("name"), "Ada");
  EXPECT_EQ(told.at("camera_id"), "gate-1");
  EXPECT_EQ(told.at("captured_at"), "2026-11-22T08:00:00Z");
  EXPECT_EQ(lost_event(3), R"({"type":"lost","count":3})");
}

}  // namespace
}  // namespace sas::api
