// Who may do what: every operation with every role and with none, keys from their making to their end, and the pairing of
// devices.

#include <atomic>
#include <functional>
#include <map>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/route.h"
#include "api/test_api.h"
#include "fixtures/run_task.h"

namespace sas::api {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kAdminKey = "the-key-of-the-configuration";
const HeaderList kAdmin{{"x-api-key", kAdminKey}};

class FakePeer final : public http::WebSocketPeer {
 public:
  void wake() override {}
  void close(http::WebSocketClose why) override { code_ = why.code; }
  [[nodiscard]] int closed_with() const { return code_; }  // 0: open

 private:
  std::atomic<int> code_{0};
};

HeaderList with_key(const std::string& key) { return {{"x-api-key", key}}; }

// The cookie that an answer sets, and an Origin as the server's own pages send it.
HeaderList with_cookie(const Answer& answer) {
  const std::string& cookie = answer.headers.at("set-cookie");
  return {{"cookie", cookie.substr(0, cookie.find(';'))}, {"origin", "http://localhost:8000"}};
}

class Access : public testing::Test {
 protected:
  json::value make(const std::string& role, const std::string& more = "") {
    const Answer answer = api_.post(
        "/api/v1/keys", R"({"name":"A )" + role + R"(","role":")" + role + "\"" + more + "}", kAdmin);
    EXPECT_EQ(answer.status, 201U) << answer.body;
    return answer.json();
  }
  std::string key_of(const std::string& role, const std::string& more = "") {
    return std::string(make(role, more).at("key").as_string());
  }
  std::string code_for(const std::string& kind, const std::string& pin = "null") {
    const Answer answer = api_.post(
        "/api/v1/pairings", R"({"cameras":["gate-1"],"kind":")" + kind + R"(","pin":)" + pin + "}", kAdmin);
    EXPECT_EQ(answer.status, 201U) << answer.body;
    return std::string(answer.json().at("code").as_string());
  }
  Answer pair(const std::string& code, HeaderList headers = {}) {
    return api_.post("/api/v1/pairings/" + code, "", std::move(headers));
  }
  Answer sign_in(const std::string& key) {
    return api_.post("/api/v1/session", json::serialize(json::object{{"api_key", key}}));
  }
  Answer recognise(const HeaderList& headers, const std::string& camera = "gate-1") {
    const json::object body{{"camera_id", camera},
                            {"vector", json::parse(vector_json(api_.faces.identity()))}};
    return api_.post("/api/v1/recognitions", json::serialize(body), headers);
  }
  // The peer of a WebSocket that was opened at `path`.
  std::shared_ptr<FakePeer> open(const std::string& path, HeaderList headers) {
    headers.emplace_back("upgrade", "websocket");
    EXPECT_EQ(api_.get(path, headers).status, 101U);
    sockets_.push_back(std::move(api_.socket));
    auto peer = std::make_shared<FakePeer>();
    sockets_.back()->opened(peer);
    return peer;
  }

  TestApi api_{{.organisation = kFirstOrganisation, .api_key = kAdminKey}};
  std::vector<std::unique_ptr<http::WebSocketSession>> sockets_;
};

// What each role may do, written down a second time.
bool may(const std::string& role, const Route& route) {
  static const std::map<std::string, Rights> kRights{
      {"administrator", {Right::recognise, Right::read, Right::manage, Right::administer}},
      {"operator", {Right::read, Right::manage}},
      {"viewer", {Right::read}},
      {"device", {Right::recognise}},
      {"nobody", {}}};
  const Rights rights = kRights.at(role);
  if (route.needs.is_open()) return true;
  const auto right = route.needs.right();
  return right ? rights.contain(*right) : rights != Rights{};
}

