// The description against the rows of the routes: a reader of /openapi.json must not be told something else. What is sent
// is checked in openapi_answers_test.cpp.

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/json_schema.h"
#include "api/route.h"
#include "api/test_api.h"
#include "base/labels.h"
#include "protocol/messages.h"

namespace sas::api {
namespace {

using testing::IsEmpty;

std::string verb_of(const Route& route) {
  std::string verb(boost::beast::http::to_string(route.verb));
  for (char& c : verb) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return verb;
}

// The files of the pages at /docs and /ui are not described.
std::vector<Route> described_routes() {
  std::vector<Route> routes = all_routes();
  std::erase_if(routes, [](const Route& route) { return route.path.ends_with("/*"); });
  return routes;
}

class OpenApi : public testing::Test {
 protected:
  OpenApi() : document_(boost::json::parse(api_.get("/openapi.json").body)) {}

  [[nodiscard]] const boost::json::object& operation(const std::string& path, std::string_view verb) const {
    return document_.at("paths").at(path).at(verb).as_object();
  }
  [[nodiscard]] const boost::json::object& operation(const Route& route) const {
    return operation(route.path, verb_of(route));
  }

  [[nodiscard]] const boost::json::value& resolved(const boost::json::value& value) const {
    const auto* reference = value.as_object().if_contains("$ref");
    return reference == nullptr ? value : document_.at_pointer(reference->as_string().subview(1));
  }

