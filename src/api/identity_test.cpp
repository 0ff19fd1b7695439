#include "api/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.h"
#include "fixtures/run_task.h"

namespace sas::api {
namespace {

using testing::HasSubstr;

constexpr auto kKey = "a-key-for-this-test-only";

ApiOptions with_key() { return {.organisation = kFirstOrganisation, .api_key = kKey}; }

TEST(Key, OpensWhatIsClosedAndOnlyTheRightOne) {
  TestApi api(with_key());
  // From an address of its own each: too many wrong keys from one are told to wait.
  std::uint32_t address = 0xC6120000;
  for (const HeaderList& wrong :
       {HeaderList{}, HeaderList{{"x-api-key", "a-key-for-this-test-onlx"}},
        HeaderList{{"x-api-key", std::string(kKey) + "x"}}, HeaderList{{"x-api-key", "a"}},
        HeaderList{{"authorization", "Basic " + std::string(kKey)}}, HeaderList{{"authorization", "Bearer "}},
        HeaderList{{"authorization", "Bearer x"}}}) {
    for (const http::Router::Route& route : api.router.routes()) {
      const std::string& path = route.pattern;
      const bool open = path == "/healthz" || path == "/readyz" || path == "/openapi.json" ||
                        path.starts_with("/docs") || path.starts_with("/ui") || path == "/" ||
                        path == "/favicon.ico" ||
                        path == "/api/v1/session" ||        // where a browser asks and shows the key
                        path == "/api/v1/pairings/{code}";  // where a device shows its code
      if (open) continue;
      api.peer.address(boost::asio::ip::address_v4(++address));
      const Answer answer = api.call(route.verb, path, "", wrong);
      EXPECT_EQ(answer.status, 401U) << path;
      EXPECT_EQ(answer.error_code(), "unauthenticated");
      EXPECT_THAT(answer.error_message(), HasSubstr("X-API-Key"));
      EXPECT_EQ(answer.body.find(kKey), std::string::npos) << "the key is not repeated";
    }
  }
  EXPECT_EQ(api.get("/api/v1/persons", {{"X-API-Key", kKey}}).status, 200U);
  EXPECT_EQ(api.get("/metrics", {{"Authorization", "Bearer " + std::string(kKey)}}).status, 200U);
}

TEST(Key, IsNotAskedForWhereNothingIsToldOfAnyone) {
  TestApi api(with_key());
  for (const char* path : {"/healthz", "/readyz", "/openapi.json", "/docs/"})
    EXPECT_EQ(api.get(path).status, 200U) << path;
}

TEST(Key, MakesHostAndOriginIrrelevant) {
  TestApi api(with_key());
  const HeaderList headers{
      {"x-api-key", kKey}, {"host", "attendance.example"}, {"origin", "https://app.example"}};
  EXPECT_EQ(api.post("/api/v1/persons", R"({"code":"1","name":"x"})", headers).status, 201U);
}

TEST(WithoutAKey, OnlyThisMachinesNamesAreAnswered) {
  TestApi api({.organisation = kFirstOrganisation, .allowed_hosts = {"kiosk.local"}});
  for (const char* host : {"localhost", "localhost:8000", "LocalHost:80", "127.0.0.1", "127.0.0.1:8000",
                           "127.8.8.8:1", "[::1]", "[::1]:8000", "kiosk.local", "Kiosk.Local:8000"})
    EXPECT_EQ(api.get("/api/v1/persons", {{"host", host}}).status, 200U) << host;
  for (const char* host :
       {"", "evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example",
        "192.168.0.7:8000", "[::2]:8000", "[::1", "127.0.0.1@evil.example", ":8000"}) {
    const Answer answer = api.get("/api/v1/persons", {{"host", host}});
    EXPECT_EQ(answer.status, 403U) << host;
    EXPECT_EQ(answer.error_code(), "host_not_allowed");
    EXPECT_THAT(answer.error_message(), HasSubstr("API_KEY"));
  }
  EXPECT_EQ(api.get("/docs/", {{"host", "evil.example"}}).status, 403U);
}

TEST(WithoutAKey, OtherSitesPagesChangeNothing) {
  TestApi api;
  int code = 0;
  const auto post = [&](const std::string& origin) {
    return api
        .post("/api/v1/persons", R"({"code":")" + std::to_string(++code) + R"(","name":"x"})",
              {{"host", "localhost:8000"}, {"origin", origin}})
        .status;
  };
  EXPECT_EQ(post(""), 201U) << "programs send no Origin";
  EXPECT_EQ(post("http://localhost:8000"), 201U);
  EXPECT_EQ(post("https://LOCALHOST:8000"), 201U);
  for (const char* origin : {"https://evil.example", "http://localhost:3000", "http://localhost", "null",
                             "http://localhost:8000.evil.example", "localhost:8000"})
    EXPECT_EQ(post(origin), 403U) << origin;
  const std::string person = "/api/v1/persons/01935b1c-1f2e-7a30-8b4c-5d6e7f809123";
  EXPECT_EQ(api.call(http::Verb::delete_, person, "", {{"origin", "https://evil.example"}}).error_code(),
            "cross_origin");
  EXPECT_EQ(api.get("/api/v1/persons", {{"origin", "https://evil.example"}}).status, 200U)
      << "reading across sites is the browser's to refuse: nothing here allows it";
}

// A request with these headers, as a handler's caller would see it.
class Identify : public testing::Test {
 protected:
  Caller who(const Authenticator& authenticator, const HeaderList& headers) {
    http::Fields fields;
    fields.insert("host", "localhost:8000");
    for (const auto& [name, value] : headers) fields.insert(name, value);
    http::Request request;
    request.headers = &fields;
    request.request_id = "r-1";
    request.peer_text = "192.0.2.7:40000";
    // A task that is run alone needs a default for its result.
    const auto identify = [&]() -> Task<std::optional<Caller>> {
      auto identifying = authenticator.identify_anybody(request);
      const auto identified = co_await std::move(identifying);
      co_return identified ? std::optional(identified->caller) : std::nullopt;
    };
    return test::run_task(identify()).value();
  }

