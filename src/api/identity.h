#pragma once
// Who asks.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/key_ring.h"
#include "api/key_checks.h"
#include "api/session.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/task.h"
#include "domain/access_key.h"
#include "domain/caller.h"
#include "http/message.h"
#include "store/sessions.h"

namespace sas::api {

// What is known of a caller once it has been identified.
struct Identified {
  Caller caller;
  std::optional<Session> session = std::nullopt;   // its own, if it showed one that holds
  std::shared_ptr<const AccessKey> key = nullptr;  // none: the key of the configuration, or nothing was shown
  std::optional<access::KeyProof> key_proof = std::nullopt;  // with `key`

  // None: nobody is known.
  [[nodiscard]] std::optional<Role> role() const {
    if (key) return key->role;
    return caller.rights == Rights{} ? std::nullopt : std::optional(Role::administrator);
  }
};

// What a sign-in gives a browser.
struct SignedIn {
  std::string cookie;  // its value
  std::chrono::seconds lasts;
};

// Who may ask what: the key of the configuration, which is an administrator's; keys that administrators made, each with the
// rights of its role; and sessions, which have the rights of the key that they were begun with. Thread-safe.
class Authenticator {
 public:
  struct Options {
    OrganisationId organisation;  // that the key belongs to, or everybody where there is no key
    // None: everybody who shows nothing is an administrator. Such a server listens on loopback only (the configuration sees
    // to that), and the browser of its own user must be kept apart from the pages that it visits: see check_browser.
    std::optional<std::string> api_key = std::nullopt;
    std::vector<std::string> allowed_hosts = {};  // without a key: Host names next to this machine's own
    std::chrono::hours session_longest = std::chrono::days(30);
    std::function<void(Shown)> count_failure = nullptr;  // called for everything wrong that is shown
  };

  // All outlive it.
  Authenticator(Options options, const Clock& clock, SessionStore& sessions, const access::KeyRing& ring);

  [[nodiscard]] bool has_key() const { return checks_.has_key(); }

  // The one place that makes a Caller of a request; needs its headers only. unauthenticated: no key or session, or a wrong
  // one; "key_expired", "key_revoked", also for their sessions. resource_exhausted "too_many_attempts": as KeyChecks.
  // permission_denied
  // "origin_refused": a session's change or WebSocket that comes from a page of another origin, or from none; without a
  // key: as check_browser. Errors of the store, for sessions.
  [[nodiscard]] Task<Result<Identified>> identify(const http::Request& request) const;
  // For open routes: a caller who shows nothing valid is let in without any right. permission_denied as check_browser;
  // "too_many_attempts" for keys, so that an open route does not tell wrong keys from the right one at full speed.
  [[nodiscard]] Task<Result<Identified>> identify_anybody(const http::Request& request) const;

  // Begins a session for the person who shows this key. Errors: as identify; permission_denied "forbidden": it is a
  // device's. Only where there is a key of the configuration.
  [[nodiscard]] Task<Result<SignedIn>> sign_in(const http::Request& request, std::string_view key) const;
  // Begins the session of a kiosk, which holds as long as its key.
  [[nodiscard]] Task<Result<SignedIn>> admit_kiosk(const AccessKey& key) const;
  // Ends the session of the request's cookie, whatever else the request shows. None: it had none that holds.
  [[nodiscard]] Task<Result<std::optional<SessionId>>> sign_out(const http::Request& request) const;
  // Extends a session that is in use. The cookie must be set again, for so long; none: it need not.
  [[nodiscard]] Task<std::optional<std::chrono::seconds>> renew(const Identified& identified) const;
  // What to answer to a wrong code or PIN: as KeyChecks::wrong.
  [[nodiscard]] Error wrong(const http::Request& request, Shown shown, Error error) const {
    return checks_.wrong(request, shown, std::move(error));
  }

 private:
  // Whether this server, or another one of its database, has made the cookie.
  struct CookieProof {
    bool is_ours = false;
    access::KeyRing::Found found = {};  // the key that it was made for; none: that of the configuration
    std::string hash = {};              // of that key
  };
  [[nodiscard]] CookieProof read_cookie(std::string_view cookie) const;
  [[nodiscard]] Result<Identified> identify_by_key(const http::Request& request, std::string_view key) const;
  [[nodiscard]] Task<Result<Identified>> identify_by_cookie(const http::Request& request,
                                                            std::string_view cookie) const;
  [[nodiscard]] Caller caller_of(const http::Request& request, OrganisationId organisation, Subject subject,
                                 Rights rights) const;
  [[nodiscard]] Identified identified_by(const http::Request& request, access::KeyRing::Found found,
                                         std::string hash, Subject subject) const;
  [[nodiscard]] Result<access::KeyRing::Found> judge(const http::Request& request,
                                                     access::KeyRing::Found found, Shown shown,
                                                     std::string if_unknown) const;
  [[nodiscard]] Task<Result<SignedIn>> begin(Session session, std::string cookie,
                                             std::chrono::seconds lasts) const;

  const OrganisationId organisation_;
  const std::vector<std::string> allowed_hosts_;
  const std::chrono::hours session_longest_;
  mutable KeyChecks checks_;
  std::optional<SessionTokens> tokens_;  // of the key of the configuration
  const Clock& clock_;
  SessionStore& sessions_;
  const access::KeyRing& ring_;
};

// permission_denied "forbidden", which names the right (details.right), unless the caller holds it.
[[nodiscard]] Result<void> require(Right right, const Caller& caller);
// permission_denied "forbidden", which names the camera (details.camera_id), unless the caller may act as it.
[[nodiscard]] Result<void> require_camera(const Caller& caller, const CameraId& camera);
// permission_denied "cross_origin": a page of another origin sent this. Programs send no Origin.
[[nodiscard]] Result<void> check_own_page(const http::Request& request);

// For servers without a key. A page in a browser on this machine can reach 127.0.0.1; two things stop it:
//  * the Host header must name this machine (127.0.0.0/8, [::1], localhost) or one of `allowed_hosts`, which an attacker's
//    name pointed at 127.0.0.1 (DNS rebinding) does not;
//  * where an Origin header comes with a request that changes something or opens a WebSocket, it must be of that same
//    host.
// permission_denied: "host_not_allowed", "cross_origin".
[[nodiscard]] Result<void> check_browser(const http::Request& request,
                                         const std::vector<std::string>& allowed_hosts);

}  // namespace sas::api
