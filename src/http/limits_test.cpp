// What strangers can hold of the server: connections, memory for bodies, its time.

#include <atomic>
#include <deque>
#include <future>
#include <thread>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/body_budget.h"
#include "http/peer.h"
#include "http/raw_client.h"
#include "http/server.h"

namespace sas::http {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kKeyHeader = "x-key: right\r\n";

std::string post_head(std::size_t length, std::string_view more = "") {
  return fmt::format("POST /body HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n{}\r\n", length, more);
}

// /body and /hello are behind a gate that wants a key; /open is not.
class LimitsTest : public testing::Test {
 protected:
  LimitsTest() {
    options_.port = 0;
    options_.threads = 2;
    options_.linger_timeout = 200ms;
    const Gate gate = [](Request& request) -> Task<Admission> {
      if (request.header("x-key") == "right") {
        request.admitted = std::string("admitted");
        co_return Admission{.trusted = true};
      }
      co_return Admission{.refusal = Response::text(Status::unauthorized, "no key")};
    };
    const Handler echo = [](Request& request) -> Task<Response> {
      co_return Response::text(
          Status::ok, std::to_string(request.body.size()) + " " + std::string(request.header("x-key")));
    };
    router_.add(Verb::post, "/body", echo, 1'000'000, gate);
    router_.add(Verb::post, "/open", echo, 1'000'000);
    router_.add(
        Verb::get, "/hello",
        [](Request& request) -> Task<Response> {
          co_return Response::text(Status::ok, std::any_cast<std::string>(request.admitted));
        },
        std::nullopt, gate);
    router_.add(Verb::get, "/hold", [this](Request&) -> Task<Response> {
      ++held_;
      const auto executor = co_await boost::asio::this_coro::executor;
      boost::asio::steady_timer timer(executor);
      while (!release_) {
        timer.expires_after(1ms);
        co_await timer.async_wait(boost::asio::use_awaitable);
      }
      co_return Response::text(Status::ok, "held");
    });
  }
  ~LimitsTest() override { release_ = true; }

  void start() {
    auto server = Server::create(options_, std::move(router_), {});
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().message;
  }
  RawClient client() { return RawClient(server_->endpoint()); }
  // The test's own timeout catches a failure.
  template <class Condition>
  static void wait_until(Condition condition) {
    while (!condition()) std::this_thread::yield();
  }

