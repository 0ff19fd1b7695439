#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/session.h"
#include "api/test_api.h"

namespace sas::api {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kSecret = "correct horse battery staple";

ApiOptions with_secret() { return {.organisation = kFirstOrganisation, .api_key = kSecret}; }

// The cookie's "name=value" after a good sign-in.
std::string sign_in(TestApi& api) {
  const Answer answer = api.post("/api/v1/session", std::string(R"({"api_key":")") + kSecret + "\"}");
  EXPECT_EQ(answer.status, 204U) << answer.body;
  const std::string cookie = answer.headers.at("set-cookie");
  EXPECT_THAT(cookie, HasSubstr("HttpOnly"));
  EXPECT_THAT(cookie, HasSubstr("SameSite=Strict"));
  EXPECT_THAT(cookie, HasSubstr("Path=/"));
  EXPECT_THAT(cookie, testing::Not(HasSubstr(kSecret)));
  return cookie.substr(0, cookie.find(';'));
}

TEST(SessionTokens, HoldUntilTheyEndOnEveryServerWithTheKey) {
  const Timestamp now{1795334400s};
  const SessionTokens here("key");
  const SessionTokens there("key");
  const std::string token = here.make(now);
  EXPECT_TRUE(there.holds(token, now + 11h));
  EXPECT_FALSE(there.holds(token, now + 12h));
  EXPECT_NE(token, here.make(now));
  EXPECT_FALSE(SessionTokens("another key").holds(token, now));
}

TEST(SessionTokens, TellWhenTheyEndAndWhichOneTheyAre) {
  const Timestamp now{1795334400s};
  const SessionTokens tokens("key");
  const auto one = tokens.read(tokens.make(now));
  const auto other = tokens.read(tokens.make(now));
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->ends, now + kSessionTime);
  EXPECT_EQ(one->id.size(), 32U);
  EXPECT_NE(one->id, other->id);
}

TEST(SessionTokens, RefuseAnythingElse) {
  const Timestamp now{1795334400s};
  const SessionTokens tokens("key");
  std::string token = tokens.make(now);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == '1' ? '2' : '1';
    EXPECT_FALSE(tokens.holds(changed, now)) << i;
  }
  for (const std::string& rubbish :
       {std::string(), std::string("."), std::string(".."), std::string(5000, 'a'), "9" + token})
    EXPECT_FALSE(tokens.holds(rubbish, now)) << rubbish.substr(0, 20);
}

TEST(Session, ExchangesTheKeyForACookieThatMayRead) {
  TestApi api(with_secret());
  EXPECT_EQ(api.get("/api/v1/persons").status, 401U);
  EXPECT_EQ(api.get("/api/v1/session").json().at("authenticated"), false);
  EXPECT_EQ(api.get("/api/v1/session").json().at("key_required"), true);
  const std::string cookie = sign_in(api);
  EXPECT_EQ(api.get("/api/v1/persons", {{"cookie", "theme=dark; " + cookie}}).status, 200U);
  EXPECT_EQ(api.get("/api/v1/session", {{"cookie", cookie}}).json().at("authenticated"), true);
  EXPECT_EQ(api.get("/api/v1/persons", {{"cookie", cookie + "0"}}).status, 401U);
  api.clock.advance(12h + 1s);
  EXPECT_EQ(api.get("/api/v1/persons", {{"cookie", cookie}}).status, 401U);
}

TEST(Session, IsRenewedWhileItIsUsed) {
  TestApi api(with_secret());
  std::string cookie = sign_in(api);
  EXPECT_FALSE(api.get("/api/v1/persons", {{"cookie", cookie}}).headers.contains("set-cookie"));
  for (int hour = 0; hour < 30; ++hour) {
    api.clock.advance(1h + 1s);
    const Answer answer = api.get("/api/v1/persons", {{"cookie", cookie}});
    ASSERT_EQ(answer.status, 200U) << hour;
    const std::string renewed = answer.headers.at("set-cookie");
    EXPECT_THAT(renewed, HasSubstr("HttpOnly"));
    cookie = renewed.substr(0, renewed.find(';'));
  }
  api.clock.advance(12h + 1s);
  const Answer over = api.get("/api/v1/persons", {{"cookie", cookie}});
  EXPECT_EQ(over.status, 401U);
  EXPECT_FALSE(over.headers.contains("set-cookie"));
}

