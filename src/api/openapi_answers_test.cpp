// Every operation is called over a populated store, and what is really sent is held against the description: status, media
// type, headers, types, enumerations, null and required fields, and no field that is not described.

#include <fstream>
#include <map>
#include <optional>
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
#include "fixtures/becomes_true.h"
#include "fixtures/run_task.h"
#include "protocol/messages.h"

namespace sas::api {
namespace {

namespace json = boost::json;
using testing::IsEmpty;
using namespace std::chrono_literals;

// A manifest as the server sends it.
constexpr const char* kManifest =
    R"({"name":"small","description":"For tests","default":true,
        "licence":{"spdx":"MIT","commercial_use":true,"note":""},
        "embedder":{"identity":"test-1","size":512},
        "threshold":{"cosine":0.35,"false_accept_rate":0,"genuine_accept_rate":1,"measured_on":"nothing"},
        "files":[{"role":"embedder","name":"net.onnx","bytes":4,
          "sha256":"0000000000000000000000000000000000000000000000000000000000000000",
          "url":"/api/v1/models/small/net.onnx"}],
        "models":[{"role":"embedder","kind":"arcface","parameters":{"size":1},
          "input":{"width":112,"height":112,"colour":"bgr","mean":[127.5],"scale":[128],"crop":0,
                   "square":false,"letterbox":false,"edge":"repeat"}}]})";

class Answers : public testing::Test {
 protected:
  Answers()
      : api_({.organisation = kFirstOrganisation, .ui_dir = pages(), .packs = {pack()}}),
        document_(json::parse(api_.get("/openapi.json").body)),
        followed_(*test::run_task(api_.live_events.listen(kFirstOrganisation, [] {}))) {
    populate();
  }

  std::filesystem::path pages() {
    std::ofstream(dir_ / "index.html") << "<html></html>";
    return dir_.path();
  }
  BrowserPack pack() {
    std::ofstream(dir_ / "net.onnx") << "net";
    return {.name = "small",
            .manifest_json = kManifest,
            .files = {{.name = "net.onnx", .sha256 = "0", .path = dir_ / "net.onnx"}}};
  }

  // Every outcome, and two cameras, one of them with a complete heartbeat.
  void populate() {
    const Embedding ada = api_.faces.identity();
    const Embedding twin = api_.faces.probe(ada, 0.98);
    const Embedding bob = api_.faces.identity();
    ids_["id"] = api_.enrol("E-1", "Ada", ada);
    api_.enrol("E-3", "Bob", bob);
    api_.post("/api/v1/recognitions", smallest_form(bob));
    const auto face = json::parse(api_.get("/api/v1/persons/" + ids_["id"]).body).at("faces").at(0);
    ids_["face_id"] = face.at("id").as_string();
    const auto marked = api_.post("/api/v1/recognitions", smallest_form(ada)).json();
    ids_["attendance_id"] = marked.at("attendance_id").as_string();
    api_.post("/api/v1/recognitions", smallest_form(ada, R"(,"liveness":0.9,"quality":0.5)"));
    api_.post("/api/v1/recognitions", smallest_form(ada, R"(,"liveness":0.1)"));
    api_.post("/api/v1/recognitions", smallest_form(api_.faces.identity()));
    api_.post("/api/v1/persons",
              protocol::write_enrolment(
                  {.code = "E-2", .name = "Eva", .faces = {{twin, {}, 0.5F}}, .allow_duplicate = true},
                  protocol::EmbeddingEncoding::f32));
    api_.post("/api/v1/recognitions", smallest_form(ada));
    api_.post("/api/v1/cameras/gate-2/heartbeat", kHeartbeat);
    ids_["camera_id"] = "gate-2";  // can be removed: it has no events
    ids_["pack"] = "small";
    ids_["file"] = "net.onnx";
    populate_keys();
  }

