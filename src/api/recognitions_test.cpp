#include <cmath>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.h"
#include "api/views.h"
#include "protocol/messages.h"

namespace sas::api {
namespace {

using testing::HasSubstr;

constexpr auto kPath = "/api/v1/recognitions";
constexpr auto kBatch = "/api/v1/recognitions/batch";

// A server that knows two people, by one face each.
struct TwoPeople {
  TwoPeople() {
    api.enrol("E-1", "Ada", ada);
    api.enrol("E-2", "Bob", bob);
  }
  TestApi api;
  const Embedding ada = api.faces.identity();
  const Embedding bob = api.faces.identity();
};

TEST(Recognitions, TheSmallestFormMarksAnEnrolledPersonOnce) {
  TestApi api;
  const Embedding face = api.faces.identity();
  const std::string id = api.enrol("E-1", "Ada", face);
  const Answer first = api.post(kPath, smallest_form(api.faces.probe(face, 0.7)));
  ASSERT_EQ(first.status, 200U) << first.body;
  EXPECT_EQ(first.headers.at("content-type"), "application/json");
  EXPECT_EQ(first.headers.at("cache-control"), "no-store");
  EXPECT_EQ(first.json().at("outcome"), "marked");
  EXPECT_EQ(first.json().at("person").at("id").as_string(), id);
  EXPECT_NEAR(first.json().at("similarity").to_number<double>(), 0.7, 1e-5);
  EXPECT_EQ(first.json().at("threshold").to_number<double>(), 0.35);

  const Answer second = api.post(kPath, smallest_form(face));
  EXPECT_EQ(second.json().at("outcome"), "cooldown");
  EXPECT_TRUE(second.json().at("attendance_id").is_null());
}

TEST(Recognitions, AStrangerIsUnknownAndAnEmptyGallerySaysSo) {
  TestApi api;
  const Answer answer = api.post(kPath, smallest_form(api.faces.identity()));
  EXPECT_EQ(answer.json().at("outcome"), "unknown");
  EXPECT_TRUE(answer.json().at("similarity").is_null());
  EXPECT_TRUE(answer.json().at("person").is_null());
}

TEST(Recognitions, TheSameEventGetsTheSameAnswer) {
  TestApi api;
  const Embedding face = api.faces.identity();
  api.enrol("E-1", "Ada", face);
  const std::string event = smallest_form(face, R"(,"event_id":"01935b2e-8f6a-7c11-9d3e-2a4b6c8d0e1f")");
  const Answer first = api.post(kPath, event);
  const Answer again = api.post(kPath, event);
  EXPECT_EQ(first.body, again.body);
  EXPECT_EQ(api.get("/api/v1/attendance").json().at("items").as_array().size(), 1U);
}

TEST(Recognitions, WhatIsWrongIsNamed) {
  TestApi api;
  const Embedding face = api.faces.identity();
  const struct {
    std::string body;
    std::string code;
    std::string says;
  } kCases[] = {
      {"", "malformed_json", "empty"},
      {"{", "malformed_json", "JSON"},
      {"[]", "malformed_json", "object"},
      {"{}", "invalid_field", "camera_id"},
      {R"({"camera_id":"a/b","vector":[1]})", "invalid_field", "camera_id"},
      {R"({"camera_id":"a","vector":[1]})", "invalid_vector", "512"},
      {smallest_form(face, R"(,"model":"other")"), "unknown_model", "test-1"},
      {smallest_form(face, R"(,"captured_at":"2026-11-22T08:10:00Z")"), "captured_in_future", "clock"},
      {smallest_form(face, R"(,"captured_at":"1970-01-01T00:00:00+14:00")"), "captured_too_old",
       "OLDEST_EVENT_DAYS"},
      {smallest_form(face, R"(,"captured_at":"2026-11-22")"), "invalid_time", "captured_at"},
      {smallest_form(face, R"(,"liveness":2)"), "invalid_field", "liveness"},
  };
  for (const auto& wrong : kCases) {
    const Answer answer = api.post(kPath, wrong.body);
    EXPECT_EQ(answer.status, 400U) << wrong.body.substr(0, 60);
    EXPECT_EQ(answer.error_code(), wrong.code) << answer.body;
    EXPECT_THAT(answer.error_message(), HasSubstr(wrong.says));
    EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
  }
}

TEST(Recognitions, OnlyJsonIsTaken) {
  TestApi api;
  const std::string body = smallest_form(api.faces.identity());
  for (const char* type : {"", "application/json", "Application/JSON; charset=utf-8"})
    EXPECT_EQ(api.post(kPath, body, {{"content-type", type}}).status, 200U) << type;
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded",
                           "multipart/form-data; boundary=x", "application/jsonx"}) {
    const Answer answer = api.post(kPath, body, {{"content-type", type}});
    EXPECT_EQ(answer.status, 415U) << type;
    EXPECT_EQ(answer.error_code(), "unsupported_media_type");
    EXPECT_THAT(answer.error_message(), HasSubstr("Content-Type: application/json"));
  }
}

