#include <algorithm>
#include <atomic>
#include <functional>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "api/key_checks.h"
#include "api/session.h"
#include "api/session_sockets.h"
#include "api/test_api.h"
#include "fixtures/becomes_true.h"
#include "fixtures/run_task.h"

namespace sas::api {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class FakePeer final : public http::WebSocketPeer {
 public:
  void wake() override {}
  void close(http::WebSocketClose why) override { code_ = why.code; }
  [[nodiscard]] int closed_with() const { return code_; }  // 0: open

 private:
  std::atomic<int> code_{0};
};

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

TEST(SessionTokens, AreThoseOfEveryServerWithTheKey) {
  const SessionTokens here("key");
  const std::string token = here.make();
  EXPECT_TRUE(SessionTokens("key").is_ours(token));
  EXPECT_NE(token, here.make());
  EXPECT_FALSE(SessionTokens("another key").is_ours(token));
  EXPECT_THAT(SessionTokens::hash_of(token), testing::Not(HasSubstr(token.substr(0, 16))));
}

TEST(SessionTokens, RefuseAnythingElse) {
  const SessionTokens tokens("key");
  const std::string token = tokens.make();
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == '1' ? '2' : '1';
    EXPECT_FALSE(tokens.is_ours(changed)) << i;
  }
  for (const std::string& rubbish :
       {std::string(), std::string("."), std::string(".."), std::string(5000, 'a'), "9" + token})
    EXPECT_FALSE(tokens.is_ours(rubbish)) << rubbish.substr(0, 20);
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

// The same person tries, in whichever way.
TEST(Session, GuessingIsSlowWhicheverWayItIsDoneAndTheRightKeyIsLetIn) {
  const std::string right = std::string(R"({"api_key":")") + kSecret + "\"}";
  using Guess = std::function<Answer(TestApi&)>;
  const std::vector<std::pair<std::string, Guess>> ways{
      {"sign-in", [](TestApi& api) { return api.post("/api/v1/session", R"({"api_key":"wrong"})"); }},
      {"header",
       [](TestApi& api) {
         return api.get("/api/v1/persons", {{"x-api-key", "wrong"}});
       }},
      {"bearer",
       [](TestApi& api) {
         return api.get("/metrics", {{"authorization", "Bearer wrong"}});
       }},
      {"cookie",
       [](TestApi& api) {
         return api.get("/api/v1/persons", {{"cookie", "sas_session=wrong"}});
       }},
      {"WebSocket",
       [](TestApi& api) {
         return api.get("/api/v1/events", {{"x-api-key", "wrong"}, {"upgrade", "websocket"}});
       }},
  };
  for (const auto& [way, guess] : ways) {
    TestApi api(with_secret());
    for (int i = 0; i < 5; ++i) EXPECT_EQ(guess(api).status, 401U) << way;
    for (const auto& [other, again] : ways) {
      const Answer slowed = again(api);
      EXPECT_EQ(slowed.status, 429U) << way << ", then " << other;
      EXPECT_EQ(slowed.error_code(), "too_many_attempts");
      EXPECT_EQ(slowed.headers.at("retry-after"), "1");
    }
    EXPECT_EQ(api.get("/api/v1/session", {{"x-api-key", "wrong"}}).status, 429U) << "open, and no way round";
    EXPECT_EQ(api.get("/api/v1/persons", {{"x-api-key", kSecret}}).status, 200U) << way;
    EXPECT_EQ(api.post("/api/v1/session", right).status, 204U) << way;
    EXPECT_EQ(api.get("/healthz").status, 200U);
    EXPECT_EQ(api.get("/docs/", {{"cookie", "sas_session=wrong"}}).status, 200U) << "pages are for everybody";
    api.peer.address(boost::asio::ip::make_address("192.0.2.9"));
    EXPECT_EQ(guess(api).status, 401U) << "another address";
    EXPECT_THAT(api.get("/metrics", {{"x-api-key", kSecret}}).body,
                HasSubstr("authentication_failures_total{shown="));
  }
}

TEST(Session, WrongKeysAreLoggedWithThePeerAndTheRequestAndWithoutTheKey) {
  std::ostringstream lines;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines)));
  {
    TestApi api(with_secret());
    api.peer = {boost::asio::ip::make_address("192.0.2.7"), 40000};
    for (int i = 0; i < 1000; ++i) api.get("/api/v1/persons", {{"x-api-key", "wrong-but-secret"}});
  }
  spdlog::set_default_logger(before);
  const std::string text = lines.str();
  EXPECT_THAT(text, HasSubstr("wrong key from 192.0.2.7 port 40000 (request test)"));
  EXPECT_THAT(text, testing::Not(HasSubstr("secret")));
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 100);
}

TEST(AttemptLimiter, ForgetsOneASecondAndKnowsNetworksApart) {
  AttemptLimiter limiter;
  const std::chrono::steady_clock::time_point now{1h};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limiter.failed("a", now), std::nullopt);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limiter.failed("a", now), 1s) << "waiting does not grow";
  EXPECT_EQ(limiter.failed("b", now), std::nullopt);
  EXPECT_EQ(limiter.failed("a", now + 1s), std::nullopt);
}