  // Two keys of people, and two paired kiosks with their sessions.
  void populate_keys() {
    api_.post("/api/v1/keys", R"({"name":"Grace","role":"operator"})");
    const auto made = api_.post("/api/v1/keys", R"({"name":"Viewer","role":"viewer"})").json();
    ids_["key_id"] = made.at("id").as_string();
    const auto code = [this](const std::string& pin) {
      const std::string body = R"({"cameras":["gate-1"],"kind":"kiosk","pin":)" + pin + "}";
      return std::string(api_.post("/api/v1/pairings", body).json().at("code").as_string());
    };
    for (const char* pin : {"null", "\"2468\""})
      kiosk_key_ = api_.post("/api/v1/pairings/" + code(pin), "").json().at("key").as_string();
    ids_["code"] = code("null");
    const auto sessions = api_.get("/api/v1/sessions").json();
    ids_["session_id"] = sessions.at("items").at(0).at("id").as_string();
  }

  [[nodiscard]] const json::value& resolved(const json::value& value) const {
    const auto* reference = value.as_object().if_contains("$ref");
    return reference == nullptr ? value : document_.at_pointer(reference->as_string().subview(1));
  }
  [[nodiscard]] const json::value& operation(const Route& route) const {
    const std::string verb(boost::beast::http::to_string(route.verb));
    std::string lower;
    for (const char c : verb) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return document_.at("paths").at(route.path).at(lower);
  }
  [[nodiscard]] std::vector<std::string> against(std::string_view schema, const json::value& value) const {
    return contradictions(document_, document_.at("components").at("schemas").at(schema), value,
                          OtherFields::refused);
  }

  // "/api/v1/persons/{id}" with what is there.
  [[nodiscard]] std::string path_of(const Route& route) const {
    std::string path = route.path;
    for (const auto& [name, id] : ids_) {
      const std::string place = "{" + name + "}";
      if (const auto at = path.find(place); at != std::string::npos) path.replace(at, place.size(), id);
    }
    EXPECT_EQ(path.find('{'), std::string::npos) << path << ": tell this test what to put there";
    return path;
  }

  // Holds an answer against what is described for its status.
  void expect_described(const Route& route, const Answer& answer) const {
    const std::string place =
        route.path + " " + std::to_string(answer.status) + " " + answer.body.substr(0, 200);
    const auto& responses = operation(route).at("responses").as_object();
    const auto* found = responses.if_contains(std::to_string(answer.status));
    ASSERT_NE(found, nullptr) << place;
    const json::object& response = resolved(*found).as_object();
    expect_headers(response, answer, place);
    if (answer.status == 101) return;  // what follows is in the schema of the messages
    const auto* content = response.if_contains("content");
    if (content == nullptr) {
      EXPECT_EQ(answer.body, "") << place;
      return;
    }
    const std::string type = answer.headers.at("content-type");
    const auto* media = content->as_object().if_contains(type.substr(0, type.find(';')));
    ASSERT_NE(media, nullptr) << place << " " << type;
    if (type != "application/json") return;
    const auto wrong = contradictions(document_, media->at("schema"), answer.json(), OtherFields::refused);
    EXPECT_THAT(wrong, IsEmpty()) << place;
  }

  static void expect_headers(const json::object& response, const Answer& answer, const std::string& place) {
    // Those that the server adds to what the API answers.
    static const std::set<std::string_view> kOfTheServer{"x-request-id", "upgrade", "sec-websocket-accept"};
    const auto* headers = response.if_contains("headers");
    if (headers == nullptr) return;
    for (const auto& header : headers->as_object()) {
      const bool is_there = kOfTheServer.contains(header.key()) || answer.headers.contains(header.key());
      EXPECT_TRUE(is_there) << place << " lacks " << header.key();
    }
  }

  // One that the server takes; none: this test does not know one.
  [[nodiscard]] std::optional<std::string> body_of(const Route& route) {
    if (route.body == Body::none) return std::string();
    const Embedding stranger = api_.faces.identity();
    const std::map<std::string_view, std::string> bodies{
        {"recognise", smallest_form(stranger)},
        {"recogniseBatch", R"({"events":[)" + smallest_form(stranger) + R"(,{"camera_id":""}]})"},
        {"createPerson",
         R"({"code":"E-9","name":"Grace","faces":[{"vector":)" + vector_json(stranger) + "}]}"},
        {"addFace", R"({"vector":)" + vector_json(stranger) + R"(,"allow_duplicate":true})"},
        {"updatePerson", R"({"name":"Ada King"})"},
        {"heartbeat", kHeartbeat},
        {"createKey",
         R"({"name":"Gate","role":"device","cameras":["gate-1"],"expires_at":"2027-01-01T00:00:00Z"})"},
        {"updateKey", R"({"name":"Main gate","expires_at":null})"},
        {"rotateKey", R"({"overlap_seconds":60})"},
        {"createPairing", R"({"cameras":["gate-1"],"kind":"kiosk","pin":"2468","name":"Tablet"})"},
        {"checkPin", R"({"pin":"2468"})"},
        {"updateCamera", R"({"name":"Front door","direction":"in","retired":false})"},
        {"signIn", R"({"api_key":"a-key-for-this-test-only"})"}};
    const auto found = bodies.find(operation(route).at("operationId").as_string());
    if (found == bodies.end()) return std::nullopt;
    return found->second;
  }

