// The description against what is really there: a reader of /openapi.json must not be told something else.

#include <cctype>
#include <set>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "api/test_api.h"
#include "protocol/messages.h"

namespace sas::api {
namespace {

class OpenApi : public testing::Test {
 protected:
  OpenApi() : document_(boost::json::parse(api_.get("/openapi.json").body)) {}

  [[nodiscard]] const boost::json::object& operation(const std::string& path, const char* verb) const {
    return document_.at("paths").at(path).at(verb).as_object();
  }

  // Every example of a media type, as text.
  [[nodiscard]] static std::vector<std::string> examples_of(const boost::json::value& content) {
    std::vector<std::string> examples;
    const auto& json = content.at("application/json").as_object();
    if (const auto* one = json.if_contains("example")) examples.push_back(boost::json::serialize(*one));
    if (const auto* several = json.if_contains("examples"))
      for (const auto& example : several->as_object())
        examples.push_back(boost::json::serialize(example.value().at("value")));
    EXPECT_FALSE(examples.empty());
    return examples;
  }
  [[nodiscard]] std::vector<std::string> bodies(const std::string& path, const char* verb) const {
    return examples_of(operation(path, verb).at("requestBody").at("content"));
  }

  TestApi api_;
  boost::json::value document_;
};

// Follows every "$ref" below `value`.
void expect_references_resolve(const boost::json::value& root, const boost::json::value& value) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      if (member.key() == "$ref") {
        boost::system::error_code missing;
        static_cast<void>(root.find_pointer(member.value().as_string().subview(1), missing));
        EXPECT_FALSE(missing) << member.value();
      }
      expect_references_resolve(root, member.value());
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) expect_references_resolve(root, element);
  }
}

TEST_F(OpenApi, DescribesExactlyTheRoutesThereAre) {
  std::set<std::string> described;
  for (const auto& path : document_.at("paths").as_object())
    for (const auto& operation : path.value().as_object())
      if (operation.key() != "parameters")
        described.insert(std::string(operation.key()) + " " + std::string(path.key()));
  std::set<std::string> routed;
  for (const http::Router::Route& route : api_.router.routes()) {
    if (route.pattern.ends_with("/*")) continue;  // the files of the pages at /docs and /ui
    std::string verb(boost::beast::http::to_string(route.verb));
    for (char& c : verb) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    routed.insert(verb + " " + route.pattern);
  }
  EXPECT_EQ(described, routed);
}

TEST_F(OpenApi, IsOfThisVersionAndWhole) {
  EXPECT_EQ(document_.at("openapi"), "3.1.0");
  EXPECT_EQ(document_.at("info").at("version"), SAS_VERSION);
  expect_references_resolve(document_, document_);
  std::set<std::string> ids;
  for (const auto& path : document_.at("paths").as_object()) {
    for (const auto& entry : path.value().as_object()) {
      if (entry.key() == "parameters") continue;
      const auto& operation = entry.value().as_object();
      EXPECT_TRUE(ids.insert(std::string(operation.at("operationId").as_string())).second);
      for (const auto& response : operation.at("responses").as_object()) {
        const auto* content = response.value().as_object().if_contains("content");
        if (content == nullptr) continue;
        for (const auto& media : content->as_object())
          EXPECT_TRUE(media.value().as_object().contains("schema")) << path.key() << " " << response.key();
      }
    }
  }
}

TEST_F(OpenApi, ExamplesOfRequestsAreReadByTheRealReaders) {
  for (const std::string& body : bodies("/api/v1/recognitions", "post")) {
    const auto sighting = protocol::read_sighting(body);
    EXPECT_TRUE(sighting) << sighting.error().message;
  }
  for (const std::string& body : bodies("/api/v1/recognitions/batch", "post")) {
    const auto batch = protocol::read_batch(body, 1000);
    ASSERT_TRUE(batch);
    for (const auto& event : *batch) EXPECT_TRUE(event) << event.error().message;
  }
  for (const std::string& body : bodies("/api/v1/persons", "post")) {
    const auto enrolment = protocol::read_enrolment(body);
    EXPECT_TRUE(enrolment) << enrolment.error().message;
  }
  for (const std::string& body : bodies("/api/v1/persons/{id}/faces", "post")) {
    bool allow_duplicate = false;
    const auto face = protocol::read_face(body, allow_duplicate);
    EXPECT_TRUE(face) << face.error().message;
  }
  const std::string id = api_.enrol("E-1", "Ada", api_.faces.identity());
  for (const std::string& body : bodies("/api/v1/persons/{id}", "patch"))
    EXPECT_EQ(api_.call(http::Verb::patch, "/api/v1/persons/" + id, body).status, 200U);
}

