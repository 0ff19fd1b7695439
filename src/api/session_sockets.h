#pragma once
// Closes what a session has opened when the session is over.

#include <chrono>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "domain/ids.h"
#include "http/websocket.h"
#include "store/sessions.h"

namespace sas::api {

// Code of the WebSocket's close: sign in again.
inline constexpr std::uint16_t kSessionOver = 4001;

// The WebSockets of sessions. Asks the store every `look_every` whether they still hold, since another server may have
// ended one, and erases old sessions from time to time. It has a thread of its own. Thread-safe.
class SessionSockets {
 public:
  // Both outlive it.
  SessionSockets(SessionStore& store, const Clock& clock,
                 std::chrono::milliseconds look_every = std::chrono::seconds(2));
  ~SessionSockets();  // what watch() returned may live longer
  SessionSockets(const SessionSockets&) = delete;
  SessionSockets& operator=(const SessionSockets&) = delete;

  // `socket` as it is, and closed with kSessionOver when the session is.
  [[nodiscard]] std::unique_ptr<http::WebSocketSession> watch(SessionId session,
                                                              std::unique_ptr<http::WebSocketSession> socket);
  // Closes them now.
  void close(SessionId session);

 private:
  struct Impl;
  class Open;
  class Watched;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sas::api