  ServerOptions options_;
  Router router_;
  std::atomic<int> held_{0};
  std::atomic<bool> release_{false};
  std::unique_ptr<Server> server_;
};

TEST_F(LimitsTest, ARequestIsJudgedBeforeAByteOfItsBody) {
  start();
  auto c = client();
  c.send(post_head(1'000'000));
  EXPECT_THAT(c.rest(), AllOf(StartsWith("HTTP/1.1 401 "), HasSubstr("connection: close")));
  auto keyed = client();
  keyed.send(post_head(5, kKeyHeader));
  EXPECT_THAT(keyed.exchange("hello"), EndsWith("\r\n\r\n5 right"));
  EXPECT_THAT(keyed.exchange(get("/hello", kKeyHeader)), EndsWith("admitted"));
  EXPECT_THAT(keyed.exchange(get("/hello")), StartsWith("HTTP/1.1 401 ")) << "each request is judged";
  EXPECT_THAT(keyed.exchange(get("/hello", kKeyHeader)), StartsWith("HTTP/1.1 200 "))
      << "a refusal without a body keeps the connection";
}

TEST_F(LimitsTest, ContinueIsOnlySaidToThoseWhoMaySendABody) {
  start();
  auto c = client();
  EXPECT_THAT(c.exchange(post_head(10, "expect: 100-continue\r\n")), StartsWith("HTTP/1.1 401 "));
}

TEST_F(LimitsTest, TrailersAreNotHeaders) {
  start();
  auto c = client();
  const std::string chunked = "POST /open HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\n";
  EXPECT_THAT(c.exchange(chunked + "3\r\nabc\r\n0\r\nX-Key: right\r\nConnection: close\r\n\r\n"),
              EndsWith("\r\n\r\n3 "));
  EXPECT_THAT(c.exchange(chunked + "0\r\n\r\n"), EndsWith("\r\n\r\n0 ")) << "the connection is kept";
}

TEST_F(LimitsTest, OnlyChunkedAloneIsATransferEncoding) {
  start();
  for (const auto& [header, status] : {
           std::pair{"transfer-encoding: gzip, chunked\r\n", "501"},
           {"transfer-encoding: identity\r\n", "501"},
           {"transfer-encoding: chunked, chunked\r\n", "501"},
           {"transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n", "400"},
           {"transfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n", "400"},
           {"transfer-encoding: CHUNKED\r\n", "200"},
       }) {
    auto c = client();
    const auto answer = c.exchange(fmt::format("POST /open HTTP/1.1\r\nhost: t\r\n{}\r\n0\r\n\r\n", header));
    EXPECT_THAT(answer, StartsWith(fmt::format("HTTP/1.1 {} ", status))) << header << answer;
  }
  auto old = client();
  EXPECT_THAT(old.exchange("POST /open HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(LimitsTest, BodiesShareOneBudgetAndTheKeyGoesFirst) {
  options_.max_body_memory = 800'000;
  start();
  auto stranger = client();
  stranger.send("POST /open HTTP/1.1\r\nhost: t\r\ncontent-length: 100000\r\n\r\n");  // an eighth
  std::string answer;
  // The first one's headers may not have been read yet.
  wait_until([&] {
    auto next = client();
    next.send("POST /open HTTP/1.1\r\nhost: t\r\ncontent-length: 1\r\n\r\n");
    next.send("x");
    answer = next.response();
    return !answer.starts_with("HTTP/1.1 200 ");
  });
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("\r\nretry-after: ")));
  auto keyed = client();
  keyed.send(post_head(700'000, kKeyHeader));
  EXPECT_THAT(keyed.exchange(std::string(700'000, 'x')), EndsWith("700000 right"));
  auto chunked = client();
  chunked.send("POST /body HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\nx-key: right\r\n\r\n");
  chunked.send(fmt::format("{:x}\r\n{}\r\n", 600'000, std::string(600'000, 'x')));
  EXPECT_THAT(chunked.response(), StartsWith("HTTP/1.1 503 ")) << "its length was not announced";
  stranger.send(std::string(100'000, 'x'));
  EXPECT_THAT(stranger.response(), EndsWith("100000 "));
  EXPECT_THAT(client().exchange("POST /open HTTP/1.1\r\nhost: t\r\ncontent-length: 1\r\n\r\nx"),
              StartsWith("HTTP/1.1 200 "))
      << "given back";
}

TEST_F(LimitsTest, ABodyThatStopsArrivingTimesOutLongBeforeALongOne) {
  options_.body_idle_timeout = 40ms;
  start();
  auto c = client();
  c.send(post_head(100, kKeyHeader));
  c.send("some of it");
  EXPECT_THAT(c.rest(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(LimitsTest, AnAddressKeepsItsPlacesByLettingTheOldestIdleConnectionGo) {
  options_.max_connections_per_address = 4;
  start();
  auto keyed = client();
  EXPECT_THAT(keyed.exchange(get("/hello", kKeyHeader)), StartsWith("HTTP/1.1 200 "));
  std::deque<RawClient> silent;
  for (int i = 0; i < 3; ++i) silent.emplace_back(server_->endpoint());
  auto partial = client();
  partial.send("GET /hello HTT");
  for (int i = 0; i < 40; ++i) silent.emplace_back(server_->endpoint());
  EXPECT_THAT(client().exchange(get("/hello", kKeyHeader)), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(partial.rest(), "") << "half a request is idle as well";
  for (int i = 0; i < 30; ++i) EXPECT_EQ(silent[i].rest(), "") << i;
  wait_until([&] { return server_->connections() <= 6; });
  EXPECT_THAT(keyed.exchange(get("/hello", kKeyHeader)), StartsWith("HTTP/1.1 200 ")) << "it stays";
}

TEST_F(LimitsTest, WhoIsEvictedIsNotClosedAtOnceAndDoesNotDelayTheEnd) {
  options_.max_connections_per_address = 1;
  options_.linger_timeout = 1h;
  start();
  auto evicted = client();
  auto next = client();
  EXPECT_THAT(next.exchange(get("/hello", kKeyHeader)), StartsWith("HTTP/1.1 200 "));
  wait_until([&] { return server_->connections() == 1; });
  EXPECT_FALSE(evicted.is_closed()) << "it would come back at once";
  evicted.send(get("/hello", kKeyHeader));
  server_->stop(1h);
  EXPECT_THAT(evicted.rest(), "") << "nobody reads what it sends";
}

TEST_F(LimitsTest, ConnectionsBeingServedAreNotClosedForNewOnes) {
  options_.max_connections_per_address = 2;
  start();
  auto a = client();
  auto b = client();
  a.send(get("/hold"));
  b.send(get("/hold"));
  wait_until([&] { return held_ == 2; });
  EXPECT_THAT(client().rest(), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("\r\nretry-after: ")));
  release_ = true;
  EXPECT_THAT(a.response(), EndsWith("held"));
  EXPECT_THAT(b.response(), EndsWith("held"));
  EXPECT_THAT(client().exchange(get("/hello", kKeyHeader)), StartsWith("HTTP/1.1 200 "));
}

TEST_F(LimitsTest, AnEighthOfThePlacesIsForThoseWithAKey) {
  options_.max_connections = 16;
  start();
  std::deque<RawClient> keyed;
  for (int i = 0; i < 16; ++i) {
    keyed.emplace_back(server_->endpoint());
    EXPECT_THAT(keyed.back().exchange(get("/hello", kKeyHeader)), StartsWith("HTTP/1.1 200 ")) << i;
  }
  EXPECT_THAT(client().rest(), StartsWith("HTTP/1.1 503 ")) << "full of those with a key";
  keyed.clear();
  wait_until([&] { return server_->connections() == 0; });
  std::deque<RawClient> silent;
  for (int i = 0; i < 30; ++i) silent.emplace_back(server_->endpoint());
  for (int i = 0; i < 2; ++i) {
    keyed.emplace_back(server_->endpoint());
    EXPECT_THAT(keyed.back().exchange(get("/hello", kKeyHeader)), StartsWith("HTTP/1.1 200 ")) << i;
  }
  wait_until([&] { return server_->connections() <= 16; });
}

TEST(BodyBudget, GivesBackWhatAShareHeld) {
  BodyBudget budget(80);
  BodyBudget::Share first(budget, true);
  EXPECT_TRUE(first.grow_to(60));
  EXPECT_TRUE(first.grow_to(10)) << "never shrinks";
  BodyBudget::Share second(budget, true);
  EXPECT_FALSE(second.grow_to(21));
  EXPECT_TRUE(second.grow_to(20));
  first = BodyBudget::Share();
  EXPECT_TRUE(second.grow_to(80));
  second.clear();
  BodyBudget::Share stranger(budget, false);
  EXPECT_FALSE(stranger.grow_to(11));
  EXPECT_TRUE(stranger.grow_to(10));
}

TEST(NetworkOf, IsAnIpv4AddressOrASlash64) {
  const auto of = [](const char* text) { return network_of(boost::asio::ip::make_address(text)); };
  EXPECT_EQ(of("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(of("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(of("2001:db8:1:2::9"), of("2001:db8:1:2:ffff::1"));
}

}  // namespace
}  // namespace sas::http
