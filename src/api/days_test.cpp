#include <string>
#include <vector>

#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "api/test_api.h"

namespace sas::api {
namespace {

using namespace std::chrono_literals;

// The clock of the tests begins at 2026-11-22T08:00:00Z.

std::string captured(const char* time) { return R"(,"captured_at":")" + std::string(time) + '"'; }

TEST(Days, ShowWhenEachPersonWasSeen) {
  TestApi api;
  const Embedding ada = api.faces.identity();
  api.enrol("E-1", "Ada", ada);
  api.enrol("E-2", "Bob", api.faces.identity());
  api.post("/api/v1/cameras/gate-1/heartbeat",
           R"({"watching_from":"2026-11-22T00:00:00Z","watching_to":"2026-11-22T04:00:00Z"})");
  ASSERT_EQ(api.post("/api/v1/recognitions", smallest_form(ada, captured("2026-11-22T06:00:00Z")))
                .json()
                .at("outcome"),
            "marked");
  ASSERT_EQ(api.post("/api/v1/recognitions", smallest_form(ada, captured("2026-11-22T07:55:00Z")))
                .json()
                .at("outcome"),
            "cooldown");
  const auto page = api.get("/api/v1/days").json();
  EXPECT_EQ(page.at("zone"), "UTC");
  EXPECT_EQ(page.at("day_starts_at"), "00:00");
  ASSERT_EQ(page.at("items").as_array().size(), 2U);
  const auto& first = page.at("items").at(0);
  EXPECT_EQ(first.at("person").at("code"), "E-1");
  EXPECT_EQ(first.at("date"), "2026-11-22");
  EXPECT_EQ(first.at("first_at"), "2026-11-22T06:00:00Z");
  EXPECT_EQ(first.at("last_seen_at"), "2026-11-22T07:55:00Z") << "in cooldown, and seen all the same";
  EXPECT_EQ(first.at("records"), 1);
  EXPECT_EQ(first.at("sightings"), 2);
  EXPECT_EQ(first.at("coverage").to_number<double>(), 0.5);
  const auto& second = page.at("items").at(1);
  EXPECT_EQ(second.at("person").at("name"), "Bob");
  EXPECT_TRUE(second.at("first_at").is_null());
  EXPECT_TRUE(second.at("last_seen_at").is_null());
  EXPECT_EQ(second.at("records"), 0);
  EXPECT_EQ(second.at("coverage").to_number<double>(), 0.5) << "nobody is absent while no camera watched";
}

TEST(Days, AreFilteredAndPaged) {
  TestApi api;
  const Embedding ada = api.faces.identity();
  const std::string id = api.enrol("E-1", "Ada", ada);
  api.enrol("E-2", "Bob", api.faces.identity());
  for (const char* time : {"2026-11-20T08:00:00Z", "2026-11-22T07:00:00Z"})
    api.post("/api/v1/recognitions", smallest_form(ada, captured(time)));
  const std::string range = "/api/v1/days?from=2026-11-20&to=2026-11-22";
  const auto lines = [&](const std::string& query) {
    std::vector<std::string> found;
    std::string cursor;
    for (int pages = 0; pages < 20; ++pages) {
      const auto page = api.get(range + query + cursor).json();
      for (const auto& item : page.at("items").as_array())
        found.push_back(std::string(item.at("person").at("code").as_string()) + " " +
                        std::string(item.at("date").as_string()));
      if (page.at("next_cursor").is_null()) return found;
      cursor = "&cursor=" + std::string(page.at("next_cursor").as_string());
    }
    ADD_FAILURE() << "the pages do not end";
    return found;
  };
  const std::vector<std::string> all{"E-1 2026-11-20", "E-1 2026-11-21", "E-1 2026-11-22",
                                     "E-2 2026-11-20", "E-2 2026-11-21", "E-2 2026-11-22"};
  EXPECT_EQ(lines(""), all);
  EXPECT_EQ(lines("&seen=all&limit=1"), all);
  EXPECT_EQ(lines("&limit=4"), all);
  EXPECT_EQ(lines("&seen=yes&limit=1"), (std::vector<std::string>{all[0], all[2]}));
  EXPECT_EQ(lines("&seen=no&limit=3"), (std::vector<std::string>{all[1], all[3], all[4], all[5]}));
  EXPECT_EQ(lines("&person=E-2"), (std::vector<std::string>{all[3], all[4], all[5]}));
  EXPECT_EQ(lines("&seen=yes&person=" + id), (std::vector<std::string>{all[0], all[2]}));
  EXPECT_TRUE(lines("&person=nobody").empty());
}

TEST(Days, AreThoseOfTheSite) {
  TestApi api({.organisation = kFirstOrganisation}, {.site = attendance::Site::of("Asia/Tokyo", 4h).value()});
  const Embedding ada = api.faces.identity();
  api.enrol("E-1", "Ada", ada);
  // 03:59 and 04:00 in Tokyo.
  for (const char* time : {"2026-11-20T18:59:00Z", "2026-11-21T19:00:00Z"})
    api.post("/api/v1/recognitions", smallest_form(ada, captured(time)));
  const auto page = api.get("/api/v1/days?from=2026-11-20&to=2026-11-22&seen=yes").json();
  EXPECT_EQ(page.at("zone"), "Asia/Tokyo");
  EXPECT_EQ(page.at("day_starts_at"), "04:00");
  ASSERT_EQ(page.at("items").as_array().size(), 2U);
  EXPECT_EQ(page.at("items").at(0).at("date"), "2026-11-20");
  EXPECT_EQ(page.at("items").at(1).at("date"), "2026-11-22");
  EXPECT_EQ(api.get("/api/v1/analytics").json().at("zone"), "Asia/Tokyo");
  EXPECT_EQ(api.get("/api/v1/analytics?zone=UTC").json().at("zone"), "UTC");
}

TEST(Days, WhatIsWrongIsNamed) {
  TestApi api;
  const auto code = [&](const std::string& query) { return api.get("/api/v1/days?" + query).error_code(); };
  EXPECT_EQ(code("from=2026-11-22"), "invalid_range");
  EXPECT_EQ(code("from=2026-11-22&to=2026-11-21"), "invalid_range");
  EXPECT_EQ(code("from=2020-01-01&to=2026-01-01"), "invalid_range");
  EXPECT_EQ(code("from=2026-02-29&to=2026-03-01"), "invalid_parameter");
  EXPECT_EQ(code("from=today&to=today"), "invalid_parameter");
  EXPECT_EQ(code("seen=perhaps"), "invalid_parameter");
  EXPECT_EQ(code("cursor=rubbish"), "invalid_cursor");
}

}  // namespace
}  // namespace sas::api
