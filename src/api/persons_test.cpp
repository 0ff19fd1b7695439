#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.h"
#include "protocol/messages.h"

namespace sas::api {
namespace {

using http::Verb;
using protocol::EmbeddingEncoding;
using testing::HasSubstr;

constexpr auto kPersons = "/api/v1/persons";
constexpr auto kNobody = "/api/v1/persons/01935b1c-1f2e-7a30-8b4c-5d6e7f809123";

TEST(Persons, AreCreatedShownChangedAndRemoved) {
  TestApi api;
  const Embedding face = api.faces.identity();
  const Answer created =
      api.post(kPersons, protocol::write_enrolment({"E-1", "Ada", {{face, ModelId{"test-1"}, 0.75F}}, false},
                                                   EmbeddingEncoding::i8));
  ASSERT_EQ(created.status, 201U) << created.body;
  const std::string id(created.json().at("id").as_string());
  const std::string path = std::string(kPersons) + "/" + id;
  EXPECT_EQ(created.headers.at("location"), path);

  const Answer shown = api.get(path);
  EXPECT_EQ(shown.body, created.body);
  EXPECT_EQ(shown.json().at("created_at"), "2026-11-22T08:00:00Z");
  const auto shown_json = shown.json();
  const auto& faces = shown_json.at("faces").as_array();
  ASSERT_EQ(faces.size(), 1U);
  EXPECT_EQ(faces[0].at("model"), "test-1");
  EXPECT_EQ(faces[0].at("quality").to_number<double>(), 0.75);
  EXPECT_EQ(faces[0].as_object().size(), 4U) << "an embedding never leaves the server";

  api.clock.advance(std::chrono::hours(1));
  const Answer changed = api.call(Verb::patch, path, R"({"name":"Ada King"})");
  EXPECT_EQ(changed.status, 200U) << changed.body;
  EXPECT_EQ(changed.json().at("name"), "Ada King");
  EXPECT_EQ(changed.json().at("code"), "E-1");
  EXPECT_EQ(changed.json().at("updated_at"), "2026-11-22T09:00:00Z");
  EXPECT_EQ(changed.json().at("faces").as_array().size(), 1U);

  const Answer removed = api.call(Verb::delete_, path);
  EXPECT_EQ(removed.status, 204U);
  EXPECT_TRUE(removed.body.empty());
  EXPECT_EQ(api.get(path).status, 404U);
  EXPECT_EQ(api.call(Verb::delete_, path).status, 404U);
}

TEST(Persons, ADuplicateFaceNamesWhomItResemblesUnlessAllowed) {
  TestApi api;
  const Embedding face = api.faces.identity();
  const std::string id = api.enrol("E-1", "Ada", face);
  Enrolment twin{"E-2", "Eva", {{api.faces.probe(face, 0.8), {}, 0.5F}}, false};
  const Answer refused = api.post(kPersons, protocol::write_enrolment(twin, EmbeddingEncoding::f32));
  EXPECT_EQ(refused.status, 409U);
  EXPECT_EQ(refused.error_code(), "duplicate_face");
  EXPECT_EQ(refused.json().at("error").at("details").at("person_id").as_string(), id);
  EXPECT_NEAR(refused.json().at("error").at("details").at("similarity").to_number<double>(), 0.8, 1e-5);
  twin.allow_duplicate = true;
  EXPECT_EQ(api.post(kPersons, protocol::write_enrolment(twin, EmbeddingEncoding::f32)).status, 201U);
}

TEST(Persons, ACodeIsTakenOnce) {
  TestApi api;
  EXPECT_EQ(api.post(kPersons, R"({"code":"E-1","name":"Ada"})").status, 201U);
  const Answer refused = api.post(kPersons, R"({"code":"E-1","name":"Bob"})");
  EXPECT_EQ(refused.status, 409U);
  EXPECT_EQ(refused.error_code(), "duplicate_code");
}

TEST(Persons, AreListedInPagesAndSearched) {
  TestApi api;
  for (int i = 1; i <= 5; ++i)
    ASSERT_EQ(api.post(kPersons, R"({"code":"E-)" + std::to_string(i) + R"(","name":"Person )" +
                                     std::to_string(i) + "\"}")
                  .status,
              201U);
  std::string names;
  std::string cursor;
  int pages = 0;
  do {
    const auto page = api.get(std::string(kPersons) + "?limit=2" + cursor).json();
    for (const auto& person : page.at("items").as_array())
      names += std::string(person.at("code").as_string()) + " ";
    const auto& next = page.at("next_cursor");
    cursor = next.is_null() ? "" : "&cursor=" + std::string(next.as_string());
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(names, "E-1 E-2 E-3 E-4 E-5 ");
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(api.get("/api/v1/persons?query=PERSON%203").json().at("items").as_array().size(), 1U);
}

TEST(Persons, FacesAreAddedAndRemoved) {
  TestApi api;
  const Embedding face = api.faces.identity();
  const std::string path = std::string(kPersons) + "/" + api.enrol("E-1", "Ada", face);
  const Answer added = api.post(path + "/faces", protocol::write_face({api.faces.probe(face, 0.7), {}, 0.5F},
                                                                      EmbeddingEncoding::f16, false));
  ASSERT_EQ(added.status, 201U) << added.body;
  const std::string face_path = path + "/faces/" + std::string(added.json().at("id").as_string());
  EXPECT_EQ(added.headers.at("location"), face_path);
  EXPECT_EQ(api.get(path).json().at("faces").as_array().size(), 2U);
  EXPECT_EQ(api.call(Verb::delete_, face_path).status, 204U);
  EXPECT_EQ(api.call(Verb::delete_, face_path).error_code(), "face_not_found");
  EXPECT_EQ(api.get(path).json().at("faces").as_array().size(), 1U);
}

TEST(Persons, AnAllowedDuplicateListsWhomItResembles) {
  TestApi api;
  const Embedding face = api.faces.identity();
  api.enrol("E-1", "Ada", face);
  const auto body = [&](bool allowed) {
    return protocol::write_enrolment({"E-2", "Annabella", {{api.faces.probe(face, 0.8), {}, 0.9F}}, allowed},
                                     EmbeddingEncoding::f32);
  };
  const Answer refused = api.post(kPersons, body(false));
  EXPECT_EQ(refused.error_code(), "duplicate_face");
  EXPECT_THAT(refused.error_message(), HasSubstr("Annabella (E-2) resembles Ada (E-1)"));
  const Answer created = api.post(kPersons, body(true));
  ASSERT_EQ(created.status, 201U) << created.body;
  const auto alike = created.json().at("look_alikes").as_array();
  ASSERT_EQ(alike.size(), 1U);
  EXPECT_EQ(alike[0].at("person").at("code").as_string(), "E-1");
  EXPECT_NEAR(alike[0].at("similarity").to_number<double>(), 0.8, 0.01);
  EXPECT_TRUE(alike[0].at("score").is_null()) << "its model is judged by the raw cosine";
  EXPECT_TRUE(api.get("/api/v1/look-alikes").json().at("items").as_array().empty());
}

TEST(Persons, WhatIsWrongIsNamed) {
  TestApi api;
  const std::string path = std::string(kPersons) + "/" + api.enrol("E-1", "Ada", api.faces.identity());
  const std::string face = protocol::write_face({api.faces.identity(), {}, 0}, EmbeddingEncoding::i8, false);
  const struct {
    Verb verb;
    std::string target;
    std::string body;
    unsigned status;
    std::string code;
  } kCases[] = {
      {Verb::post, kPersons, "", 400, "malformed_json"},
      {Verb::post, kPersons, R"({"code":"1"})", 400, "invalid_field"},
      {Verb::post, kPersons, R"({"code":"","name":"x"})", 400, "invalid_code"},
      {Verb::post, kPersons, R"({"code":"1","name":" x"})", 400, "invalid_name"},
      {Verb::post, kPersons, R"({"code":"1","name":"\u0000"})", 400, "invalid_name"},
      {Verb::post, kPersons, R"({"code":"1","code":"2","name":"x"})", 400, "malformed_json"},
      {Verb::post, kPersons, R"({"code":"1","name":"x","faces":[{"vector":[1]}]})", 400, "invalid_vector"},
      {Verb::get, "/api/v1/persons?limit=0", "", 400, "invalid_parameter"},
      {Verb::get, "/api/v1/persons?limit=1001", "", 400, "invalid_parameter"},
      {Verb::get, "/api/v1/persons?limit=-1", "", 400, "invalid_parameter"},
      {Verb::get, "/api/v1/persons?limit=5x", "", 400, "invalid_parameter"},
      {Verb::get, "/api/v1/persons?limit=99999999999999999999", "", 400, "invalid_parameter"},
      {Verb::get, "/api/v1/persons?limit=1&limit=2", "", 400, "invalid_parameter"},
      {Verb::get, "/api/v1/persons?query=", "", 400, "invalid_parameter"},
      {Verb::get, "/api/v1/persons?name=x", "", 400, "unknown_parameter"},
      {Verb::get, "/api/v1/persons?cursor=rubbish", "", 400, "invalid_cursor"},
      {Verb::get, "/api/v1/persons/7", "", 400, "invalid_id"},
      {Verb::get, kNobody, "", 404, "person_not_found"},
      {Verb::get, path + "?verbose=1", "", 400, "unknown_parameter"},
      {Verb::patch, kNobody, R"({"name":"x"})", 404, "person_not_found"},
      {Verb::patch, path, "{}", 400, "invalid_field"},
      {Verb::patch, path, R"({"faces":[]})", 400, "invalid_field"},
      {Verb::patch, path, R"({"name":7})", 400, "invalid_field"},
      {Verb::patch, path, R"({"name":""})", 400, "invalid_name"},
      {Verb::patch, "/api/v1/persons/7", R"({"name":"x"})", 400, "invalid_id"},
      {Verb::post, std::string(kNobody) + "/faces", face, 404, "person_not_found"},
      {Verb::post, path + "/faces", "{}", 400, "invalid_field"},
      {Verb::delete_, path + "/faces/7", "", 400, "invalid_id"},
  };
  for (const auto& wrong : kCases) {
    const Answer answer = api.call(wrong.verb, wrong.target, wrong.body);
    EXPECT_EQ(answer.status, wrong.status) << wrong.target << " " << wrong.body << ": " << answer.body;
    EXPECT_EQ(answer.error_code(), wrong.code) << wrong.target << " " << wrong.body << ": " << answer.body;
  }
  EXPECT_THAT(api.get("/api/v1/persons?name=x").error_message(), HasSubstr("query, limit, cursor"));
}

}  // namespace
}  // namespace sas::api
