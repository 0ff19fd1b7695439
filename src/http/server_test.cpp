#include "http/server.h"

#include <atomic>
#include <fstream>
#include <future>
#include <mutex>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/raw_client.h"

namespace sas::http {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using testing::HasSubstr;
using testing::StartsWith;

// Blocks handlers until the test releases them.
struct Gate {
  std::promise<void> entered;
  std::atomic<bool> open{false};
};

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    options_.port = 0;
    options_.threads = 2;
    options_.linger_timeout = 200ms;
    hooks_.error_body = [](Status status, std::string_view code, std::string_view message) {
      return Response::json(status, fmt::format(R"({{"code":"{}","message":"{}"}})", code, message));
    };
    router_.add(Verb::get, "/hello", [](Request& request) -> Task<Response> {
      co_return Response::text(Status::ok,
                               "hello " + std::string(request.query_param("name").value_or("all")));
    });
    router_.add(Verb::post, "/echo", [](Request& request) -> Task<Response> {
      co_return Response::text(Status::ok, std::string(request.body));
    });
    router_.add(
        Verb::post, "/small", [](Request&) -> Task<Response> { co_return Response{}; }, 10);
    router_.add(Verb::get, "/throw", [](Request&) -> Task<Response> {
      throw std::runtime_error("the disk is on fire");
      co_return Response{};
    });
    router_.add(Verb::get, "/split", [](Request&) -> Task<Response> {
      Response response;
      response.headers.emplace_back("x-name", "a\r\nset-cookie: b");
      co_return response;
    });
    router_.add(Verb::get, "/big", [](Request&) -> Task<Response> {
      co_return Response::text(Status::ok, std::string(4'000'000, 'b'));
    });
    router_.add(Verb::get, "/parts", [](Request& request) -> Task<Response> {
      const bool breaks = request.query_param("break").has_value();
      auto response = Response::text(Status::ok, "one,");
      response.more = [breaks, made = 0]() mutable { return next_part(++made, breaks); };
      co_return response;
    });
    router_.add(Verb::get, "/sleep", [](Request&) -> Task<Response> {
      const auto executor = co_await boost::asio::this_coro::executor;
      boost::asio::steady_timer timer(executor, 1h);
      co_await timer.async_wait(boost::asio::use_awaitable);
      co_return Response{};
    });
    router_.add(Verb::get, "/gate", [this](Request&) -> Task<Response> {
      gate_.entered.set_value();
      const auto executor = co_await boost::asio::this_coro::executor;
      boost::asio::steady_timer timer(executor);
      while (!gate_.open) {
        timer.expires_after(1ms);
        co_await timer.async_wait(boost::asio::use_awaitable);
      }
      co_return Response::text(Status::ok, "done");
    });
    router_.add(Verb::get, "/thread", [this](Request&) -> Task<Response> {
      const std::lock_guard lock(threads_mutex_);
      threads_.insert(std::this_thread::get_id());
      co_return Response{};
    });
  }

  // Two more parts, or one and then a failure.
  static Task<Result<std::string>> next_part(int number, bool breaks) {
    if (number == 1) co_return std::string("two,");
    if (breaks) co_return Error::of(ErrorKind::unavailable, "the database went away");
    if (number == 2) co_return std::string("three");
    co_return std::string();
  }

  void start() {
    auto server = Server::create(options_, std::move(router_), hooks_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().message;
  }
  RawClient client() { return RawClient(server_->endpoint()); }

  ServerOptions options_;
  ServerHooks hooks_;
  Router router_;
  Gate gate_;
  std::mutex threads_mutex_;
  std::set<std::thread::id> threads_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  start();
  auto c = client();
  for (int i = 0; i < 3; ++i) {
    const auto response = c.exchange(get("/hello?name=Ada%20L"));
    EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(response, HasSubstr("\r\nx-content-type-options: nosniff\r\n"));
    EXPECT_THAT(response, HasSubstr("\r\ndate: "));
    EXPECT_THAT(response, testing::EndsWith("\r\n\r\nhello Ada L"));
    EXPECT_THAT(response, testing::Not(HasSubstr("connection: close")));
  }
}

