#include "http/websocket.h"

#include <atomic>
#include <deque>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "http/server.h"

namespace sas::http {
namespace {

using namespace std::chrono_literals;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::asio::ip::tcp;
using boost::system::error_code;

// State shared by the sessions of a test.
struct Room {
  std::mutex mutex;
  std::vector<std::shared_ptr<WebSocketPeer>> peers;
  std::deque<std::string> waiting;  // sent by the first session that asks
  std::atomic<int> sessions{0};
  std::atomic<int> asked{0};  // number of next() calls that returned a message
  bool endless = false;       // always another megabyte to send

  void say(const std::string& text) {
    const std::lock_guard lock(mutex);
    waiting.push_back(text);
    for (const auto& peer : peers) peer->wake();
  }
};

// Repeats what it receives; "close" closes with 4001, "throw" fails.
class Echo final : public WebSocketSession {
 public:
  explicit Echo(Room& room) : room_(room) { ++room_.sessions; }
  ~Echo() override { --room_.sessions; }
  void opened(std::shared_ptr<WebSocketPeer> peer) override {
    peer_ = peer;
    const std::lock_guard lock(room_.mutex);
    room_.peers.push_back(std::move(peer));
  }
  std::optional<WebSocketClose> received(std::string_view message, bool /*text*/) override {
    if (message == "close") return WebSocketClose{4001, "as you wish"};
    if (message == "throw") throw std::runtime_error("the disk is on fire");
    const std::lock_guard lock(room_.mutex);
    room_.waiting.emplace_back(message);
    peer_->wake();
    return std::nullopt;
  }
  std::optional<WebSocketMessage> next() override {
    const std::lock_guard lock(room_.mutex);
    if (room_.endless) {
      ++room_.asked;
      return WebSocketMessage{std::make_shared<const std::string>(1U << 20U, 'x'), false};
    }
    if (room_.waiting.empty()) return std::nullopt;
    ++room_.asked;
    auto text = std::make_shared<const std::string>(std::move(room_.waiting.front()));
    room_.waiting.pop_front();
    return WebSocketMessage{std::move(text), true};
  }

 private:
  Room& room_;
  std::shared_ptr<WebSocketPeer> peer_;
};

class Client {
 public:
  explicit Client(const tcp::endpoint& server, const std::string& path = "/echo") : socket_(context_) {
    socket_.next_layer().connect(server);
    response_.emplace();
    socket_.handshake(*response_, "test", path, handshake_error_);
  }
  void send(const std::string& text) {
    error_code ignored;
    socket_.write(boost::asio::buffer(text), ignored);
  }
  // The next message, or "closed N" with the server's close code.
  std::string read() {
    beast::flat_buffer buffer;
    error_code ec;
    socket_.read(buffer, ec);
    if (ec) return "closed " + std::to_string(socket_.reason().code);
    return beast::buffers_to_string(buffer.data());
  }
  error_code handshake_error_;
  std::optional<websocket::response_type> response_;

  auto& socket() { return socket_; }

 private:
  boost::asio::io_context context_;
  websocket::stream<tcp::socket> socket_;
};

class WebSocketTest : public testing::Test {
 protected:
  WebSocketTest() {
    options_.port = 0;
    options_.threads = 2;
    options_.linger_timeout = 200ms;
    router_.add(Verb::get, "/echo", [this](Request&) -> Task<Response> {
      Response response;
      response.upgrade = WebSocketUpgrade{1000, [this] { return std::make_unique<Echo>(room_); }};
      co_return response;
    });
  }
  void start() {
    auto server = Server::create(options_, std::move(router_), {});
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    ASSERT_TRUE(server_->start());
  }
  void wait_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
    EXPECT_TRUE(condition());
  }