TEST(Recognitions, ParametersThatDoNothingAreRefused) {
  TestApi api;
  const Answer answer = api.post("/api/v1/recognitions?dry_run=1", smallest_form(api.faces.identity()));
  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(answer.error_code(), "unknown_parameter");
  EXPECT_THAT(answer.error_message(), HasSubstr("dry_run"));
}

TEST(Recognitions, NobodyIsUnknownWhileTheGalleryLoadsOrIsOutOfReach) {
  TestApi api;
  const std::string body = smallest_form(api.faces.identity());
  api.gallery_loaded = false;
  const Answer loading = api.post(kPath, body);
  EXPECT_EQ(loading.status, 503U);
  EXPECT_EQ(loading.error_code(), "gallery_loading");
  EXPECT_EQ(loading.headers.at("retry-after"), "1");
  api.gallery_loaded = true;
  api.gallery.reachable = false;
  EXPECT_EQ(api.post(kPath, body).status, 503U);
}

TEST(RecognitionBatch, EachEventHasItsOwnResultInOrder) {
  TwoPeople people;
  auto& [api, ada, bob] = people;
  const Answer answer = api.post(
      kBatch, protocol::write_batch({smallest_form(bob), R"({"camera_id":"x"})", smallest_form(ada),
                                     smallest_form(ada, R"(,"model":"other")"), smallest_form(ada)}));
  ASSERT_EQ(answer.status, 200U) << answer.body;
  const auto json = answer.json();
  const auto& results = json.at("results").as_array();
  ASSERT_EQ(results.size(), 5U);
  EXPECT_EQ(results[0].at("person").at("name"), "Bob");
  EXPECT_EQ(results[1].at("error").at("code"), "invalid_field");
  EXPECT_EQ(results[1].at("status"), 400);
  EXPECT_EQ(results[2].at("outcome"), "marked");
  EXPECT_EQ(results[3].at("error").at("code"), "unknown_model");
  EXPECT_EQ(results[4].at("outcome"), "cooldown");
}

TEST(RecognitionBatch, HasALimitThatIsNamed) {
  TestApi api({.organisation = kFirstOrganisation, .max_batch_events = 2});
  EXPECT_EQ(api.post(kBatch, R"({"events":[]})").body, R"({"results":[]})");
  EXPECT_EQ(api.post(kBatch, R"({"events":[{},{}]})").status, 200U);
  const Answer answer = api.post(kBatch, R"({"events":[{},{},{}]})");
  EXPECT_EQ(answer.status, 413U);
  EXPECT_EQ(answer.error_code(), "too_many_events");
  EXPECT_EQ(api.post(kBatch, R"({"event":[]})").status, 400U);
}

TEST(Recognitions, MayRequireALivenessScore) {
  TestApi api({.organisation = kFirstOrganisation}, {.liveness_required = true});
  const Embedding ada = api.faces.identity();
  api.enrol("E-1", "Ada", ada);
  const auto unproven = api.post("/api/v1/recognitions", smallest_form(ada)).json();
  EXPECT_EQ(unproven.at("outcome"), "unproven");
  EXPECT_TRUE(unproven.at("person").is_null());
  EXPECT_TRUE(unproven.at("attendance_id").is_null());
  EXPECT_EQ(api.get("/api/v1/attendance").json().at("items").as_array().size(), 0U);
  EXPECT_EQ(api.get("/api/v1/sightings?outcome=unproven").json().at("items").as_array().size(), 1U);
  EXPECT_EQ(api.get("/api/v1/analytics").json().at("cameras").at(0).at("unproven"), 1);
  // It held nobody back.
  EXPECT_EQ(api.post("/api/v1/recognitions", smallest_form(ada, R"(,"liveness":0.9)")).json().at("outcome"),
            "marked");
  EXPECT_EQ(api.post("/api/v1/recognitions", smallest_form(ada, R"(,"liveness":0.1)")).json().at("outcome"),
            "spoof");
  const Embedding face = api.faces.identity();
  const Answer batch =
      api.post("/api/v1/recognitions/batch", R"({"events":[)" + smallest_form(face) + "," +
                                                 smallest_form(face, R"(,"liveness":0.9)") + "]}");
  EXPECT_EQ(batch.json().at("results").at(0).at("outcome"), "unproven");
  EXPECT_EQ(batch.json().at("results").at(1).at("outcome"), "unknown");
  EXPECT_EQ(api.get("/api/v1/system").json().at("liveness_required"), true);
}