TEST_F(Access, EveryOperationIsForThoseRolesThatHoldItsRight) {
  std::map<std::string, HeaderList> callers{{"nobody", {}}};
  for (const Role role : kEveryRole) {
    const std::string name(to_string(role));
    callers[name] = with_key(key_of(name));
  }
  std::size_t refused = 0;
  for (const Route& route : all_routes()) {
    for (const auto& [role, headers] : callers) {
      // Things that are not there, and bodies that say nothing: an operation that is let in changes nothing.
      std::string path = route.path;
      for (const char* place : {"{id}", "{face_id}", "{key_id}", "{session_id}", "{attendance_id}"})
        if (const auto at = path.find(place); at != std::string::npos)
          path.replace(at, std::string_view(place).size(), "01935b1c-1f2e-7a30-8b4c-5d6e7f809123");
      for (const char* place : {"{camera_id}", "{pack}", "{file}", "{code}"})
        if (const auto at = path.find(place); at != std::string::npos)
          path.replace(at, std::string_view(place).size(), "x");
      const std::string what =
          role + " " + std::string(boost::beast::http::to_string(route.verb)) + " " + path;
      const Answer answer = api_.call(route.verb, path, route.body == Body::json ? "{}" : "", headers);
      if (may(role, route)) {
        EXPECT_NE(answer.status, 403U) << what << answer.body;
        EXPECT_TRUE(answer.status != 401 || route.path == "/api/v1/session") << what << answer.body;
        continue;
      }
      ++refused;
      if (role == "nobody") {
        EXPECT_EQ(answer.status, 401U) << what << answer.body;
        continue;
      }
      EXPECT_EQ(answer.status, 403U) << what << answer.body;
      EXPECT_EQ(answer.error_code(), "forbidden") << what;
      EXPECT_EQ(answer.json().at("error").at("details").at("right").as_string(),
                to_string(*route.needs.right()))
          << what;
    }
  }
  EXPECT_GT(refused, 80U);
}

TEST_F(Access, AKeyIsShownOnceAndListedWithItsUse) {
  const auto made = make("operator");
  EXPECT_THAT(std::string(made.at("key").as_string()), testing::StartsWith("sas_"));
  EXPECT_EQ(made.at("cameras"), nullptr);
  EXPECT_EQ(made.at("last_used_at"), nullptr);
  const std::string key(made.at("key").as_string());
  EXPECT_EQ(api_.get("/api/v1/persons", with_key(key)).status, 200U);
  EXPECT_EQ(api_.get("/api/v1/persons", {{"authorization", "Bearer " + key}}).status, 200U);
  const Answer listed = api_.get("/api/v1/keys", kAdmin);
  const auto& items = listed.json().at("items").as_array();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].at("last_used_at").as_string(), to_rfc3339(api_.clock.now()));
  EXPECT_FALSE(items[0].as_object().contains("key"));
  EXPECT_EQ(listed.body.find(key), std::string::npos);
}

