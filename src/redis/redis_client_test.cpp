// Behaviour of the client alone; the gate on top of it is tested in tests/contract/cooldown_redis_test.cpp.

#include "redis/redis_client.h"

#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/process.h"
#include "fixtures/redis_server.h"
#include "fixtures/run_task.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using test::run_task;
using testing::HasSubstr;

constexpr auto kPatience = 20s;

std::unique_ptr<RedisClient> open_client(RedisOptions options) {
  options.connect_timeout = 5s;
  auto client = RedisClient::create(std::move(options)).value();
  client->wait_until_connected(kPatience).value();
  return client;
}

TEST(RedisClient, MatchesAnswersToTheirCommands) {
  if (test::redis_server_program().empty()) GTEST_SKIP() << test::kNoRedisServer;
  const test::RedisServer server;
  RedisOptions options;
  options.port = server.port();
  options.command_timeout = 10s;
  boost::asio::thread_pool threads(4);
  const auto client = open_client(options);
  std::vector<std::future<Result<RedisReply>>> pending;
  for (int i = 0; i < 5000; ++i)
    pending.push_back(boost::asio::co_spawn(threads, client->execute({"ECHO", std::to_string(i)}),
                                            boost::asio::use_future));
  threads.join();  // no caller is inside the client when it is destroyed
  for (int i = 0; i < 5000; ++i)
    ASSERT_EQ(pending[static_cast<std::size_t>(i)].get().value().text, std::to_string(i));
}

TEST(RedisClient, FailsWaitingCommandsWhenDestroyed) {
  if (test::redis_server_program().empty()) GTEST_SKIP() << test::kNoRedisServer;
  test::RedisServer server;
  RedisOptions options;
  options.port = server.port();
  options.command_timeout = 1h;
  auto client = open_client(options);
  server.suspend();
  boost::asio::io_context caller;
  auto pending = boost::asio::co_spawn(caller, client->execute({"PING"}), boost::asio::use_future);
  caller.poll();  // runs as far as it can
  client.reset();
  caller.run();
  EXPECT_FALSE(pending.get());
  server.resume();
}

TEST(RedisClient, ReportsAServerThatIsNotRedis) {
  boost::asio::io_context context;
  tcp::acceptor acceptor(context, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  RedisOptions options;
  options.port = acceptor.local_endpoint().port();
  options.first_pause = 1h;
  const auto client = RedisClient::create(options).value();
  tcp::socket socket = acceptor.accept();
  boost::asio::write(socket, boost::asio::buffer(std::string("HTTP/1.1 400 Bad Request\r\n\r\n")));
  // It never connects, so this uses up all of the patience.
  const auto connected = client->wait_until_connected(1s);
  ASSERT_FALSE(connected);
  EXPECT_THAT(connected.error().message, HasSubstr("is it a Redis?"));
}

TEST(RedisClient, IsNotConnectedToAServerThatAcceptsButStaysSilent) {
  boost::asio::io_context context;
  const tcp::acceptor acceptor(context, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  RedisOptions options;
  options.port = acceptor.local_endpoint().port();
  options.connect_timeout = 50ms;
  options.first_pause = 1h;
  const auto client = RedisClient::create(options).value();
  EXPECT_FALSE(client->wait_until_connected(1s));
  const auto answer = run_task(client->execute({"PING"}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
}

class RedisTls : public testing::Test {
 protected:
  // Uses its own certificate for localhost.
  void SetUp() override {
    if (test::redis_server_program().empty()) GTEST_SKIP() << test::kNoRedisServer;
    const auto made =
        test::run({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                   "-nodes", "-keyout", key_, "-out", certificate_, "-days", "1", "-subj", "/CN=localhost",
                   "-addext", "subjectAltName=DNS:localhost"},
                  {}, dir_.path());
    ASSERT_EQ(made.exit, 0) << made.output;
    options_.port = test::free_port();
    server_ = std::make_unique<test::RedisServer>(
        std::vector<std::string>{"--tls-port", std::to_string(options_.port), "--tls-cert-file", certificate_,
                                 "--tls-key-file", key_, "--tls-auth-clients", "no"});
    options_.host = "localhost";
    options_.tls = true;
    options_.connect_timeout = 5s;
    options_.first_pause = 1h;
  }

  test::TempDir dir_;
  std::string certificate_ = (dir_ / "cert.pem").string();
  std::string key_ = (dir_ / "key.pem").string();
  std::unique_ptr<test::RedisServer> server_;
  RedisOptions options_;
};

TEST_F(RedisTls, ConnectsWithATrustedCertificate) {
  options_.ca_file = certificate_;
  const auto client = open_client(options_);
  EXPECT_EQ(run_task(client->execute({"PING"})).value().text, "PONG");
}

TEST_F(RedisTls, RefusesAnUntrustedCertificateOrAnotherName) {
  const auto stranger = RedisClient::create(options_).value()->wait_until_connected(kPatience);
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code, "redis_refused");
  EXPECT_THAT(stranger.error().message, HasSubstr("REDIS_CA_FILE"));
  options_.ca_file = certificate_;
  options_.host = "127.0.0.1";
  const auto other_name = RedisClient::create(options_).value()->wait_until_connected(kPatience);
  ASSERT_FALSE(other_name);
  EXPECT_EQ(other_name.error().code, "redis_refused");
}

TEST_F(RedisTls, NamesAnUnreadableCaFile) {
  options_.ca_file = dir_ / "none.pem";
  const auto client = RedisClient::create(options_);
  ASSERT_FALSE(client);
  EXPECT_THAT(client.error().message, HasSubstr("none.pem"));
}

}  // namespace
}  // namespace sas