  // Every described route; those that delete something come last.
  [[nodiscard]] static std::vector<Route> calls() {
    std::vector<Route> routes = all_routes();
    std::erase_if(routes, [](const Route& route) { return route.path.ends_with("/*"); });
    std::ranges::stable_partition(routes,
                                  [](const Route& route) { return route.verb != http::Verb::delete_; });
    std::ranges::stable_partition(routes, [](const Route& route) {
      return route.path != "/api/v1/persons/{id}" || route.verb != http::Verb::delete_;
    });
    return routes;
  }

  [[nodiscard]] static Route route_of(http::Verb verb, std::string_view path) {
    const std::vector<Route> routes = all_routes();
    return *std::ranges::find_if(
        routes, [&](const Route& route) { return route.verb == verb && route.path == path; });
  }

  static constexpr const char* kHeartbeat =
      R"({"watching_from":"2026-11-22T07:00:00Z","watching_to":"2026-11-22T08:00:00Z","fps":14.5,
          "outbox_waiting":2,"outbox_oldest":"2026-11-22T07:00:00Z","software":"attend 1","model":"test-1"})";

  test::TempDir dir_;
  TestApi api_;
  TestApi closed_{{.organisation = kFirstOrganisation, .api_key = "a-key-for-this-test-only"}};
  json::value document_;
  std::unique_ptr<relay::EventHub::Listener> followed_;
  std::map<std::string, std::string> ids_;  // replaces a path's {name}
  std::string kiosk_key_;
};

TEST_F(Answers, OfEveryOperationAreAsDescribed) {
  for (const Route& route : calls()) {
    const auto body = body_of(route);
    ASSERT_TRUE(body) << route.path << ": tell this test a body";
    if (!body->empty()) {
      const auto& schema =
          operation(route).at("requestBody").at("content").at("application/json").at("schema");
      const bool is_wrong = route.path == "/api/v1/recognitions/batch";  // one of its events, on purpose
      EXPECT_EQ(contradictions(document_, schema, json::parse(*body), OtherFields::allowed).empty(),
                !is_wrong)
          << route.path;
    }
    // Only a server with a key has a cookie to give.
    TestApi& server = operation(route).at("operationId") == "signIn" ? closed_ : api_;
    HeaderList headers;
    if (route.path == "/api/v1/session/pin") headers = {{"x-api-key", kiosk_key_}};
    const Answer answer = server.call(route.verb, path_of(route), *body, headers);
    EXPECT_LT(answer.status, 400U) << route.path << " " << answer.body;
    expect_described(route, answer);
  }
}

TEST_F(Answers, TakeEveryParameterThatIsDescribed) {
  const std::map<std::string_view, std::string> samples{{"from", "2026-11-22T00:00:00Z"},
                                                        {"to", "2026-11-23T00:00:00Z"},
                                                        {"camera", "gate-1"},
                                                        {"person", "E-1"},
                                                        {"outcome", "cooldown"},
                                                        {"zone", "Europe/Berlin"},
                                                        {"query", "a"},
                                                        {"order", "oldest"},
                                                        {"seen", "all"},
                                                        {"limit", "1"}};
  for (const Route& route : calls()) {
    std::string query;
    bool in_pages = false;
    for (const Parameter& parameter : route.parameters) {
      if (parameter.in == Parameter::In::path) continue;
      if (parameter.name == "cursor") {
        in_pages = true;
        continue;
      }
      ASSERT_TRUE(samples.contains(parameter.name)) << parameter.name << ": tell this test a value";
      query += (query.empty() ? "?" : "&") + std::string(parameter.name) + "=";
      query += parameter.kind == Parameter::Kind::date ? "2026-11-22" : samples.at(parameter.name);
    }
    if (query.empty()) continue;
    const Answer answer = api_.get(path_of(route) + query);
    EXPECT_EQ(answer.status, 200U) << route.path << query << answer.body;
    expect_described(route, answer);
    if (!in_pages) continue;
    const auto first = api_.get(path_of(route) + "?limit=1").json();
    ASSERT_TRUE(first.at("next_cursor").is_string()) << route.path << ": the store needs two for this test";
    const Answer next =
        api_.get(path_of(route) + "?limit=1&cursor=" + std::string(first.at("next_cursor").as_string()));
    EXPECT_EQ(next.status, 200U) << next.body;
    expect_described(route, next);
  }
}