TEST_F(Access, ADeviceActsOnlyAsItsCamerasAndSeesNoScores) {
  const HeaderList device = with_key(key_of("device", R"(,"cameras":["gate-1","gate-2"])"));
  const auto marked = recognise(device);
  EXPECT_EQ(marked.status, 200U) << marked.body;
  for (const char* field : {"similarity", "runner_up", "score", "threshold"})
    EXPECT_TRUE(marked.json().at(field).is_null()) << field;
  const Answer other = recognise(device, "door");
  EXPECT_EQ(other.status, 403U);
  EXPECT_EQ(other.error_code(), "forbidden");
  EXPECT_EQ(other.json().at("error").at("details").at("camera_id"), "door");
  EXPECT_THAT(other.error_message(), HasSubstr("\"door\""));

  EXPECT_EQ(api_.post("/api/v1/cameras/gate-2/heartbeat", "{}", device).status, 204U);
  EXPECT_EQ(api_.post("/api/v1/cameras/door/heartbeat", "{}", device).error_code(), "forbidden");
  HeaderList upgrade = device;
  upgrade.emplace_back("upgrade", "websocket");
  EXPECT_EQ(api_.get("/api/v1/live/gate-1/publish", upgrade).status, 101U);
  EXPECT_EQ(api_.get("/api/v1/live/door/publish", upgrade).error_code(), "forbidden");
  EXPECT_EQ(api_.get("/api/v1/live/gate-1", upgrade).error_code(), "forbidden") << "it may not watch";

  const std::string vector = vector_json(api_.faces.identity());
  const auto results = api_.post("/api/v1/recognitions/batch",
                                 R"({"events":[{"camera_id":"gate-1","vector":)" + vector +
                                     R"(},{"camera_id":"door","vector":)" + vector + "}]}",
                                 device);
  ASSERT_EQ(results.status, 200U) << results.body;
  EXPECT_EQ(results.json().at("results").at(0).at("outcome"), "unknown");
  EXPECT_TRUE(results.json().at("results").at(0).at("threshold").is_null());
  EXPECT_EQ(results.json().at("results").at(1).at("error").at("code"), "forbidden");
  EXPECT_EQ(results.json().at("results").at(1).at("status"), 403);
}

TEST_F(Access, ADeviceOfNoCameraActsAsAnyOfItsOrganisation) {
  EXPECT_EQ(recognise(with_key(key_of("device")), "anywhere").status, 200U);
}

TEST_F(Access, ExpiredRevokedAndWrongKeysEachHaveTheirOwnCode) {
  const auto expiring = make("viewer", R"(,"expires_at":"2026-11-22T09:00:00Z")");
  const auto revoked = make("viewer");
  const HeaderList expired = with_key(std::string(expiring.at("key").as_string()));
  const HeaderList gone = with_key(std::string(revoked.at("key").as_string()));
  EXPECT_EQ(api_.get("/api/v1/persons", expired).status, 200U);
  api_.clock.advance(1h);
  const Answer late = api_.get("/api/v1/persons", expired);
  EXPECT_EQ(late.status, 401U);
  EXPECT_EQ(late.error_code(), "key_expired");
  EXPECT_THAT(late.error_message(), HasSubstr("2026-11-22T09:00:00Z"));

  const std::string path = "/api/v1/keys/" + std::string(revoked.at("id").as_string());
  EXPECT_EQ(api_.call(http::Verb::delete_, path, "", kAdmin).status, 204U);
  EXPECT_EQ(api_.get("/api/v1/persons", gone).error_code(), "key_revoked");
  EXPECT_EQ(api_.call(http::Verb::delete_, path, "", kAdmin).error_code(), "key_not_found");
  EXPECT_EQ(api_.get("/api/v1/persons", with_key("sas_nothing")).error_code(), "unauthenticated");

  // Counted and slowed down as wrong keys are.
  EXPECT_THAT(api_.get("/metrics", kAdmin).body, HasSubstr("authentication_failures_total{shown=\"key\"} 3"));
  for (int i = 0; i < 5; ++i) static_cast<void>(api_.get("/api/v1/persons", gone));
  EXPECT_EQ(api_.get("/api/v1/persons", gone).error_code(), "too_many_attempts");
  EXPECT_EQ(api_.get("/api/v1/persons", kAdmin).status, 200U) << "a right key is let in";
}