TEST(Recognitions, AScoreByWeakModelsIsKeptAsAFlagAndTurnsNobodyAway) {
  TestApi api;
  const Embedding face = api.faces.identity();
  api.enrol("E-1", "Ada", face);
  const Answer answer = api.post("/api/v1/recognitions", smallest_form(face, R"(,"weak_liveness":0.01)"));
  EXPECT_EQ(answer.json().at("outcome"), "marked");
  const auto record = api.get("/api/v1/attendance").json().at("items").at(0);
  EXPECT_NEAR(record.at("weak_liveness").to_number<double>(), 0.01, 1e-6);
  EXPECT_TRUE(record.at("liveness").is_null());
  EXPECT_NEAR(api.get("/api/v1/sightings").json().at("items").at(0).at("weak_liveness").to_number<double>(),
              0.01, 1e-6);
  EXPECT_EQ(api.post("/api/v1/recognitions", smallest_form(face, R"(,"weak_liveness":1.1)")).error_code(),
            "invalid_field");
}

TEST(Recognitions, AScoreByWeakModelsIsALivenessScoreWhereOneIsRequired) {
  TestApi api({.organisation = kFirstOrganisation}, {.liveness_required = true});
  const Embedding face = api.faces.identity();
  EXPECT_NE(
      api.post("/api/v1/recognitions", smallest_form(face, R"(,"weak_liveness":0.9)")).json().at("outcome"),
      "unproven");
}

TEST(Recognitions, AnEventIdIsOfOneEvent) {
  TwoPeople people;
  auto& [api, ada, bob] = people;
  const std::string id = R"(,"event_id":"01935b2e-8f6a-7c11-9d3e-2a4b6c8d0e1f")";
  const auto first = api.post("/api/v1/recognitions", smallest_form(ada, id));
  ASSERT_EQ(first.json().at("outcome"), "marked");
  EXPECT_EQ(api.post("/api/v1/recognitions", smallest_form(ada, id)).body, first.body);
  const Answer reused = api.post("/api/v1/recognitions", smallest_form(bob, id));
  EXPECT_EQ(reused.status, 409U);
  EXPECT_EQ(reused.error_code(), "event_id_reused");
  EXPECT_EQ(api.post("/api/v1/recognitions", smallest_form(ada, id + R"(,"quality":0.5)")).status, 409U);
  // Bob is not held back by the claim of the refused event, and Ada's record stands.
  EXPECT_EQ(api.post("/api/v1/recognitions", smallest_form(bob)).json().at("outcome"), "marked");
  EXPECT_EQ(api.post("/api/v1/recognitions", smallest_form(ada)).json().at("outcome"), "cooldown");

  const std::string other = R"(,"event_id":"01935b2e-8f6a-7c11-9d3e-2a4b6c8d0e20")";
  const std::string stranger = smallest_form(api.faces.identity(), other);
  const auto batch =
      api.post("/api/v1/recognitions/batch",
               R"({"events":[)" + stranger + "," + smallest_form(bob, other) + "," + stranger + "]}")
          .json();
  const auto& results = batch.at("results").as_array();
  EXPECT_EQ(results.at(0).at("outcome"), "unknown");
  EXPECT_EQ(results.at(1).at("error").at("code"), "event_id_reused");
  EXPECT_EQ(results.at(1).at("status"), 409);
  EXPECT_EQ(results.at(2).at("outcome"), "unknown");
}

