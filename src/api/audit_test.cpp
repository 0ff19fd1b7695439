#include <string>

#include <boost/json/object.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.h"
#include "audit/chain.h"
#include "audit/row_json.h"
#include "fixtures/run_task.h"

namespace sas::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kAuditKey = "a-key-for-this-test-only";

std::vector<std::string> actions_in(const Answer& answer) {
  std::vector<std::string> actions;
  const auto page = answer.json();
  for (const auto& item : page.at("items").as_array()) actions.emplace_back(item.at("action").as_string());
  return actions;
}

TEST(Audit, ListsWhoDidWhatNewestFirstInPages) {
  TestApi api;
  const std::string id = api.enrol("7", "Ada", api.faces.identity());
  EXPECT_EQ(api.call(http::Verb::patch, "/api/v1/persons/" + id, R"({"name":"Eva"})").status, 200U);
  EXPECT_EQ(api.call(http::Verb::delete_, "/api/v1/persons/" + id).status, 204U);
  const Answer all = api.get("/api/v1/audit");
  EXPECT_THAT(actions_in(all), ElementsAre("person_removed", "person_changed", "person_added"));
  EXPECT_EQ(all.body.find("Ada"), std::string::npos);
  const Answer first = api.get("/api/v1/audit?limit=2&order=oldest");
  EXPECT_THAT(actions_in(first), ElementsAre("person_added", "person_changed"));
  const std::string cursor(first.json().at("next_cursor").as_string());
  const Answer rest = api.get("/api/v1/audit?limit=2&order=oldest&cursor=" + cursor);
  EXPECT_THAT(actions_in(rest), ElementsAre("person_removed"));
  EXPECT_TRUE(rest.json().at("next_cursor").is_null());
  EXPECT_EQ(api.get("/api/v1/audit?order=random").error_code(), "invalid_parameter");
  EXPECT_EQ(api.get("/api/v1/audit?cursor=01").error_code(), "invalid_cursor");
}

TEST(Audit, WhatIsSentProvesTheChain) {
  TestApi api;
  for (const char* code : {"1", "2", "3"}) api.enrol(code, code, api.faces.identity());
  audit::ChainCheck check;
  const auto rows = api.get("/api/v1/audit?order=oldest").json();
  for (const auto& item : rows.at("items").as_array()) {
    const auto row = audit::from_json(item.as_object());
    ASSERT_TRUE(row) << row.error().message;
    const auto broken = check.add(*row);
    EXPECT_FALSE(broken) << broken->why;
  }
  EXPECT_EQ(check.last().sequence, 3);
}

TEST(Audit, SigningInAndOutIsInTheLog) {
  TestApi api({.organisation = kFirstOrganisation, .api_key = kAuditKey});
  const Answer signed_in = api.post("/api/v1/session", R"({"api_key":")" + std::string(kAuditKey) + R"("})");
  ASSERT_EQ(signed_in.status, 204U);
  const std::string cookie =
      signed_in.headers.at("set-cookie").substr(0, signed_in.headers.at("set-cookie").find(';'));
  EXPECT_EQ(api.call(http::Verb::delete_, "/api/v1/session", {}, {{"cookie", cookie}}).status, 204U);
  EXPECT_THAT(actions_in(api.get("/api/v1/audit", {{"x-api-key", kAuditKey}})),
              ElementsAre("session_ended", "session_begun"));
}

TEST(Audit, ARefusedRightIsInTheLogAndAFloodOfThemIsNot) {
  TestApi api({.organisation = kFirstOrganisation, .api_key = kAuditKey});
  const HeaderList administrator{{"x-api-key", kAuditKey}};
  const Answer made = api.post("/api/v1/keys", R"({"name":"hall","role":"viewer"})", administrator);
  ASSERT_EQ(made.status, 201U) << made.body;
  const HeaderList viewer{{"x-api-key", std::string(made.json().at("key").as_string())}};
  for (int i = 0; i < 200; ++i) {
    const Answer refused = api.get("/api/v1/audit", viewer);
    ASSERT_EQ(refused.status, 403U);
    EXPECT_THAT(refused.error_message(), HasSubstr("administer"));
  }
  const auto items = api.get("/api/v1/audit?limit=1000", administrator).json().at("items").as_array();
  const auto refusals =
      std::ranges::count_if(items, [](const auto& item) { return item.at("action") == "right_refused"; });
  EXPECT_GE(refusals, 1);
  EXPECT_LT(refusals, 40);
  EXPECT_EQ(items.at(0).at("target"), "route:GET /api/v1/audit");
  EXPECT_EQ(items.at(0).at("details").at("right"), "administer");
  EXPECT_EQ(items.at(0).at("subject").at("id"), made.json().at("id"));
}

TEST(Audit, ADeviceThatActsAsAnotherCameraIsInTheLog) {
  TestApi api({.organisation = kFirstOrganisation, .api_key = kAuditKey});
  const HeaderList administrator{{"x-api-key", kAuditKey}};
  const Answer made =
      api.post("/api/v1/keys", R"({"name":"tablet","role":"device","cameras":["gate"]})", administrator);
  ASSERT_EQ(made.status, 201U) << made.body;
  const HeaderList device{{"x-api-key", std::string(made.json().at("key").as_string())}};
  EXPECT_EQ(api.post("/api/v1/cameras/other/heartbeat", "{}", device).status, 403U);
  const auto newest = api.get("/api/v1/audit?limit=1", administrator).json().at("items").at(0);
  EXPECT_EQ(newest.at("action"), "right_refused");
  EXPECT_EQ(newest.at("target"), "route:POST /api/v1/cameras/{camera_id}/heartbeat");
}

}  // namespace
}  // namespace sas::api