TEST_F(Access, ARotatedKeyOverlapsWithTheOldOne) {
  const auto made = make("viewer");
  const std::string path = "/api/v1/keys/" + std::string(made.at("id").as_string()) + "/rotate";
  const HeaderList old_key = with_key(std::string(made.at("key").as_string()));
  const Answer signed_in = sign_in(std::string(made.at("key").as_string()));
  const auto rotated = api_.post(path, R"({"overlap_seconds":3600})", kAdmin);
  ASSERT_EQ(rotated.status, 200U) << rotated.body;
  EXPECT_EQ(rotated.json().at("old_key_until"), "2026-11-22T09:00:00Z");
  const HeaderList new_key = with_key(std::string(rotated.json().at("key").as_string()));
  EXPECT_EQ(api_.get("/api/v1/persons", old_key).status, 200U);
  EXPECT_EQ(api_.get("/api/v1/persons", new_key).status, 200U);
  EXPECT_EQ(api_.get("/api/v1/persons", with_cookie(signed_in)).status, 200U);
  api_.clock.advance(1h);
  EXPECT_EQ(api_.get("/api/v1/persons", old_key).error_code(), "unauthenticated");
  EXPECT_EQ(api_.get("/api/v1/persons", with_cookie(signed_in)).status, 401U)
      << "a session of the old key ends with it";
  EXPECT_EQ(api_.get("/api/v1/persons", new_key).status, 200U);
}

TEST_F(Access, APersonSignsInWithAKeyOfTheirOwn) {
  const auto made = make("operator");
  const Answer signed_in = sign_in(std::string(made.at("key").as_string()));
  ASSERT_EQ(signed_in.status, 204U) << signed_in.body;
  const HeaderList cookie = with_cookie(signed_in);
  const auto who = api_.get("/api/v1/session", cookie).json();
  EXPECT_EQ(who.at("authenticated"), true);
  EXPECT_EQ(who.at("role"), "operator");
  EXPECT_EQ(who.at("rights"), (json::array{"read", "manage"}));
  EXPECT_EQ(who.at("key").at("name"), "A operator");
  EXPECT_EQ(who.at("organisation_id").as_string(), kFirstOrganisation.to_string());
  EXPECT_EQ(api_.post("/api/v1/persons", R"({"code":"E-1","name":"Ada"})", cookie).status, 201U);
  EXPECT_EQ(api_.get("/api/v1/keys", cookie).error_code(), "forbidden");

  const auto stranger = api_.get("/api/v1/session").json();
  EXPECT_EQ(stranger.at("authenticated"), false);
  EXPECT_EQ(stranger.at("role"), nullptr);
  EXPECT_EQ(api_.get("/api/v1/session", kAdmin).json().at("role"), "administrator");
  EXPECT_EQ(api_.get("/api/v1/session", kAdmin).json().at("key"), nullptr);

  EXPECT_EQ(sign_in(key_of("device")).error_code(), "forbidden");
  EXPECT_EQ(sign_in("sas_nothing").error_code(), "unauthenticated");
}

TEST_F(Access, RevokingAKeyEndsItsSessionsAndClosesWhatItHasOpened) {
  const auto made = make("viewer");
  const std::string key(made.at("key").as_string());
  const Answer signed_in = sign_in(key);
  const auto by_key = open("/api/v1/events", with_key(key));
  const auto by_session = open("/api/v1/events", with_cookie(signed_in));
  const auto other = open("/api/v1/events", with_key(key_of("viewer")));
  const std::string path = "/api/v1/keys/" + std::string(made.at("id").as_string());
  EXPECT_EQ(api_.call(http::Verb::delete_, path, "", kAdmin).status, 204U);
  EXPECT_EQ(by_key->closed_with(), 4001);
  EXPECT_EQ(by_session->closed_with(), 4001);
  EXPECT_EQ(other->closed_with(), 0);
  EXPECT_EQ(api_.get("/api/v1/persons", with_cookie(signed_in)).error_code(), "key_revoked");
  EXPECT_EQ(api_.get("/api/v1/sessions", kAdmin).json().at("items").as_array().size(), 0U);
}