TEST_F(Answers, RefuseParametersThatAreNotDescribed) {
  for (const Route& route : calls()) {
    const std::string path = path_of(route) + "?verbose=1";
    const Answer answer = api_.call(route.verb, path, body_of(route).value());
    if (route.other_parameters == OtherParameters::ignored) {
      EXPECT_LT(answer.status, 400U) << path;
      continue;
    }
    EXPECT_EQ(answer.status, 400U) << path;
    EXPECT_EQ(answer.error_code(), "unknown_parameter") << path;
    expect_described(route, answer);
  }
}

TEST_F(Answers, OfRefusalsAreAsDescribed) {
  for (const Route& route : calls()) {
    const std::string path = path_of(route);
    const Answer no_key = closed_.call(route.verb, path, body_of(route).value());
    EXPECT_EQ(no_key.status == 401, !route.needs.is_open()) << path;
    if (no_key.status == 401) expect_described(route, no_key);

    const Answer other_host = api_.call(route.verb, path, body_of(route).value(), {{"host", "evil.example"}});
    EXPECT_EQ(other_host.status, 403U) << path;
    expect_described(route, other_host);

    if (route.body == Body::json) {
      const Answer form =
          api_.call(route.verb, path, "a=b", {{"content-type", "application/x-www-form-urlencoded"}});
      EXPECT_EQ(form.status, 415U) << path;
      expect_described(route, form);
      const Answer broken = api_.call(route.verb, path, "{");
      EXPECT_EQ(broken.error_code(), "malformed_json") << path;
      expect_described(route, broken);
    }
    if (route.needs_gallery) {
      api_.gallery_loaded = false;
      const Answer loading = api_.call(route.verb, path, body_of(route).value());
      api_.gallery_loaded = true;
      EXPECT_EQ(loading.error_code(), "gallery_loading") << path;
      expect_described(route, loading);
    }
  }
}

TEST_F(Answers, ForThingsThatAreNotThereAreAsDescribed) {
  const std::string nothing = "01935b1c-1f2e-7a30-8b4c-5d6e7f809123";
  for (const char* name : {"id", "face_id", "attendance_id", "key_id", "session_id", "code", "camera_id"})
    ids_[name] = nothing;
  ids_["file"] = "nothing";
  for (const Route& route : calls()) {
    const bool has_not_found = std::ranges::any_of(
        route.errors, [](const ErrorCode& error) { return error.status == http::Status::not_found; });
    if (!has_not_found) continue;
    const Answer answer = api_.call(route.verb, path_of(route), body_of(route).value());
    EXPECT_EQ(answer.status, 404U) << route.path << answer.body;
    expect_described(route, answer);
  }
}

TEST_F(Answers, RefuseBodiesThatTheirSchemaExcludes) {
  std::size_t refused = 0;
  for (const Route& route : calls()) {
    if (route.body == Body::none) continue;
    TestApi& server = operation(route).at("operationId") == "signIn" ? closed_ : api_;
    const auto body = json::parse(body_of(route).value()).as_object();
    const auto expect_refused = [&](const json::object& changed) {
      const Answer answer = server.call(route.verb, path_of(route), json::serialize(changed));
      EXPECT_TRUE(answer.status >= 400 && answer.status < 500)
          << route.path << " takes " << json::serialize(changed).substr(0, 300);
      if (answer.status >= 400) expect_described(route, answer);
      ++refused;
    };
    const auto& media = operation(route).at("requestBody").at("content").at("application/json");
    std::vector<json::value> schemas{resolved(media.at("schema"))};
    if (const auto* parts = schemas[0].as_object().if_contains("allOf")) {
      for (const json::value& part : json::array(parts->as_array())) schemas.push_back(resolved(part));
    }
    for (const json::value& schema : schemas) {
      if (const auto* required = schema.as_object().if_contains("required")) {
        for (const json::value& name : required->as_array()) {
          json::object changed = body;
          changed.erase(name.as_string());
          expect_refused(changed);
        }
      }
      const auto* properties = schema.as_object().if_contains("properties");
      if (properties == nullptr) continue;
      for (const auto& [name, property] : properties->as_object()) {
        for (const json::value& value : excluded_by(resolved(property).as_object())) {
          json::object changed = body;
          changed[name] = value;
          expect_refused(changed);
        }
      }
    }
  }
  EXPECT_GT(refused, 60U);
}

