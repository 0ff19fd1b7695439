#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.h"

namespace sas::api {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// `count` people, each marked once, a minute apart from 08:00 on, the first on gate-1 and then by turns.
void fill(TestApi& api, int count) {
  for (int i = 0; i < count; ++i) {
    const Embedding face = api.faces.identity();
    api.enrol("E-" + std::to_string(i), i == 0 ? "=cmd(),\"x\"" : "Person " + std::to_string(i), face);
    const std::string camera = i % 2 == 0 ? "gate-1" : "gate-2";
    const Answer answer = api.post("/api/v1/recognitions",
                                   R"({"camera_id":")" + camera + R"(","vector":)" + vector_json(face) + "}");
    ASSERT_EQ(answer.json().at("outcome"), "marked") << answer.body;
    api.clock.advance(std::chrono::minutes(1));
  }
}

std::size_t count(TestApi& api, const std::string& query) {
  const Answer answer = api.get("/api/v1/attendance?" + query);
  EXPECT_EQ(answer.status, 200U) << answer.body;
  return answer.json().at("items").as_array().size();
}

TEST(Attendance, ShowsEveryNumberOfARecord) {
  TestApi api;
  fill(api, 2);
  const auto page = api.get("/api/v1/attendance").json();
  EXPECT_TRUE(page.at("next_cursor").is_null());
  ASSERT_EQ(page.at("items").as_array().size(), 2U);
  const auto& newest = page.at("items").at(0).as_object();
  EXPECT_EQ(newest.at("person").at("code"), "E-1");
  EXPECT_EQ(newest.at("camera_id"), "gate-2");
  EXPECT_EQ(newest.at("captured_at"), "2026-11-22T08:01:00Z");
  EXPECT_EQ(newest.at("received_at"), "2026-11-22T08:01:00Z");
  EXPECT_EQ(newest.at("model"), "test-1");
  EXPECT_EQ(newest.at("similarity").to_number<double>(), 1.0);
  EXPECT_TRUE(newest.at("runner_up").is_number());
  EXPECT_TRUE(newest.at("liveness").is_null());
  for (const char* name : {"id", "event_id", "threshold", "quality"})
    EXPECT_TRUE(newest.contains(name)) << name;
}

TEST(Attendance, IsFilteredAndPaged) {
  TestApi api;
  fill(api, 5);
  EXPECT_EQ(count(api, "from=2026-11-22T08:01:00Z"), 4U);
  EXPECT_EQ(count(api, "to=2026-11-22T08:01:00Z"), 1U);
  EXPECT_EQ(count(api, "from=2026-11-22T09:01:00%2B01:00&to=2026-11-22T08:03:00Z"), 2U);
  EXPECT_EQ(count(api, "camera=gate-2"), 2U);
  EXPECT_EQ(count(api, "person=E-3"), 1U);
  EXPECT_EQ(count(api, "person=E-3&camera=gate-1"), 0U);
  const auto page = api.get("/api/v1/attendance?limit=3").json();
  EXPECT_EQ(page.at("items").as_array().size(), 3U);
  EXPECT_EQ(count(api, "limit=3&cursor=" + std::string(page.at("next_cursor").as_string())), 2U);
}

TEST(Attendance, ShowsOneRecordById) {
  TestApi api;
  const Embedding face = api.faces.identity();
  api.enrol("E-1", "Ada", face);
  const auto marked = api.post("/api/v1/recognitions", smallest_form(face)).json();
  const std::string id(marked.at("attendance_id").as_string());
  EXPECT_EQ(api.get("/api/v1/attendance/" + id).json().at("person").at("name"), "Ada");
  EXPECT_EQ(api.get("/api/v1/attendance/7").error_code(), "invalid_id");
  EXPECT_EQ(api.get("/api/v1/attendance/01935b1c-1f2e-7a30-8b4c-5d6e7f809123").error_code(),
            "attendance_not_found");
}

TEST(Attendance, WhatIsWrongIsNamed) {
  TestApi api;
  const struct {
    std::string query;
    std::string code;
    std::string says;
  } kCases[] = {
      {"from=2026-11-22", "invalid_parameter", "from"},
      {"from=2026-11-22T08:00:00", "invalid_parameter", "offset"},
      {"to=2026-11-22T08:00:00+01:00", "invalid_parameter", "%2B"},
      {"from=2026-11-22T08:00:00Z&to=2026-11-22T08:00:00Z", "invalid_parameter", "later"},
      {"camera=a/b", "invalid_parameter", "camera"},
      {"person=" + std::string(300, 'x'), "invalid_parameter", "person"},
      {"since=2026-11-22T08:00:00Z", "unknown_parameter", "since"},
      {"limit=many", "invalid_parameter", "1000"},
      {"cursor=rubbish", "invalid_cursor", "cursor"},
  };
  for (const auto& wrong : kCases) {
    const Answer answer = api.get("/api/v1/attendance?" + wrong.query);
    EXPECT_EQ(answer.status, 400U) << wrong.query;
    EXPECT_EQ(answer.error_code(), wrong.code) << wrong.query << answer.body;
    EXPECT_THAT(answer.error_message(), HasSubstr(wrong.says));
  }
  EXPECT_EQ(api.get("/api/v1/attendance.csv?limit=10").error_code(), "unknown_parameter");
}

TEST(AttendanceCsv, HasAHeaderAndHarmlessCells) {
  TestApi api;
  fill(api, 2);
  const Answer answer = api.get("/api/v1/attendance.csv");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_THAT(answer.headers.at("content-type"), StartsWith("text/csv"));
  EXPECT_THAT(answer.headers.at("content-disposition"), HasSubstr("attendance.csv"));
  EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
  EXPECT_THAT(answer.body,
              StartsWith("id,event_id,person_id,person_code,person_name,camera_id,captured_at,"
                         "received_at,model,similarity,runner_up,threshold,liveness,quality,score,"
                         "threshold_source,weak_liveness\r\n"));
  EXPECT_THAT(answer.body,
              HasSubstr(",E-1,Person 1,gate-2,2026-11-22T08:01:00Z,2026-11-22T08:01:00Z,test-1,1,"));
  EXPECT_THAT(answer.body, HasSubstr(",0.35,,,1,pack,\r\n"));
  EXPECT_THAT(answer.body, HasSubstr(R"(,E-0,"'=cmd(),""x""",gate-1,)"));
}

TEST(AttendanceCsv, GoesOnPastOnePageToTheEnd) {
  TestApi api;
  const Embedding face = api.faces.identity();
  api.enrol("E-1", "Ada", face);
  // Past marks, a day apart, as an outbox delivers them.
  const int days = 1003;
  const Timestamp now = api.clock.now();
  std::size_t marked = 0;
  for (int from = 0; from < days; from += 500) {
    std::string batch = R"({"events":[)";
    for (int day = from; day < std::min(days, from + 500); ++day)
      batch +=
          (day == from ? "" : ",") +
          smallest_form(face, R"(,"captured_at":")" + to_rfc3339(now - std::chrono::hours(24 * day)) + "\"");
    const auto results = api.post("/api/v1/recognitions/batch", batch + "]}").json();
    for (const auto& result : results.at("results").as_array())
      marked += result.at("outcome") == "marked" ? 1 : 0;
  }
  ASSERT_EQ(marked, static_cast<std::size_t>(days));
  const Answer answer = api.get("/api/v1/attendance.csv");
  EXPECT_EQ(std::ranges::count(answer.body, '\n'), days + 1);
}

}  // namespace
}  // namespace sas::api
