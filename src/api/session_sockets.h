#pragma once
// Closes what a session or a key has opened when it holds no longer.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "access/key_ring.h"
#include "base/clock.h"
#include "domain/ids.h"
#include "http/websocket.h"
#include "store/sessions.h"

namespace sas::api {

// Code of the WebSocket's close: sign in again.
inline constexpr std::uint16_t kSessionOver = 4001;

// What proved who opened a WebSocket. The key of the configuration holds as long as the server runs.
struct SocketOwner {
  std::optional<SessionId> session = std::nullopt;
  std::optional<access::KeyProof> key = std::nullopt;
};

// The WebSockets of sessions and keys. Asks the store every `look_every` whether the sessions still hold, since another
// server may have ended one, and the ring more often whether the keys do. Erases old sessions from time to time. It has a
// thread of its own. Thread-safe.
class SessionSockets {
 public:
  // All outlive it.
  SessionSockets(SessionStore& store, const access::KeyRing& ring, const Clock& clock,
                 std::chrono::milliseconds look_every = std::chrono::seconds(2));
  ~SessionSockets();  // what watch() returned may live longer
  SessionSockets(const SessionSockets&) = delete;
  SessionSockets& operator=(const SessionSockets&) = delete;

  // `socket` as it is, and closed with kSessionOver when its owner holds no longer.
  [[nodiscard]] std::unique_ptr<http::WebSocketSession> watch(SocketOwner owner,
                                                              std::unique_ptr<http::WebSocketSession> socket);
  // Closes them now.
  void close(SessionId session);
  // Closes now what was opened with a key that holds no longer.
  void close_ended_keys();

 private:
  struct Impl;
  class Open;
  class Watched;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sas::api