TEST_F(Answers, OfConflictsAndLimitsAreAsDescribed) {
  const auto expect = [&](TestApi& server, const char* path, const std::string& body,
                          const std::string& code) {
    const Answer answer = server.post(path, body);
    EXPECT_EQ(answer.error_code(), code) << answer.body;
    expect_described(route_of(http::Verb::post, path), answer);
  };
  expect(api_, "/api/v1/persons", R"({"code":"E-1","name":"Grace"})", "duplicate_code");
  const Embedding face = api_.faces.identity();
  const std::string grace = R"({"code":"E-9","name":"Grace","faces":[{"vector":)" + vector_json(face) + "}]}";
  EXPECT_EQ(api_.post("/api/v1/persons", grace).status, 201U);
  const std::string twin = R"({"code":"E-8","name":"Eva","faces":[{"vector":)" + vector_json(face) + "}]}";
  expect(api_, "/api/v1/persons", twin, "duplicate_face");
  std::string batch = R"({"events":[{})";
  for (int i = 0; i < 1000; ++i) batch += ",{}";
  expect(api_, "/api/v1/recognitions/batch", batch + "]}", "too_many_events");
  const std::string wrong_key = R"({"api_key":"wrong"})";
  for (int i = 0; i < 5; ++i) expect(closed_, "/api/v1/session", wrong_key, "unauthenticated");
  expect(closed_, "/api/v1/session", wrong_key, "too_many_attempts");
  const Route pair = route_of(http::Verb::post, "/api/v1/pairings/{code}");
  EXPECT_EQ(api_.post(path_of(pair), "").status, 200U);
  const Answer used = api_.post(path_of(pair), "");
  EXPECT_EQ(used.error_code(), "pairing_used");
  expect_described(pair, used);
  const Answer wrong_pin = api_.post("/api/v1/session/pin", R"({"pin":"1357"})", {{"x-api-key", kiosk_key_}});
  EXPECT_EQ(wrong_pin.error_code(), "wrong_pin");
  expect_described(route_of(http::Verb::post, "/api/v1/session/pin"), wrong_pin);
}

TEST_F(Answers, OfReadinessToStrangersAndWithoutAStoreAreAsDescribed) {
  const Route route = route_of(http::Verb::get, "/readyz");
  api_.store_ping = Error::of(ErrorKind::unavailable, "the disk is gone");
  expect_described(route, api_.get("/readyz"));
  expect_described(route, closed_.get("/readyz"));
}

TEST_F(Answers, EventsAreAsDescribed) {
  std::set<std::string> outcomes;
  EXPECT_TRUE(test::becomes_true([&] {
    const auto next = followed_->next();
    if (const auto* event = std::get_if<relay::Event>(&next)) {
      const auto message = json::parse((*event)->text);
      EXPECT_THAT(against("EventMessage", message), IsEmpty()) << (*event)->text;
      outcomes.emplace(message.at("decision").at("outcome").as_string());
    }
    return outcomes.size() == 5;
  }));
  EXPECT_EQ(outcomes, (std::set<std::string>{"marked", "cooldown", "spoof", "unknown", "ambiguous"}));
  Camera camera;
  camera.id = CameraId{"gate-1"};
  EXPECT_THAT(against("EventMessage", json::parse(camera_event({camera, true, true}))), IsEmpty());
  EXPECT_THAT(against("EventMessage", json::parse(lost_event(1))), IsEmpty());
}

}  // namespace
}  // namespace sas::api
