#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/responses.h"
#include "api/test_api.h"
#include "protocol/messages.h"

namespace sas::api {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Health, IsOkWhileTheProcessRuns) {
  TestApi api;
  api.gallery_loaded = false;
  api.store_ping = Error::of(ErrorKind::unavailable, "no database");
  EXPECT_EQ(api.get("/healthz").status, 200U);
}

TEST(Readiness, ShowsWhatRunsHere) {
  TestApi api;
  api.enrol("E-1", "Ada", api.faces.identity());
  const Answer answer = api.get("/readyz");
  EXPECT_EQ(answer.status, 200U);
  const auto ready = answer.json();
  EXPECT_EQ(ready.at("status"), "ready");
  EXPECT_EQ(ready.at("version"), SAS_VERSION);
  EXPECT_EQ(ready.at("store").at("backend"), "sqlite");
  EXPECT_TRUE(ready.at("store").at("error").is_null());
  EXPECT_EQ(ready.at("gallery").at("people"), 1);
  EXPECT_EQ(ready.at("cooldown").at("seconds"), 43200);
  EXPECT_EQ(ready.at("models").at(0).at("id"), "test-1");
  EXPECT_EQ(ready.at("models").at(0).at("threshold").to_number<double>(), 0.35);
  EXPECT_EQ(ready.at("models").at(0).at("threshold_source").as_string(), "pack");
  EXPECT_TRUE(ready.at("models").at(0).at("calibration").is_null());
  const auto& calibrated = ready.at("models").at(1);
  EXPECT_NEAR(calibrated.at("threshold").to_number<double>(), 0.31, 1e-6);
  EXPECT_EQ(calibrated.at("threshold_source").as_string(), "calibrated");
  EXPECT_EQ(calibrated.at("calibration").at("false_identification_rate").to_number<double>(), 0.001);
  EXPECT_EQ(calibrated.at("calibration").at("people").as_int64(), 12);
  EXPECT_EQ(calibrated.at("calibration").at("expected_miss").to_number<double>(), 0.05);
}

TEST(Readiness, SaysWhatLivenessIsWorthAndHowToGetBetterModels) {
  TestApi api;
  for (const char* path : {"/readyz", "/api/v1/system"}) {
    const auto liveness = api.get(path).json().at("liveness");
    EXPECT_EQ(liveness.at("pack"), "faceplugin") << path;
    EXPECT_EQ(liveness.at("weak"), true);
    EXPECT_NEAR(liveness.at("flag_below").to_number<double>(), 0.1, 1e-6);
    EXPECT_EQ(liveness.at("advice"), "get better models");
  }
}

TEST(Readiness, Is503WithTheReasonWhileSomethingIsMissing) {
  TestApi api;
  api.store_ping = Error::of(ErrorKind::unavailable, "the disk is gone");
  const Answer no_store = api.get("/readyz");
  EXPECT_EQ(no_store.status, 503U);
  EXPECT_EQ(no_store.headers.at("retry-after"), "1");
  EXPECT_EQ(no_store.json().at("store").at("error"), "the disk is gone");
  api.store_ping = {};
  api.gallery_loaded = false;
  const Answer loading = api.get("/readyz");
  EXPECT_EQ(loading.status, 503U);
  EXPECT_EQ(loading.json().at("gallery").at("loaded"), false);
}

TEST(Readiness, ReportsALostCooldownAndStaysReady) {
  TestApi api;
  EXPECT_EQ(api.get("/readyz").json().at("cooldown").at("ok"), true);
  api.cooldown_ping = Error::of(ErrorKind::unavailable, "Redis is gone");
  const Answer answer = api.get("/readyz");
  EXPECT_EQ(answer.status, 200U);
  const auto cooldown = answer.json().at("cooldown");
  EXPECT_EQ(cooldown.at("backend"), "memory");
  EXPECT_EQ(cooldown.at("reason"), "a test");
  EXPECT_EQ(cooldown.at("ok"), false);
  EXPECT_EQ(cooldown.at("error"), "Redis is gone");
}

TEST(Readiness, TellsStrangersOnlyWhetherTheServerIsReady) {
  TestApi api({.organisation = kFirstOrganisation, .api_key = "a-key-for-this-test-only"});
  EXPECT_EQ(api.get("/readyz").body, R"({"status":"ready","store":{"ok":true},"gallery":{"loaded":true}})");
  EXPECT_THAT(api.get("/readyz", {{"x-api-key", "a-key-for-this-test-only"}}).body, HasSubstr("sqlite"));
}