TEST(Session, AChangeNeedsAPageOfThisServer) {
  TestApi api(with_secret());
  const std::string cookie = sign_in(api);
  const std::string body = R"({"code":"E-1","name":"Ada"})";
  const auto change = [&](HeaderList headers) {
    headers.emplace_back("cookie", cookie);
    return api.post("/api/v1/persons", body, headers);
  };
  EXPECT_EQ(change({}).error_code(), "origin_refused");
  EXPECT_EQ(change({{"origin", "http://evil.example"}}).error_code(), "origin_refused");
  EXPECT_EQ(change({{"origin", "null"}}).error_code(), "origin_refused");
  EXPECT_EQ(change({{"origin", "http://localhost:8000"}}).status, 201U);
  // Programs with the key need none.
  EXPECT_EQ(api.get("/api/v1/persons", {{"x-api-key", kSecret}}).status, 200U);
}

TEST(Session, AWebSocketNeedsAPageOfThisServer) {
  TestApi api(with_secret());
  const std::string cookie = sign_in(api);
  const auto open = [&](HeaderList headers) {
    headers.emplace_back("upgrade", "websocket");
    return api.get("/api/v1/events", headers);
  };
  EXPECT_EQ(open({}).status, 401U);
  EXPECT_EQ(open({{"cookie", cookie}}).error_code(), "origin_refused");
  EXPECT_EQ(open({{"cookie", cookie}, {"origin", "https://evil.example"}}).error_code(), "origin_refused");
  EXPECT_EQ(open({{"cookie", cookie}, {"origin", "https://localhost:8000"}}).status, 101U);
  EXPECT_EQ(open({{"x-api-key", kSecret}}).status, 101U);
  // Without a key a page of another site is kept out too.
  TestApi open_server;
  EXPECT_EQ(open_server.get("/api/v1/events", {{"upgrade", "websocket"}, {"origin", "https://evil.example"}})
                .error_code(),
            "cross_origin");
}

TEST(Session, GuessingIsSlow) {
  TestApi api(with_secret());
  const auto guess = [&] { return api.post("/api/v1/session", R"({"api_key":"wrong"})"); };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(guess().status, 401U);
  const Answer slowed = guess();
  EXPECT_EQ(slowed.status, 429U);
  EXPECT_EQ(slowed.error_code(), "too_many_attempts");
  EXPECT_EQ(slowed.headers.at("retry-after"), "1");
}

TEST(AttemptLimiter, ForgetsOneASecondAndKnowsAddressesApart) {
  AttemptLimiter limiter;
  const std::chrono::steady_clock::time_point now{1h};
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(limiter.may_try("a", now));
    limiter.failed("a", now);
  }
  EXPECT_FALSE(limiter.may_try("a", now));
  EXPECT_TRUE(limiter.may_try("b", now));
  EXPECT_TRUE(limiter.may_try("a", now + 1s));
}

TEST(Session, SigningOutRemovesTheCookie) {
  TestApi api(with_secret());
  const Answer answer = api.call(http::Verb::delete_, "/api/v1/session");
  EXPECT_EQ(answer.status, 204U);
  EXPECT_THAT(answer.headers.at("set-cookie"), HasSubstr("Max-Age=0"));
}

TEST(Session, UnderTlsTheCookieIsSecure) {
  TestApi api({.organisation = kFirstOrganisation, .api_key = kSecret, .secure = true});
  const Answer answer = api.post("/api/v1/session", std::string(R"({"api_key":")") + kSecret + "\"}");
  EXPECT_THAT(answer.headers.at("set-cookie"), testing::EndsWith("; Secure"));
}

TEST(Session, AServerWithoutAKeySignsEverybodyIn) {
  TestApi api;
  EXPECT_EQ(api.get("/api/v1/session").json().at("authenticated"), true);
  EXPECT_EQ(api.get("/api/v1/session").json().at("key_required"), false);
  EXPECT_EQ(api.post("/api/v1/session", R"({"api_key":"any"})").status, 204U);
  EXPECT_EQ(api.post("/api/v1/session", R"({})").error_code(), "invalid_field");
}

}  // namespace
}  // namespace sas::api
