#pragma once
// Who may ask for what.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/session.h"
#include "base/clock.h"
#include "base/error.h"
#include "http/message.h"

namespace sas::api {

// What a route lets its caller do. There is one key today and it holds every right; keys with fewer need a
// table here and nothing in the routes, which say already what they need.
enum class Access {
  open,       // anybody: says nothing about anyone
  recognise,  // send sightings: an edge
  read,       // see people, attendance, cameras and metrics
  manage      // change people
};

// Thread-safe.
class Authenticator {
 public:
  // None: everybody holds every right. Such a server listens on loopback only (the configuration sees to
  // that), and the browser's own user must be kept apart from pages that they visit: see check_browser.
  // `clock` outlives it.
  Authenticator(const std::optional<std::string>& api_key, const Clock& clock);

  [[nodiscard]] bool has_key() const { return !hash_.empty(); }
  // unauthenticated: no key or session, or a wrong one; compared in constant time. permission_denied
  // "origin_refused": a session's change or WebSocket that comes from a page of another origin, or from none.
  [[nodiscard]] Result<void> check(Access access, const http::Request& request) const;

  // In constant time.
  [[nodiscard]] bool is_key(std::string_view key) const;
  // The value of a session cookie. Only where there is a key.
  [[nodiscard]] std::string new_session(Timestamp now) const { return sessions_->make(now); }
  // A fresh one for a request whose own still holds and is older than kRenewAfter; none: it needs none.
  [[nodiscard]] std::optional<std::string> renewed_session(const http::Request& request) const;

 private:
  std::string hash_;  // of the key; empty: none
  std::optional<SessionTokens> sessions_;
  const Clock& clock_;
};

// For servers without a key. A page in a browser on this machine can reach 127.0.0.1; two things stop it:
//  * the Host header must name this machine (127.0.0.0/8, [::1], localhost) or one of `allowed_hosts`, which
//  an
//    attacker's name pointed at 127.0.0.1 (DNS rebinding) does not;
//  * where an Origin header comes with a request that changes something or opens a WebSocket, it must be of
//  that same
//    host.
// permission_denied: "host_not_allowed", "cross_origin".
[[nodiscard]] Result<void> check_browser(const http::Request& request,
                                         const std::vector<std::string>& allowed_hosts);

}  // namespace sas::api