TEST(MetricsPage, CountsDecisionsStepsRequestsAndTheGallery) {
  TestApi api;
  const Embedding face = api.faces.identity();
  api.enrol("E-1", "Ada", face);
  api.post("/api/v1/recognitions", smallest_form(face));
  api.post("/api/v1/recognitions", smallest_form(face));
  api.post("/api/v1/recognitions", "{");
  api.get("/api/v1/persons/7");
  EXPECT_EQ(api.api->refusal(http::Status::not_found, "not_found", "nothing there").status,
            http::Status::not_found);

  const Answer answer = api.get("/metrics");
  EXPECT_EQ(answer.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  for (const char* line :
       {"attendance_decisions_total{outcome=\"marked\"} 1\n",
        "attendance_decisions_total{outcome=\"cooldown\"} 1\n",
        "attendance_decisions_total{outcome=\"spoof\"} 0\n",
        "attendance_step_seconds_count{step=\"parse\"} 3\n",
        "attendance_step_seconds_count{step=\"search\"} 2\n",
        "attendance_step_seconds_count{step=\"cooldown\"} 2\n",
        "attendance_step_seconds_count{step=\"write\"} 2\n", "gallery_faces 1\n", "gallery_people 1\n",
        "gallery_bytes 4096\n", "build_info{version=\"" SAS_VERSION "\"} 1\n"})
    EXPECT_THAT(answer.body, HasSubstr(line));
  const auto requests = [&](const std::string& labels, int wanted) {
    EXPECT_THAT(answer.body,
                HasSubstr("http_requests_total{" + labels + "} " + std::to_string(wanted) + "\n"));
  };
  requests(R"(method="POST",route="/api/v1/recognitions",status="200")", 2);
  requests(R"(method="POST",route="/api/v1/recognitions",status="400")", 1);
  requests(R"(method="GET",route="/api/v1/persons/{id}",status="400")", 1);
  requests(R"(method="none",route="none",status="404")", 1);
  EXPECT_THAT(
      answer.body,
      HasSubstr(R"(http_request_duration_seconds_count{method="POST",route="/api/v1/recognitions"} 3)"));
  EXPECT_THAT(answer.body, Not(HasSubstr("/api/v1/persons/7")));
}

TEST(Docs, LoadOnlyThisServersFilesAndRunNoInlineScript) {
  TestApi api;
  const Answer redirect = api.get("/docs");
  EXPECT_EQ(redirect.status, 308U);
  EXPECT_EQ(redirect.headers.at("location"), "/docs/");
  const Answer page = api.get("/docs/");
  EXPECT_EQ(page.status, 200U);
  EXPECT_THAT(page.headers.at("content-type"), HasSubstr("text/html"));
  const std::string& policy = page.headers.at("content-security-policy");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, HasSubstr("script-src 'self';"));
  EXPECT_THAT(page.body, Not(HasSubstr("http:")));
  EXPECT_THAT(page.body, Not(HasSubstr("https:")));
  for (const char* file : {"swagger-ui-bundle.js", "swagger-ui.css", "start.js", "LICENSE", "NOTICE"})
    EXPECT_EQ(api.get("/docs/" + std::string(file)).status, 200U) << file;
  EXPECT_EQ(api.get("/docs/other").status, 404U);
}

TEST(Dashboard, WithoutItsPagesPointsToTheApiPage) {
  TestApi api;
  for (const char* path : {"/ui", "/ui/people"}) {
    const Answer page = api.get(path);
    EXPECT_EQ(page.status, 404U);
    EXPECT_THAT(page.headers.at("content-type"), HasSubstr("text/html"));
    EXPECT_THAT(page.body, HasSubstr("No dashboard here"));
    EXPECT_THAT(page.body, HasSubstr("href=\"/docs/\""));
  }
}

TEST(ErrorResponse, EveryKindHasItsStatus) {
  const struct {
    ErrorKind kind;
    unsigned status;
    bool retry;
  } kCases[] = {{ErrorKind::invalid_argument, 400, false},  {ErrorKind::unauthenticated, 401, false},
                {ErrorKind::permission_denied, 403, false}, {ErrorKind::not_found, 404, false},
                {ErrorKind::conflict, 409, false},          {ErrorKind::too_large, 413, false},
                {ErrorKind::resource_exhausted, 503, true}, {ErrorKind::failed_precondition, 503, true},
                {ErrorKind::unavailable, 503, true},        {ErrorKind::data_loss, 500, false},
                {ErrorKind::internal, 500, false}};
  for (const auto& wanted : kCases) {
    const http::Response response = error_response(Error::of(wanted.kind, "words"), "test");
    EXPECT_EQ(static_cast<unsigned>(response.status), wanted.status) << to_string(wanted.kind);
    bool retry = false;
    for (const auto& header : response.headers) retry = retry || header.first == "retry-after";
    EXPECT_EQ(retry, wanted.retry) << to_string(wanted.kind);
    EXPECT_EQ(protocol::read_error(response.body, wanted.status).code, to_string(wanted.kind));
  }
}

}  // namespace
}  // namespace sas::api