TEST_F(ServerTest, RepeatsASafeRequestIdAndReplacesAnother) {
  start();
  auto c = client();
  EXPECT_THAT(c.exchange(get("/hello", "x-request-id: abc.DEF-1_2\r\n")),
              HasSubstr("\r\nx-request-id: abc.DEF-1_2\r\n"));
  const auto other = c.exchange(get("/hello", "x-request-id: a\"b\r\n"));
  EXPECT_THAT(other, testing::Not(HasSubstr("a\"b")));
  EXPECT_THAT(other, HasSubstr("\r\nx-request-id: "));
  const auto long_one = std::string(65, 'x');
  EXPECT_THAT(c.exchange(get("/hello", "x-request-id: " + long_one + "\r\n")),
              testing::Not(HasSubstr(long_one)));
}

TEST_F(ServerTest, HeadHasTheLengthAndNoBody) {
  start();
  auto c = client();
  c.send("HEAD /hello HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
  const auto all = c.rest();
  EXPECT_THAT(all, HasSubstr("content-length: 9\r\n"));
  EXPECT_THAT(all, testing::EndsWith("\r\n\r\n"));
}

TEST_F(ServerTest, AcceptsABodyWholeChunkedAndByteByByte) {
  start();
  auto c = client();
  const std::string body(200'000, 'q');
  EXPECT_THAT(c.exchange(post("/echo", body)), testing::EndsWith("\r\n\r\n" + body));
  EXPECT_THAT(c.exchange("POST /echo HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\n"
                         "4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\n\r\n"),
              testing::EndsWith("\r\n\r\nWikipedia"));
  for (const char byte : post("/echo", "slow")) c.send({&byte, 1});
  EXPECT_THAT(c.response(), testing::EndsWith("\r\n\r\nslow"));
}

TEST_F(ServerTest, AnswersAHundredPipelinedRequestsInOrder) {
  start();
  auto c = client();
  std::string all;
  for (int i = 0; i < 100; ++i) all += post("/echo", fmt::format("number {}", i));
  c.send(all);
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(c.response(), testing::EndsWith(fmt::format("\r\n\r\nnumber {}", i)));
  }
}

TEST_F(ServerTest, SendsContinueForABodyThatWaitsForIt) {
  start();
  auto c = client();
  c.send("POST /echo HTTP/1.1\r\nhost: t\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n");
  EXPECT_EQ(c.response(), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(c.exchange("body"), testing::EndsWith("\r\n\r\nbody"));
  c.send("POST /small HTTP/1.1\r\nhost: t\r\ncontent-length: 11\r\nexpect: 100-continue\r\n\r\n");
  EXPECT_THAT(c.response(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServerTest, RefusalsHaveTheFormatOfApiErrorsAndAnId) {
  options_.max_header_bytes = 2000;
  start();
  const std::string long_text(3000, 'x');
  const std::vector<std::pair<std::string, std::string>> cases{
      {"garbage\r\n\r\n", "400 "},
      {"GET /hello HTTP/1.1\r\n\r\n", "400 "},
      {"GET /hello HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", "400 "},
      {get("/%zz"), "400 "},
      {get("/%00"), "400 "},
      {get("/nowhere"), "404 "},
      {get("/echo"), "405 "},
      {post("/small", "12345678901"), "413 "},
      {"POST /small HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\nff\r\n" + long_text, "413 "},
      {get("/" + long_text), "414 "},
      {get("/hello", "expect: coffee\r\n"), "417 "},
      {get("/hello", "a: " + long_text + "\r\n"), "431 "},
      {"POST /echo HTTP/1.1\r\nhost: t\r\ntransfer-encoding: gzip\r\n\r\n", "501 "},
      {"BREW /hello HTTP/1.1\r\nhost: t\r\n\r\n", "501 "},
      {"GET /hello HTTP/3.0\r\nhost: t\r\n\r\n", "505 "},
      {"POST /echo HTTP/1.1\r\nhost: t\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd", "400 "},
      {"POST /echo HTTP/1.1\r\nhost: t\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
       "400 "},
      {"POST /echo HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "400 "},
      {"POST /echo HTTP/1.1\r\nhost: t\r\ncontent-length: -1\r\n\r\n", "400 "},
  };
  for (const auto& [request, status] : cases) {
    auto c = client();
    const auto response = c.exchange(request);
    EXPECT_THAT(response, StartsWith("HTTP/1.1 " + status)) << request.substr(0, 100);
    EXPECT_THAT(response, HasSubstr(R"({"code":")")) << request.substr(0, 100);
    EXPECT_THAT(response, HasSubstr("\r\nx-request-id: ")) << request.substr(0, 100);
  }
  auto c = client();
  EXPECT_THAT(c.exchange(get("/echo")), HasSubstr("\r\nallow: POST\r\n"));
  EXPECT_THAT(c.exchange(get("/hello")), StartsWith("HTTP/1.1 200 "))
      << "a refusal keeps the connection open";
}

TEST_F(ServerTest, AHandlersFailureIsA500WithoutDetails) {
  start();
  auto c = client();
  const auto thrown = c.exchange(get("/throw"));
  EXPECT_THAT(thrown, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(thrown, testing::Not(HasSubstr("fire")));
  const auto split = c.exchange(get("/split"));
  EXPECT_THAT(split, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(split, testing::Not(HasSubstr("set-cookie")));
  EXPECT_THAT(c.exchange(get("/hello")), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, AnswersASlowRequestAndClosesAnIdleConnectionQuietly) {
  options_.header_timeout = 40ms;
  options_.body_timeout = 40ms;
  options_.keep_alive_timeout = 40ms;
  options_.linger_timeout = 40ms;
  start();
  auto header = client();
  header.send("GET /hello HTTP/1.1\r\nho");
  EXPECT_THAT(header.rest(), StartsWith("HTTP/1.1 408 "));
  auto body = client();
  body.send("POST /echo HTTP/1.1\r\nhost: t\r\ncontent-length: 4\r\n\r\nab");
  EXPECT_THAT(body.rest(), StartsWith("HTTP/1.1 408 "));
  auto idle = client();
  EXPECT_THAT(idle.exchange(get("/hello")), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(idle.rest(), "");
  auto silent = client();
  EXPECT_EQ(silent.rest(), "");
}

TEST_F(ServerTest, DropsAPeerThatDoesNotReadItsResponse) {
  options_.write_timeout = 40ms;
  start();
  RawClient c(server_->endpoint(), 4096);
  c.send(get("/hello"));
  EXPECT_THAT(c.response(), testing::EndsWith("hello all"));  // the server has accepted the connection now
  for (int i = 0; i < 8; ++i) c.send(get("/big"));
  while (server_->connections() > 0) std::this_thread::yield();  // the test's own timeout catches a failure
  EXPECT_LT(c.rest().size(), 8 * 4'000'000U);
}

TEST_F(ServerTest, SendsALargeBodyWhole) {
  start();
  auto c = client();
  c.send(get("/big") + get("/hello"));
  EXPECT_THAT(c.response(), testing::EndsWith(std::string(1000, 'b')));
  EXPECT_THAT(c.response(), testing::EndsWith("hello all"));
}

TEST_F(ServerTest, AnswersAPeerThatHasClosedItsSendingSide) {
  start();
  auto c = client();
  c.send(get("/hello"));
  c.end();
  EXPECT_THAT(c.rest(), testing::EndsWith("hello all"));
  auto half = client();
  half.send("GET /hello HT");
  half.end();
  EXPECT_THAT(half.rest(), StartsWith("HTTP/1.1 400 "));
}

TEST_F(ServerTest, SurvivesResetsAndGarbage) {
  start();
  std::mt19937 random(20261122);  // reproducible
  const std::vector<std::string> starts{
      "", "GET /hello HTTP/1.1\r\n", "POST /echo HTTP/1.1\r\nhost: t\r\n",
      "POST /echo HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\n"};
  for (int i = 0; i < 300; ++i) {
    auto c = client();
    std::string bytes = starts[random() % starts.size()];
    const auto length = random() % 600;
    for (std::size_t j = 0; j < length; ++j) {
      // Half of them are characters that are significant to a parser.
      bytes += random() % 2 == 0 ? static_cast<char>(random()) : "\r\n :;/0123456789abcdef,%?"[random() % 24];
    }
    c.send(bytes);
    if (i % 3 == 0) {
      c.reset();
      continue;
    }
    c.end();
    const auto answer = c.rest();
    EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 ")) << answer.substr(0, 60);
  }
  auto c = client();
  EXPECT_THAT(c.exchange(get("/hello")), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, ReportsThatItIsFullAndRecovers) {
  options_.max_connections = 2;
  start();
  auto a = client();
  auto b = client();
  a.send(get("/gate"));
  gate_.entered.get_future().wait();
  gate_.entered = {};
  b.send(get("/gate"));
  gate_.entered.get_future().wait();
  auto c = client();
  const auto refused = c.rest();
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refused, HasSubstr("\r\nretry-after: "));
  gate_.open = true;
  a.reset();
  b.reset();
  while (server_->connections() > 0) {
    c.end();
    std::this_thread::yield();
  }
  EXPECT_THAT(client().exchange(get("/hello")), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, SpreadsConnectionsOverItsThreads) {
  start();
  for (int i = 0; i < 4; ++i) client().exchange(get("/thread"));
  EXPECT_EQ(threads_.size(), 2U);
}

TEST_F(ServerTest, StoppingFinishesRunningRequestsAndClosesIdleConnections) {
  start();
  auto idle = client();
  idle.exchange(get("/hello"));
  auto busy = client();
  busy.send(get("/gate"));
  gate_.entered.get_future().wait();
  auto stopped = std::async(std::launch::async, [this] { server_->stop(1min); });
  EXPECT_EQ(idle.rest(), "");
  gate_.open = true;
  const auto response = busy.rest();
  EXPECT_THAT(response, HasSubstr("\r\nconnection: close\r\n"));
  EXPECT_THAT(response, testing::EndsWith("done"));
  stopped.get();
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_THROW(client(), boost::system::system_error);
}

TEST_F(ServerTest, StoppingAbortsRequestsThatDoNotEndInTime) {
  start();
  auto c = client();
  c.send(get("/sleep"));
  auto other = client();  // proves that the server has read the first
  other.exchange(get("/hello"));
  server_->stop(20ms);
  EXPECT_EQ(c.rest(), "");
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(ServerTest, NamesAPortInUseAndAnInvalidHost) {
  start();
  ServerOptions options;
  options.port = server_->endpoint().port();
  auto second = Server::create(options, Router{}, {});
  ASSERT_TRUE(second);
  const auto taken = (*second)->start();
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, "port_taken");
  EXPECT_THAT(taken.error().message, HasSubstr(std::to_string(options.port)));

  options.host = "not a host";
  const auto bad = (*Server::create(options, Router{}, {}))->start();
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, "bad_host");

  options.host = "192.0.2.1";  // TEST-NET-1: not assigned to any machine
  const auto foreign = (*Server::create(options, Router{}, {}))->start();
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, "address_unavailable");

  options.max_body_bytes = 0;
  const auto zero = Server::create(options, Router{}, {});
  ASSERT_FALSE(zero);
  EXPECT_THAT(zero.error().message, HasSubstr("max_body_bytes"));
}

TEST_F(ServerTest, SpeaksHttp10) {
  start();
  auto c = client();
  EXPECT_THAT(c.exchange("GET /hello HTTP/1.0\r\nconnection: keep-alive\r\n\r\n"),
              HasSubstr("\r\nconnection: keep-alive\r\n"));
  c.send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_THAT(c.rest(), HasSubstr("\r\nconnection: close\r\n"));
}

TEST_F(ServerTest, SendsABodyOfUnknownSizeInParts) {
  start();
  auto c = client();
  c.send(get("/parts") + get("/hello", "connection: close\r\n"));
  const std::string all = c.rest();
  EXPECT_THAT(all, HasSubstr("\r\ntransfer-encoding: chunked\r\n"));
  EXPECT_THAT(all, HasSubstr("\r\n\r\n4\r\none,\r\n4\r\ntwo,\r\n5\r\nthree\r\n0\r\n\r\nHTTP/1.1 200"))
      << "the connection stays open";
  const auto head_only = all.substr(0, all.find("\r\n\r\n"));
  EXPECT_EQ(head_only.find("content-length"), std::string::npos);
}

TEST_F(ServerTest, SendsPartsToOldClientsUntilTheConnectionEnds) {
  start();
  auto c = client();
  c.send("GET /parts HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
  const std::string all = c.rest();
  EXPECT_THAT(all, testing::EndsWith("\r\n\r\none,two,three"));
  EXPECT_EQ(all.find("chunked"), std::string::npos);
}

TEST_F(ServerTest, AbortsABodyThatCannotBeFinished) {
  start();
  auto c = client();
  c.send(get("/parts?break=1"));
  const std::string all = c.rest();
  EXPECT_THAT(all, testing::EndsWith("4\r\ntwo,\r\n"))
      << "no final chunk, so nobody mistakes it for the whole body";
}

TEST_F(ServerTest, SendsNoPartsForHead) {
  start();
  auto c = client();
  c.send("HEAD /parts HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
  EXPECT_THAT(c.rest(), testing::EndsWith("\r\n\r\n"));
}

}  // namespace
}  // namespace sas::http