  static Task<std::optional<std::string>> sign_in(const Authenticator& authenticator,
                                                  const http::Request& request) {
    auto signing_in = authenticator.sign_in(request, kKey);
    const auto signed_in = co_await std::move(signing_in);
    co_return signed_in ? std::optional(signed_in->cookie) : std::nullopt;
  }

  TestApi api_;
  test::ManualClock clock_{*parse_rfc3339("2026-11-22T08:00:00Z")};
  const OrganisationId organisation_{Uuid::v7(clock_.now())};
};

TEST_F(Identify, TellsWhoAsksAndForWhichOrganisation) {
  const Authenticator authenticator({.organisation = organisation_, .api_key = kKey}, clock_,
                                    api_.store().sessions(), *api_.ring);
  const Caller by_key = who(authenticator, {{"x-api-key", kKey}});
  EXPECT_EQ(by_key.organisation, organisation_);
  EXPECT_EQ(by_key.subject.kind, Subject::Kind::key);
  EXPECT_EQ(by_key.rights, Rights::all());
  EXPECT_EQ(by_key.request_id, "r-1");
  EXPECT_EQ(by_key.peer, "192.0.2.7:40000");

  http::Request request;
  const std::string session = test::run_task(sign_in(authenticator, request)).value();
  const Caller by_session = who(authenticator, {{"cookie", std::string(kSessionCookie) + "=" + session}});
  EXPECT_EQ(by_session.subject.kind, Subject::Kind::session);
  EXPECT_EQ(by_session.rights, Rights::all());
  EXPECT_THAT(session, testing::Not(HasSubstr(by_session.subject.id)));
  EXPECT_FALSE(by_session.subject.id.empty());

  for (const HeaderList& wrong : {HeaderList{}, HeaderList{{"x-api-key", "wrong"}},
                                  HeaderList{{"cookie", std::string(kSessionCookie) + "=wrong"}}}) {
    const Caller stranger = who(authenticator, wrong);
    EXPECT_EQ(stranger.subject.kind, Subject::Kind::open);
    EXPECT_EQ(stranger.rights, Rights{});
  }
}

TEST_F(Identify, AServerWithoutAKeyGivesEverybodyEveryRight) {
  const Authenticator authenticator({.organisation = organisation_}, clock_, api_.store().sessions(),
                                    *api_.ring);
  const Caller anybody = who(authenticator, {});
  EXPECT_EQ(anybody.organisation, organisation_);
  EXPECT_EQ(anybody.subject, Subject{});
  EXPECT_EQ(anybody.rights, Rights::all());
}

TEST_F(Identify, AMissingRightIsNamed) {
  Caller caller(organisation_);
  caller.subject.kind = Subject::Kind::key;
  caller.rights = {Right::read};
  EXPECT_TRUE(require(Right::read, caller));
  const auto refused = require(Right::manage, caller);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::permission_denied);
  EXPECT_EQ(refused.error().code, "forbidden");
  EXPECT_THAT(refused.error().message, HasSubstr("\"manage\""));
  EXPECT_EQ(refused.error().details.at("right"), "manage");
}

}  // namespace
}  // namespace sas::api