// The refused event holds the claim until its write has failed, and the other one is decided meanwhile.
TEST(Recognitions, ARefusedEventDoesNotSwallowTheNextOneOfItsBatch) {
  TwoPeople people;
  auto& [api, ada, bob] = people;
  const std::string id = R"(,"event_id":"01935b2e-8f6a-7c11-9d3e-2a4b6c8d0e21")";
  ASSERT_EQ(api.post("/api/v1/recognitions", smallest_form(ada, id)).json().at("outcome"), "marked");
  const auto batch = api.post("/api/v1/recognitions/batch",
                              R"({"events":[)" + smallest_form(bob, id) + "," + smallest_form(bob) + "]}")
                         .json();
  EXPECT_EQ(batch.at("results").at(0).at("status"), 409);
  EXPECT_EQ(batch.at("results").at(1).at("outcome"), "marked");
  EXPECT_EQ(api.post("/api/v1/recognitions", smallest_form(bob)).json().at("outcome"), "cooldown");
}

TEST(Recognitions, AKeyInventsNoMoreCamerasThanItMay) {
  TestApi api({.organisation = kFirstOrganisation, .camera_limits = {.cameras = 2}});
  const std::string vector = vector_json(api.faces.identity());
  const auto send = [&](const std::string& camera) {
    return api.post("/api/v1/recognitions", R"({"camera_id":")" + camera + R"(","vector":)" + vector + "}");
  };
  EXPECT_EQ(send("gate-1").status, 200U);
  EXPECT_EQ(api.post("/api/v1/cameras/gate-2/heartbeat", "{}").status, 204U);
  EXPECT_EQ(send("gate-3").error_code(), "too_many_cameras");
  EXPECT_EQ(send("gate-3").status, 429U);
  EXPECT_EQ(api.post("/api/v1/cameras/gate-3/heartbeat", "{}").error_code(), "too_many_cameras");
  EXPECT_EQ(api.get("/api/v1/live/gate-3/publish", {{"upgrade", "websocket"}}).error_code(),
            "too_many_cameras");
  const Answer batch = api.post("/api/v1/recognitions/batch",
                                R"({"events":[{"camera_id":"gate-4","vector":)" + vector + "}]}");
  EXPECT_EQ(batch.json().at("results").at(0).at("error").at("code"), "too_many_cameras");
  EXPECT_EQ(send("gate-1").status, 200U) << "known cameras go on";
  EXPECT_EQ(send("gate-2").status, 200U);
}

TEST(Recognitions, ACameraMayNotAskFasterThanItMay) {
  TestApi api({.organisation = kFirstOrganisation,
               .camera_limits = {.sightings_per_second = 0.05}});  // 3 at once, then one in 20 s
  const std::string form = smallest_form(api.faces.identity());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(api.post("/api/v1/recognitions", form).status, 200U);
  const Answer refused = api.post("/api/v1/recognitions", form);
  EXPECT_EQ(refused.status, 429U);
  EXPECT_EQ(refused.error_code(), "camera_too_fast");
  EXPECT_THAT(refused.headers.at("retry-after"), testing::AnyOf("20", "19"));
}

TEST(ShownTo, ScoresAreForThoseWhoMayReadAndExactForThoseWhoManage) {
  Decision decision;
  decision.similarity = 0.123456F;
  decision.runner_up = 0.098765F;
  decision.score = 0.111111F;
  decision.threshold = 0.35F;
  Caller caller(kFirstOrganisation);
  caller.rights = {Right::recognise};
  EXPECT_EQ(shown_to(caller, decision).similarity, std::nullopt);
  EXPECT_EQ(shown_to(caller, decision).runner_up, std::nullopt);
  const auto written = boost::json::parse(protocol::write_decision(shown_to(caller, decision))).as_object();
  for (const char* field : {"similarity", "runner_up", "score", "threshold"})
    EXPECT_TRUE(written.at(field).is_null()) << field;
  const auto read = protocol::read_decision(boost::json::serialize(written));
  ASSERT_TRUE(read) << read.error().message << ": an edge takes an answer without scores";
  EXPECT_TRUE(std::isnan(read->threshold));
  caller.rights = {Right::recognise, Right::read};
  EXPECT_EQ(shown_to(caller, decision).similarity, 0.12F);
  EXPECT_EQ(shown_to(caller, decision).runner_up, 0.1F);
  caller.rights = Rights::all();
  EXPECT_EQ(shown_to(caller, decision), decision);
}

}  // namespace
}  // namespace sas::api
