#pragma once
// WebSockets (RFC 6455) as routes see them. A handler that has checked its request returns Response::upgrade;
// the connection then belongs to the session it creates.
//
//   Response response;
//   response.upgrade = WebSocketUpgrade{{.max_message_bytes = 4096},
//                                       [] { return std::make_unique<Ticker>(); }};
//   co_return response;

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sas::http {

// Shared, so that a frame for many viewers is stored once.
struct WebSocketMessage {
  std::shared_ptr<const std::string> bytes;
  bool text = false;
};

// Why a side closes (RFC 6455 7.4.1; codes from 4000 on belong to the application).
struct WebSocketClose {
  std::uint16_t code = 1000;
  std::string reason;  // at most 123 bytes
};

// Gives other threads access to a session's connection. Thread-safe; may outlive the connection, after which
// it does nothing.
class WebSocketPeer {
 public:
  virtual ~WebSocketPeer() = default;
  // There is something to send: the connection will call next().
  virtual void wake() = 0;
  // Closes after the message currently being sent.
  virtual void close(WebSocketClose why) = 0;
};

// The application's side of one connection. Called on the connection's thread, one call at a time; must not
// block. The connection asks for each message after the previous one is sent, so nothing queues here: a
// session with a slow peer decides itself what it still wants to send.
class WebSocketSession {
 public:
  virtual ~WebSocketSession() = default;  // the connection has ended
  // Called first.
  virtual void opened(std::shared_ptr<WebSocketPeer> peer) = 0;
  // A complete message. Returning a value closes the connection.
  [[nodiscard]] virtual std::optional<WebSocketClose> received(std::string_view message, bool text) = 0;
  // What to send next; none: nothing until wake().
  [[nodiscard]] virtual std::optional<WebSocketMessage> next() = 0;
};

struct WebSocketUpgrade {
  std::size_t max_message_bytes = 64UL * 1024;  // larger messages close the connection with 1009
  std::function<std::unique_ptr<WebSocketSession>()> make_session;
};

}  // namespace sas::http