TEST_F(OpenApi, ExamplesOfAnswersAreReadByTheRealReaders) {
  const auto& answers = operation("/api/v1/recognitions", "post").at("responses");
  for (const std::string& body : examples_of(answers.at("200").at("content"))) {
    const auto decision = protocol::read_decision(body);
    EXPECT_TRUE(decision) << decision.error().message;
  }
  const auto& batch = operation("/api/v1/recognitions/batch", "post").at("responses");
  for (const std::string& body : examples_of(batch.at("200").at("content")))
    EXPECT_TRUE(protocol::read_batch_results(body));
  for (const auto& shared : document_.at("components").at("responses").as_object())
    for (const std::string& body : examples_of(shared.value().at("content")))
      EXPECT_NE(protocol::read_error(body, 400).code, "unexpected_answer") << shared.key();
}

// What is described as required is what is answered, field by field.
TEST_F(OpenApi, AnswersHaveTheFieldsThatAreDescribed) {
  const Embedding face = api_.faces.identity();
  const std::string id = api_.enrol("E-1", "Ada", face);
  const auto listener = *api_.events.listen([] {});
  const auto decision = api_.post("/api/v1/recognitions", smallest_form(face)).json();
  const auto figures = api_.get("/api/v1/analytics").json();
  const auto person = api_.get("/api/v1/persons/" + id).json();
  const auto first = [&](const char* path) { return api_.get(path).json().at("items").at(0); };
  const std::vector<std::pair<const char*, boost::json::value>> kAnswers{
      {"Decision", decision},
      {"PersonRef", decision.at("person")},
      {"Person", person},
      {"Face", person.at("faces").at(0)},
      {"AttendanceRecord", first("/api/v1/attendance")},
      {"Camera", first("/api/v1/cameras")},
      {"Session", api_.get("/api/v1/session").json()},
      {"SightingRecord", first("/api/v1/sightings")},
      {"System", api_.get("/api/v1/system").json()},
      {"Analytics", figures},
      {"AnalyticsDay", figures.at("days").at(0)},
      {"AnalyticsHour", figures.at("hours").at(0)},
      {"AnalyticsCamera", figures.at("cameras").at(0)},
      {"CameraCoverage", figures.at("coverage").at(0)},
      {"SimilarityDistribution", figures.at("similarity")},
      {"ModelPacks", api_.get("/api/v1/models").json()},
      {"DecisionEvent", boost::json::parse(*std::get<relay::Event>(listener->next()))},
      {"CameraEvent", boost::json::parse(camera_event({Camera{}, true, true}))},
      {"LostEvent", boost::json::parse(lost_event(1))},
      {"PersonPage", api_.get("/api/v1/persons").json()},
      {"Health", api_.get("/healthz").json()},
      {"Readiness", api_.get("/readyz").json()},
      {"ErrorBody", api_.get("/api/v1/persons/7").json().at("error")},
  };
  for (const auto& [schema_name, answer] : kAnswers) {
    const auto& schema = document_.at("components").at("schemas").at(schema_name);
    for (const auto& name : schema.at("required").as_array())
      EXPECT_TRUE(answer.as_object().contains(name.as_string())) << schema_name << " " << name;
    for (const auto& member : answer.as_object())
      EXPECT_TRUE(schema.at("properties").as_object().contains(member.key()))
          << schema_name << " " << member.key();
  }
}

}  // namespace
}  // namespace sas::api
