#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.h"

namespace sas::api {
namespace {

using namespace std::chrono_literals;

// The clock of the tests begins at 2026-11-22T08:00:00Z.

TEST(AnalyticsApi, ShowsFiguresNextToWhatWasWatched) {
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

}  // namespace
}  // namespace sas::api