  Room room_;  // must outlive the server, whose sessions use it
  ServerOptions options_;
  Router router_;
  std::unique_ptr<Server> server_;
};

TEST_F(WebSocketTest, SendsAndReceives) {
  start();
  Client client(server_->endpoint());
  ASSERT_FALSE(client.handshake_error_) << client.handshake_error_.message();
  EXPECT_FALSE((*client.response_)["x-request-id"].empty());
  client.send("hello");
  EXPECT_EQ(client.read(), "hello");
  room_.say("unasked");
  EXPECT_EQ(client.read(), "unasked");
  EXPECT_EQ(server_->websockets(), 1U);
  error_code ignored;
  client.socket().close(websocket::close_code::normal, ignored);
  wait_until([&] { return server_->websockets() == 0 && room_.sessions == 0; });
}

TEST_F(WebSocketTest, TheApplicationClosesWithItsReason) {
  start();
  Client client(server_->endpoint());
  client.send("close");
  client.send("must not be received");
  EXPECT_EQ(client.read(), "closed 4001");
  EXPECT_EQ(client.socket().reason().reason, "as you wish");
}

TEST_F(WebSocketTest, AMessageThatIsTooLargeCloses) {
  start();
  Client client(server_->endpoint());
  client.send(std::string(1000, 'a'));
  EXPECT_EQ(client.read().size(), 1000U);
  client.send(std::string(1001, 'a'));
  EXPECT_EQ(client.read(), "closed 1009");
  EXPECT_EQ(client.socket().reason().reason, "messages are limited to 1000 bytes");
  wait_until([&] { return room_.sessions == 0; });
}

// Even if much of the message is still in transit when the server rejects it.
TEST_F(WebSocketTest, APeerThatSendsFarTooMuchIsToldSo) {
  options_.linger_timeout = 20s;
  start();
  for (int i = 0; i < 5; ++i) {
    Client client(server_->endpoint());
    client.send(std::string(20'000'000, 'a'));
    EXPECT_EQ(client.read(), "closed 1009");
  }
}

TEST_F(WebSocketTest, AFailureInTheApplicationEndsOnlyThatConnection) {
  start();
  Client other(server_->endpoint());
  Client client(server_->endpoint());
  client.send("throw");
  EXPECT_EQ(client.read(), "closed 0");
  wait_until([&] { return room_.sessions == 1; });
  other.send("still here");
  EXPECT_EQ(other.read(), "still here");
}

TEST_F(WebSocketTest, GarbageFramesEndTheConnection) {
  start();
  Client client(server_->endpoint());
  // A frame with reserved bits set and a length that never arrives in full.
  const std::string garbage("\xff\xfe\xfd\xfc rubbish rubbish", 20);
  boost::asio::write(client.socket().next_layer(), boost::asio::buffer(garbage));
  EXPECT_EQ(client.read(), "closed 1002");
  wait_until([&] { return room_.sessions == 0; });
}

TEST_F(WebSocketTest, AFloodOfPingsEndsTheConnection) {
  start();
  Client client(server_->endpoint());
  error_code ec;
  for (int i = 0; i < 10'000 && !ec; ++i) client.socket().ping({}, ec);
  wait_until([&] { return room_.sessions == 0; });
}

TEST_F(WebSocketTest, APlainRequestGetsUpgradeRequired) {
  start();
  boost::asio::io_context context;
  tcp::socket socket(context);
  socket.connect(server_->endpoint());
  beast::http::request<beast::http::string_body> request{Verb::get, "/echo", 11};
  request.set("host", "test");
  beast::http::write(socket, request);
  beast::flat_buffer buffer;
  beast::http::response<beast::http::string_body> response;
  beast::http::read(socket, buffer, response);
  EXPECT_EQ(response.result(), Status::upgrade_required);
  EXPECT_EQ(response["upgrade"], "websocket");
  EXPECT_EQ(room_.sessions, 0);
}

TEST_F(WebSocketTest, LimitsTheNumberOfWebSockets) {
  options_.max_websockets = 1;
  start();
  Client first(server_->endpoint());
  Client second(server_->endpoint());
  EXPECT_EQ(second.handshake_error_, websocket::error::upgrade_declined);
  EXPECT_EQ(second.response_->result(), Status::service_unavailable);
  first.send("mine");
  EXPECT_EQ(first.read(), "mine");
}

TEST_F(WebSocketTest, APeerThatDoesNotReadGetsNoMessagesAndIsDisconnected) {
  options_.write_timeout = 300ms;
  room_.endless = true;
  start();
  Client client(server_->endpoint());
  wait_until([&] { return room_.sessions == 0; });
  // Closed by a reset, which frees the kernel's buffers for it.
  int error = 0;
  wait_until([&] {
    socklen_t size = sizeof error;
    if (error == 0)  // reading the error clears it
      ::getsockopt(client.socket().next_layer().native_handle(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error == ECONNRESET;
  });
  // As many as the kernel's buffers accept, not one message per millisecond.
  EXPECT_LT(room_.asked, 64);
}

TEST_F(WebSocketTest, DisconnectsASilentPeer) {
  options_.websocket_idle_timeout = 200ms;
  start();
  Client client(server_->endpoint());  // does not read, so it answers no ping
  wait_until([&] { return room_.sessions == 0; });
}

TEST_F(WebSocketTest, StoppingClosesWithGoingAway) {
  start();
  Client client(server_->endpoint());
  client.send("hello");
  EXPECT_EQ(client.read(), "hello");
  auto last = std::async(std::launch::async, [&] { return client.read(); });
  EXPECT_TRUE(server_->stop(10s));
  EXPECT_EQ(last.get(), "closed 1001");
  EXPECT_EQ(room_.sessions, 0);
  room_.say("nobody is there");  // a peer handle may be used after its connection ended
}

TEST_F(WebSocketTest, StoppingDoesNotWaitForAPeerThatDoesNotRead) {
  room_.endless = true;
  start();
  Client client(server_->endpoint());
  wait_until([&] { return room_.asked > 1; });
  EXPECT_TRUE(server_->stop(20s));
}

TEST_F(WebSocketTest, ManyThreadsMayWakeAndCloseWhileConnectionsComeAndGo) {
  start();
  std::atomic<bool> done{false};
  std::thread talker([&] {
    while (!done) {
      std::vector<std::shared_ptr<WebSocketPeer>> peers;
      {
        const std::lock_guard lock(room_.mutex);
        peers = room_.peers;
      }
      for (const auto& peer : peers) peer->wake();
      std::this_thread::yield();
    }
  });
  for (int i = 0; i < 50; ++i) {
    Client client(server_->endpoint());
    client.send("round");
    EXPECT_EQ(client.read(), "round");
  }
  server_->stop(10s);
  done = true;
  talker.join();
}

}  // namespace
}  // namespace sas::http