TEST_F(Access, SessionsAreListedAndEnded) {
  const HeaderList grace = with_cookie(sign_in(key_of("operator")));
  const HeaderList admin = with_cookie(sign_in(kAdminKey));
  const auto peer = open("/api/v1/events", grace);
  const auto items = api_.get("/api/v1/sessions", admin).json().at("items").as_array();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].at("key").at("name"), "A operator");
  EXPECT_EQ(items[0].at("role"), "operator");
  EXPECT_EQ(items[0].at("current"), false);
  EXPECT_EQ(items[1].at("key"), nullptr);
  EXPECT_EQ(items[1].at("role"), "administrator");
  EXPECT_EQ(items[1].at("current"), true);
  const std::string path = "/api/v1/sessions/" + std::string(items[0].at("id").as_string());
  EXPECT_EQ(api_.call(http::Verb::delete_, path, "", admin).status, 204U);
  EXPECT_EQ(peer->closed_with(), 4001);
  EXPECT_EQ(api_.get("/api/v1/persons", grace).status, 401U);
  EXPECT_EQ(api_.call(http::Verb::delete_, path, "", admin).error_code(), "session_not_found");
}

TEST_F(Access, AKioskIsPairedForAsLongAsItsKey) {
  const Answer paired = pair(code_for("kiosk"));
  ASSERT_EQ(paired.status, 200U) << paired.body;
  EXPECT_EQ(paired.json().at("kind"), "kiosk");
  EXPECT_EQ(paired.json().at("cameras"), json::array{"gate-1"});
  const std::string header = paired.headers.at("set-cookie");
  for (const char* attribute : {"HttpOnly", "SameSite=Strict", "Max-Age=34560000"})
    EXPECT_THAT(header, HasSubstr(attribute));
  HeaderList kiosk = with_cookie(paired);
  EXPECT_EQ(recognise(kiosk).status, 200U);
  EXPECT_EQ(recognise(kiosk, "door").error_code(), "forbidden");
  EXPECT_EQ(api_.get("/api/v1/models", kiosk).status, 200U) << "it needs the models";
  EXPECT_EQ(api_.get("/api/v1/persons", kiosk).error_code(), "forbidden");
  const auto who = api_.get("/api/v1/session", kiosk).json();
  EXPECT_EQ(who.at("role"), "device");
  EXPECT_EQ(who.at("pin_required"), false);

  // Weeks later, and years later where it is used.
  api_.clock.advance(24h * 60);
  const Answer used = recognise(kiosk);
  EXPECT_EQ(used.status, 200U);
  EXPECT_THAT(used.headers.at("set-cookie"), HasSubstr("Max-Age=34560000"));
  api_.clock.advance(24h * 390);
  EXPECT_EQ(recognise(kiosk).status, 200U);

  const std::string path = "/api/v1/keys/" + std::string(paired.json().at("id").as_string());
  EXPECT_EQ(api_.call(http::Verb::delete_, path, "", kAdmin).status, 204U);
  EXPECT_EQ(recognise(kiosk).error_code(), "key_revoked") << "a lost tablet";
}

TEST_F(Access, ANewApiKeyLeavesDevicesPaired) {
  const Answer paired = pair(code_for("kiosk"));
  const std::string token = with_cookie(paired).front().second;
  const Authenticator restarted({.organisation = kFirstOrganisation, .api_key = "another"}, api_.clock,
                                api_.store().sessions(), *api_.ring);
  http::Fields fields;
  fields.insert("cookie", token);
  http::Request request;
  request.headers = &fields;
  const auto role = [&]() -> Task<std::optional<Role>> {
    auto identifying = restarted.identify_anybody(request);
    const auto identified = co_await std::move(identifying);
    co_return identified ? identified->role() : std::nullopt;
  };
  EXPECT_EQ(test::run_task(role()), Role::device);
}

TEST_F(Access, AnEdgeIsPairedWithoutACookie) {
  const Answer paired = pair(code_for("edge"));
  ASSERT_EQ(paired.status, 200U) << paired.body;
  EXPECT_FALSE(paired.headers.contains("set-cookie"));
  EXPECT_EQ(recognise(with_key(std::string(paired.json().at("key").as_string()))).status, 200U);
}

