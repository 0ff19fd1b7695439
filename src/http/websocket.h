#pragma once
// WebSockets (RFC 6455) as a route sees them. A handler that has checked its request answers with
// Response::upgrade; the connection then belongs to the session that it makes.
//
//   Response response;
//   response.upgrade = WebSocketUpgrade{{.max_message_bytes = 4096}, [] { return std::make_unique<Ticker>();
//   }}; co_return response;

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sas::http {

// Shared, so that one frame to many viewers is held once.
struct WebSocketMessage {
  std::shared_ptr<const std::string> bytes;
  bool text = false;
};

// Why a side closes (RFC 6455 7.4.1; 4000 and above are the application's).
struct WebSocketClose {
  std::uint16_t code = 1000;
  std::string reason;  // at most 123 bytes
};

// The way from anywhere to a session's connection. Thread-safe; may outlive the connection and then does
// nothing.
class WebSocketPeer {
 public:
  virtual ~WebSocketPeer() = default;
  // There is something to send: the connection will ask next().
  virtual void wake() = 0;
  // After what is being sent.
  virtual void close(WebSocketClose why) = 0;
};

// One connection's application. Called on the connection's thread, one call at a time; must not block. The
// connection asks for each message when the one before it has gone, so that nothing queues here: a session
// whose peer reads slowly decides itself what it still wants to say.
class WebSocketSession {
 public:
  virtual ~WebSocketSession() = default;  // the connection has ended
  // Before anything else.
  virtual void opened(std::shared_ptr<WebSocketPeer> peer) = 0;
  // A whole message. An answer closes the connection.
  [[nodiscard]] virtual std::optional<WebSocketClose> received(std::string_view message, bool text) = 0;
  // What to send next; none: nothing until wake().
  [[nodiscard]] virtual std::optional<WebSocketMessage> next() = 0;
};

struct WebSocketUpgrade {
  std::size_t max_message_bytes = 64UL * 1024;  // above: closed with 1009
  std::function<std::unique_ptr<WebSocketSession>()> make_session;
};

}  // namespace sas::http