  // Those of the path and of the operation, by name.
  [[nodiscard]] std::map<std::string, boost::json::value> parameters_of(const Route& route) const {
    std::map<std::string, boost::json::value> found;
    for (const auto* holder : {&document_.at("paths").at(route.path).as_object(), &operation(route)})
      if (const auto* several = holder->if_contains("parameters"))
        for (const auto& each : several->as_array()) {
          const auto& parameter = resolved(each);
          found.emplace(parameter.at("name").as_string(), parameter);
        }
    return found;
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
  for (const Route& route : described_routes()) routed.insert(verb_of(route) + " " + route.path);
  EXPECT_EQ(described, routed);
}

// A parameter's kind as its schema says it.
boost::json::object schema_of(const Parameter& parameter) {
  switch (parameter.kind) {
    case Parameter::Kind::text:
      if (parameter.max_characters == 0) return {{"type", "string"}};
      return {{"type", "string"}, {"maxLength", static_cast<std::int64_t>(parameter.max_characters)}};
    case Parameter::Kind::uuid:
      return {{"type", "string"}, {"format", "uuid"}};
    case Parameter::Kind::camera:
      return {{"type", "string"},
              {"minLength", 1},
              {"maxLength", static_cast<std::int64_t>(kMaxCameraIdLength)},
              {"pattern", "^[A-Za-z0-9][A-Za-z0-9._:-]*$"}};
    case Parameter::Kind::timestamp:
      return {{"type", "string"}, {"format", "date-time"}};
    case Parameter::Kind::date:
      return {{"type", "string"}, {"format", "date"}};
    case Parameter::Kind::choice:
      return {{"type", "string"},
              {"enum", boost::json::array(parameter.choices.begin(), parameter.choices.end())}};
    case Parameter::Kind::limit:
      return {{"type", "integer"},
              {"minimum", 1},
              {"maximum", static_cast<std::int64_t>(kMaxPageSize)},
              {"default", static_cast<std::int64_t>(PageRequest().limit)}};
  }
  return {};
}

TEST_F(OpenApi, ParametersAreThoseOfTheRows) {
  for (const Route& route : described_routes()) {
    const std::string place = verb_of(route) + " " + route.path;
    auto described = parameters_of(route);
    for (const Parameter& parameter : route.parameters) {
      const auto found = described.find(std::string(parameter.name));
      ASSERT_NE(found, described.end()) << place << " does not describe " << parameter.name;
      const auto& object = found->second.as_object();
      const bool in_path = parameter.in == Parameter::In::path;
      EXPECT_EQ(object.at("in"), in_path ? "path" : "query") << place << " " << parameter.name;
      EXPECT_EQ(object.contains("required"), in_path || parameter.required) << place << " " << parameter.name;
      boost::json::object schema = object.at("schema").as_object();
      schema.erase("description");
      if (parameter.name == "zone") schema.erase("default");  // the use case's
      EXPECT_EQ(schema, schema_of(parameter)) << place << " " << parameter.name;
      described.erase(found);
    }
    EXPECT_TRUE(described.empty()) << place << " describes a parameter that its row does not have";
  }
}

TEST_F(OpenApi, RightsAreThoseOfTheRows) {
  for (const Route& route : described_routes()) {
    const std::string place = verb_of(route) + " " + route.path;
    const auto& described = operation(route);
    const auto* security = described.if_contains("security");
    const auto* right = described.if_contains("x-required-right");
    if (!route.needs.is_open()) {
      const auto needed = route.needs.right();
      EXPECT_EQ(security, nullptr) << place << " has the security of the whole document";
      ASSERT_NE(right, nullptr) << place;
      EXPECT_EQ(right->as_string(), needed ? to_string(*needed) : "any") << place;
    } else {
      EXPECT_EQ(right, nullptr) << place;
      ASSERT_NE(security, nullptr) << place;
      const auto& ways = security->as_array();
      EXPECT_TRUE(ways.empty() || std::ranges::find(ways, boost::json::object()) != ways.end()) << place;
    }
  }
  for (const Right right : kEveryRight)
    EXPECT_TRUE(document_.at("x-rights").as_object().contains(to_string(right)));
  EXPECT_TRUE(document_.at("x-rights").as_object().contains("any"));
  EXPECT_EQ(document_.at("x-rights").as_object().size(), kEveryRight.size() + 1);
}

TEST_F(OpenApi, BodiesAreThoseOfTheRows) {
  for (const Route& route : described_routes()) {
    const std::string place = verb_of(route) + " " + route.path;
    const auto* body = operation(route).if_contains("requestBody");
    ASSERT_EQ(body != nullptr, route.body == Body::json) << place;
    if (body == nullptr) continue;
    EXPECT_EQ(body->at("required"), true) << place;
    EXPECT_EQ(body->at("x-max-bytes").to_number<std::size_t>(), route.max_body_bytes) << place;
    EXPECT_EQ(body->at("content").as_object().size(), 1U) << place;
    EXPECT_TRUE(body->at("content").as_object().contains("application/json")) << place;
  }
}

TEST_F(OpenApi, ErrorsAreThoseOfTheRows) {
  const auto codes_in = [](const boost::json::value* codes) {
    std::set<std::string> found;
    if (codes == nullptr) return found;
    for (const auto& code : codes->as_array()) found.emplace(code.as_string());
    return found;
  };
  const auto common = codes_in(document_.as_object().if_contains("x-error-codes"));
  std::set<std::string> unused = common;
  for (const Route& route : described_routes()) {
    const std::string place = verb_of(route) + " " + route.path;
    std::set<std::string> codes;
    std::set<std::string> statuses{"500"};
    for (const ErrorCode& error : errors_of(route)) {
      const std::string code(error.code);
      if (!common.contains(code)) codes.insert(code);
      unused.erase(code);
      statuses.insert(std::to_string(static_cast<unsigned>(error.status)));
    }
    if (!route.needs.is_open()) statuses.insert("503");
    // Answers of their own, not errors in the API's shape.
    if (route.path == "/readyz") statuses.insert("503");
    if (route.path == "/" || route.path == "/favicon.ico" || route.path == "/ui") statuses.insert("404");
    EXPECT_EQ(codes_in(operation(route).if_contains("x-error-codes")), codes) << place;
    std::set<std::string> described;
    for (const auto& response : operation(route).at("responses").as_object())
      if (response.key().front() >= '4') described.emplace(response.key());
    EXPECT_EQ(described, statuses) << place;
  }
  EXPECT_THAT(unused, IsEmpty());
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

// Everywhere in the document: each example fits the schema next to it.
TEST_F(OpenApi, ExamplesFitTheirSchemas) {
  std::size_t checked = 0;
  const auto check = [&](const boost::json::value& media, OtherFields others, const std::string& place) {
    const auto* schema = media.as_object().if_contains("schema");
    if (schema == nullptr || !media.as_object().contains("schema")) return;
    std::vector<boost::json::value> examples;
    if (const auto* one = media.as_object().if_contains("example")) examples.push_back(*one);
    if (const auto* several = media.as_object().if_contains("examples"))
      for (const auto& each : several->as_object()) examples.push_back(each.value().at("value"));
    for (const auto& example : examples) {
      EXPECT_THAT(contradictions(document_, *schema, example, others), IsEmpty()) << place;
      ++checked;
    }
  };
  const auto check_answers = [&](const boost::json::object& responses, const std::string& place) {
    for (const auto& response : responses)
      if (const auto* content = resolved(response.value()).as_object().if_contains("content"))
        for (const auto& media : content->as_object())
          check(media.value(), OtherFields::refused, place + " " + std::string(response.key()));
  };
  for (const Route& route : described_routes()) {
    const std::string place = verb_of(route) + " " + route.path;
    if (const auto* body = operation(route).if_contains("requestBody"))
      check(body->at("content").at("application/json"), OtherFields::allowed, place);
    check_answers(operation(route).at("responses").as_object(), place);
  }
  EXPECT_GT(checked, 30U);
}

// Proves that the check of answers (openapi_answers_test.cpp) can fail.
TEST_F(OpenApi, IsContradictedByAnswersThatDiffer) {
  const auto against = [&](std::string_view schema, const boost::json::value& value) {
    const auto& described = document_.at("components").at("schemas").at(schema);
    return contradictions(document_, described, value, OtherFields::refused);
  };
  const std::string id = api_.enrol("E-1", "Ada", api_.faces.identity());
  auto person = api_.get("/api/v1/persons/" + id).json();
  EXPECT_THAT(against("Person", person), IsEmpty());
  const auto with = [&](std::string_view name, const boost::json::value& value) {
    auto changed = person;
    changed.as_object()[name] = value;
    return against("Person", changed);
  };
  EXPECT_EQ(with("name", nullptr).size(), 1U);
  EXPECT_EQ(with("id", "7").size(), 1U);
  EXPECT_EQ(with("created_at", "yesterday").size(), 1U);
  EXPECT_EQ(with("secret", 1).size(), 1U);
  person.as_object().erase("code");
  EXPECT_EQ(against("Person", person).size(), 1U);
  EXPECT_EQ(against("Health", boost::json::parse(R"({"status":"ill"})")).size(), 1U);
  EXPECT_EQ(against("EventMessage", boost::json::parse(R"({"type":"lost","count":0})")).size(), 1U);
}

}  // namespace
}  // namespace sas::api