TEST_F(Access, ACodeIsUsedOnceInTimeAndNotGuessed) {
  const std::string code = code_for("edge");
  EXPECT_EQ(pair(code).status, 200U);
  EXPECT_EQ(pair(code).error_code(), "pairing_used");
  const std::string late = code_for("edge");
  api_.clock.advance(10min);
  EXPECT_EQ(pair(late).error_code(), "pairing_expired");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pair("0000-0000").error_code(), "pairing_not_found");
  EXPECT_EQ(pair("0000-0000").error_code(), "too_many_attempts");
  EXPECT_EQ(pair(code_for("edge")).status, 200U) << "a right code is let in";
  EXPECT_THAT(api_.get("/metrics", kAdmin).body,
              HasSubstr("authentication_failures_total{shown=\"pairing\"} 6"));
}

TEST_F(Access, APageOfAnotherSitePairsNothing) {
  const std::string code = code_for("kiosk");
  EXPECT_EQ(pair(code, {{"origin", "https://evil.example"}}).error_code(), "cross_origin");
  EXPECT_EQ(pair(code, {{"origin", "http://localhost:8000"}}).status, 200U);
}

TEST_F(Access, LeavingTheKioskTakesItsPin) {
  const Answer paired = pair(code_for("kiosk", "\"2468\""));
  const HeaderList kiosk = with_cookie(paired);
  EXPECT_EQ(api_.get("/api/v1/session", kiosk).json().at("pin_required"), true);
  EXPECT_EQ(paired.body.find("argon2"), std::string::npos);
  const auto try_pin = [&](const std::string& pin) {
    return api_.post("/api/v1/session/pin", R"({"pin":")" + pin + "\"}", kiosk);
  };
  EXPECT_EQ(try_pin("2468").status, 204U);
  EXPECT_EQ(try_pin("1357").error_code(), "wrong_pin");
  for (int i = 0; i < 3; ++i) static_cast<void>(try_pin("1357"));
  EXPECT_EQ(try_pin("2468").error_code(), "too_many_attempts");
  const HeaderList without = with_cookie(pair(code_for("kiosk")));
  EXPECT_EQ(api_.post("/api/v1/session/pin", R"({"pin":"2468"})", without).error_code(), "no_pin");
}

TEST(WithoutApiKey, EverybodyIsAdministratorAndAKeyThatIsShownCounts) {
  TestApi api;
  const auto made =
      api.post("/api/v1/keys", R"({"name":"Gate","role":"device","cameras":["gate-1"]})").json();
  const HeaderList device = with_key(std::string(made.at("key").as_string()));
  EXPECT_EQ(api.get("/api/v1/session").json().at("role"), "administrator");
  EXPECT_EQ(api.get("/api/v1/session", device).json().at("role"), "device");
  EXPECT_EQ(api.get("/api/v1/persons", device).error_code(), "forbidden");
  EXPECT_EQ(api.get("/api/v1/persons", with_key("whatever")).status, 200U) << "as before there were keys";
  const std::string path = "/api/v1/keys/" + std::string(made.at("id").as_string());
  EXPECT_EQ(api.call(http::Verb::delete_, path).status, 204U);
  EXPECT_EQ(api.get("/api/v1/persons", device).error_code(), "key_revoked");

  const auto code = api.post("/api/v1/pairings", R"({"cameras":["gate-1"],"kind":"kiosk"})").json();
  const Answer paired = api.post("/api/v1/pairings/" + std::string(code.at("code").as_string()), "");
  const HeaderList kiosk = with_cookie(paired);
  EXPECT_EQ(api.get("/api/v1/session", kiosk).json().at("role"), "device");
  EXPECT_EQ(api.call(http::Verb::delete_, "/api/v1/session", "", kiosk).status, 204U);
  EXPECT_EQ(api.get("/api/v1/session", kiosk).json().at("role"), "administrator");
}

}  // namespace
}  // namespace sas::api
