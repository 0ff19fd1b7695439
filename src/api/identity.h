#pragma once
// Who asks.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/session.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/task.h"
#include "domain/caller.h"
#include "http/message.h"

namespace sas::api {

// There is one key today, of one organisation, and it holds every right. More keys, roles and other proofs change what
// happens here and nothing in the routes, which say already which right they need. Thread-safe.
class Authenticator {
 public:
  struct Options {
    OrganisationId organisation;  // that the key belongs to, or everybody where there is no key
    // None: everybody holds every right. Such a server listens on loopback only (the configuration sees to that), and the
    // browser of its own user must be kept apart from the pages that it visits: see check_browser.
    std::optional<std::string> api_key = std::nullopt;
    std::vector<std::string> allowed_hosts = {};  // without a key: Host names next to this machine's own
  };

  // `clock` outlives it.
  Authenticator(Options options, const Clock& clock);

  [[nodiscard]] bool has_key() const { return !hash_.empty(); }

  // The one place that makes a Caller of a request. unauthenticated: no key or session, or a wrong one; compared in
  // constant time. permission_denied "origin_refused": a session's change or WebSocket that comes from a page of another
  // origin, or from none; without a key: as check_browser.
  [[nodiscard]] Task<Result<Caller>> identify(const http::Request& request) const;
  // For open routes: a caller who shows nothing valid is let in without any right. permission_denied as check_browser.
  [[nodiscard]] Task<Result<Caller>> identify_anybody(const http::Request& request) const;

  // In constant time.
  [[nodiscard]] bool is_key(std::string_view key) const;
  // The value of a session cookie. Only where there is a key.
  [[nodiscard]] std::string new_session(Timestamp now) const { return sessions_->make(now); }
  // A fresh one for a caller whose own session still holds and is older than kRenewAfter; none: it needs none.
  [[nodiscard]] std::optional<std::string> renewed_session(const Caller& caller,
                                                           const http::Request& request) const;

 private:
  [[nodiscard]] Result<Subject> subject_of(const http::Request& request) const;
  [[nodiscard]] Caller caller_of(const http::Request& request, Subject subject, Rights rights) const;

  const OrganisationId organisation_;
  const std::vector<std::string> allowed_hosts_;
  std::string hash_;  // of the key; empty: none
  std::optional<SessionTokens> sessions_;
  const Clock& clock_;
};

// permission_denied "forbidden", which names the right (details.right), unless the caller holds it.
[[nodiscard]] Result<void> require(Right right, const Caller& caller);

// For servers without a key. A page in a browser on this machine can reach 127.0.0.1; two things stop it:
//  * the Host header must name this machine (127.0.0.0/8, [::1], localhost) or one of `allowed_hosts`, which an attacker's
//    name pointed at 127.0.0.1 (DNS rebinding) does not;
//  * where an Origin header comes with a request that changes something or opens a WebSocket, it must be of that same
//    host.
// permission_denied: "host_not_allowed", "cross_origin".
[[nodiscard]] Result<void> check_browser(const http::Request& request,
                                         const std::vector<std::string>& allowed_hosts);

}  // namespace sas::api
