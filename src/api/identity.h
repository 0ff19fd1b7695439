#pragma once
// Who asks.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/key_checks.h"
#include "api/session.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/task.h"
#include "domain/caller.h"
#include "http/message.h"
#include "store/sessions.h"

namespace sas::api {

// What is known of a caller once it has been identified.
struct Identified {
  Caller caller;
  std::optional<Session> session = std::nullopt;  // its own, if it showed one that holds
};

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
    std::chrono::hours session_longest = std::chrono::days(30);
    std::function<void(Shown)> count_failure = nullptr;  // called for everything wrong that is shown
  };

  // `clock` and `sessions` outlive it.
  Authenticator(Options options, const Clock& clock, SessionStore& sessions);

  [[nodiscard]] bool has_key() const { return checks_.has_key(); }

  // The one place that makes a Caller of a request; needs its headers only. unauthenticated: no key or session, or a wrong
  // one; compared in constant time. resource_exhausted "too_many_attempts": as KeyChecks. permission_denied
  // "origin_refused": a session's change or WebSocket that comes from a page of another origin, or from none; without a
  // key: as check_browser. Errors of the store, for sessions.
  [[nodiscard]] Task<Result<Identified>> identify(const http::Request& request) const;
  // For open routes: a caller who shows nothing valid is let in without any right. permission_denied as check_browser;
  // "too_many_attempts" for keys, so that an open route does not tell wrong keys from the right one at full speed.
  [[nodiscard]] Task<Result<Identified>> identify_anybody(const http::Request& request) const;

  // Begins a session for the person who shows this key, and returns the value of its cookie. Errors: as identify. Only
  // where there is a key.
  [[nodiscard]] Task<Result<std::string>> sign_in(const http::Request& request, std::string_view key) const;
  // Ends the session of the request's cookie, whatever else the request shows. None: it had none that holds.
  [[nodiscard]] Task<Result<std::optional<SessionId>>> sign_out(const http::Request& request) const;
  // Extends a session that is in use. True: its cookie must be set again.
  [[nodiscard]] Task<bool> renew(const Session& session) const;

 private:
  struct Proof {
    Subject subject;
    std::optional<Session> session = std::nullopt;
  };
  [[nodiscard]] Task<Result<Proof>> proof_of(const http::Request& request) const;
  [[nodiscard]] Task<Result<Proof>> proof_of_cookie(const http::Request& request,
                                                    std::string_view cookie) const;
  [[nodiscard]] Caller caller_of(const http::Request& request, Subject subject, Rights rights) const;

  const OrganisationId organisation_;
  const std::vector<std::string> allowed_hosts_;
  const std::chrono::hours session_longest_;
  mutable KeyChecks checks_;
  std::optional<SessionTokens> tokens_;
  const Clock& clock_;
  SessionStore& sessions_;
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