TEST(AttemptLimiter, IsNotEscapedByManyNetworks) {
  AttemptLimiter limiter;
  const std::chrono::steady_clock::time_point now{1h};
  for (int i = 0; i < 10'000; ++i) static_cast<void>(limiter.failed(std::to_string(i), now));
  EXPECT_NE(limiter.failed("one more", now), std::nullopt);
}

TEST(Session, SigningOutEndsTheSessionAndWhatItHasOpened) {
  TestApi api(with_secret());
  const std::string cookie = sign_in(api);
  const HeaderList headers{{"cookie", cookie}, {"upgrade", "websocket"}, {"origin", "http://localhost:8000"}};
  ASSERT_EQ(api.get("/api/v1/events", headers).status, 101U);
  const auto socket = std::move(api.socket);
  const auto peer = std::make_shared<FakePeer>();
  socket->opened(peer);
  ASSERT_EQ(api.get("/api/v1/persons", {{"cookie", cookie}}).status, 200U);

  const Answer answer = api.call(http::Verb::delete_, "/api/v1/session", "", {{"cookie", cookie}});
  EXPECT_EQ(answer.status, 204U);
  EXPECT_THAT(answer.headers.at("set-cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(api.get("/api/v1/persons", {{"cookie", cookie}}).status, 401U);
  EXPECT_EQ(api.get("/api/v1/session", {{"cookie", cookie}}).json().at("authenticated"), false);
  EXPECT_EQ(peer->closed_with(), 4001);
  EXPECT_EQ(api.call(http::Verb::delete_, "/api/v1/session", "", {{"cookie", cookie}}).status, 204U);
  EXPECT_EQ(api.get("/api/v1/session", {{"cookie", cookie}}).headers.count("set-cookie"), 1U)
      << "a cookie that is over is removed";
}

TEST(Session, AnotherServersSignOutClosesWhatIsOpenHere) {
  TestApi api(with_secret());
  SessionStore& store = api.store().sessions();
  SessionSockets sockets(store, *api.ring, api.clock, 1ms);
  const Session session{.id = SessionId(Uuid::v7(api.clock.now())),
                        .organisation = kFirstOrganisation,
                        .token_hash = "a1",
                        .begun_at = api.clock.now(),
                        .ends_at = api.clock.now() + 12h,
                        .last_at = api.clock.now() + 720h};
  ASSERT_TRUE(test::run_task(store.begin(session)));
  class Silent final : public http::WebSocketSession {
    void opened(std::shared_ptr<http::WebSocketPeer> /*peer*/) override {}
    std::optional<http::WebSocketClose> received(std::string_view /*message*/, bool /*text*/) override {
      return std::nullopt;
    }
    std::optional<http::WebSocketMessage> next() override { return std::nullopt; }
  };
  const auto socket = sockets.watch({.session = session.id}, std::make_unique<Silent>());
  const auto peer = std::make_shared<FakePeer>();
  socket->opened(peer);
  EXPECT_EQ(peer->closed_with(), 0);
  ASSERT_TRUE(test::run_task(store.end(session.id, api.clock.now())));
  EXPECT_TRUE(test::becomes_true([&] { return peer->closed_with() == 4001; }));
}

TEST(Session, HasALastDayHoweverMuchItIsUsed) {
  TestApi api({.organisation = kFirstOrganisation, .api_key = kSecret, .session_longest = 48h});
  const std::string cookie = sign_in(api);
  for (int hour = 0; hour < 47; ++hour) {
    api.clock.advance(1h);
    EXPECT_EQ(api.get("/api/v1/persons", {{"cookie", cookie}}).status, 200U) << hour;
  }
  api.clock.advance(1h);
  EXPECT_EQ(api.get("/api/v1/persons", {{"cookie", cookie}}).status, 401U);
}

TEST(Session, SigningOutWithoutASessionIsHarmless) {
  TestApi api(with_secret());
  const Answer answer = api.call(http::Verb::delete_, "/api/v1/session");
  EXPECT_EQ(answer.status, 204U);
  EXPECT_THAT(answer.headers.at("set-cookie"), HasSubstr("Max-Age=0"));
}

TEST(Session, ARefusalForTheOriginNamesHostAndTheProxy) {
  TestApi api(with_secret());
  const std::string cookie = sign_in(api);
  const Answer refused = api.post("/api/v1/persons", R"({"code":"E-1","name":"Ada"})",
                                  {{"cookie", cookie}, {"host", "kiosk"}, {"origin", "https://kiosk:8443"}});
  EXPECT_EQ(refused.error_code(), "origin_refused");
  EXPECT_THAT(refused.error_message(), HasSubstr("the Host header that reached this server is \"kiosk\""));
  EXPECT_THAT(refused.error_message(), HasSubstr("https://kiosk:8443"));
  EXPECT_THAT(refused.error_message(), HasSubstr("proxy"));
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
