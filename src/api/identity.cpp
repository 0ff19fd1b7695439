#include "api/identity.h"

#include <algorithm>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>

#include "access/secrets.h"

namespace sas::api {
namespace {

using boost::beast::iequals;

// The key of a kiosk ends its session; this is only a date that never comes.
constexpr auto kKioskLongest = std::chrono::days(365 * 100);

// X-API-Key, or `Authorization: Bearer`, which is all that Prometheus before 2.55 and many proxies can send.
std::string_view presented_key(const http::Request& request) {
  if (const auto key = request.header("x-api-key"); !key.empty()) return key;
  constexpr std::string_view kScheme = "Bearer ";
  const auto authorization = request.header("authorization");
  if (authorization.size() > kScheme.size() && iequals(authorization.substr(0, kScheme.size()), kScheme))
    return authorization.substr(kScheme.size());
  return {};
}

// "[::1]:8000" and "localhost:8000" without the port; brackets stay off an address.
std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    return end == std::string_view::npos ? std::string_view() : authority.substr(1, end - 1);
  }
  return authority.substr(0, authority.rfind(':'));
}

bool is_own_host(std::string_view host, const std::vector<std::string>& allowed_hosts) {
  if (iequals(host, "localhost")) return true;
  boost::system::error_code not_an_address;
  const auto address = boost::asio::ip::make_address(host, not_an_address);
  if (!not_an_address && address.is_loopback()) return true;
  return std::ranges::any_of(allowed_hosts, [&](const std::string& name) { return iequals(host, name); });
}

// "http://localhost:8000" → "localhost:8000"; "null" and other forms → empty.
std::string_view authority_of(std::string_view origin) {
  const auto scheme_end = origin.find("://");
  return scheme_end == std::string_view::npos ? std::string_view() : origin.substr(scheme_end + 3);
}

// A browser lets a page of any site open a WebSocket, and read what comes.
bool is_more_than_a_look(const http::Request& request) {
  const http::Verb verb = request.verb;
  return (verb != http::Verb::get && verb != http::Verb::head && verb != http::Verb::options) ||
         !request.header("upgrade").empty();
}

}  // namespace

Authenticator::Authenticator(Options options, const Clock& clock, SessionStore& sessions,
                             const access::KeyRing& ring)
    : organisation_(options.organisation),
      allowed_hosts_(std::move(options.allowed_hosts)),
      session_longest_(options.session_longest),
      checks_(options.api_key, std::move(options.count_failure)),
      clock_(clock),
      sessions_(sessions),
      ring_(ring) {
  if (options.api_key) tokens_.emplace(*options.api_key);
}

// What a made key is worth now; anything but a valid one is logged and counted.
Result<access::KeyRing::Found> Authenticator::judge(const http::Request& request,
                                                    access::KeyRing::Found found, Shown shown,
                                                    std::string if_unknown) const {
  const auto refuse = [&](std::string code, std::string message) {
    return checks_.wrong(request, shown,
                         Error::of(ErrorKind::unauthenticated, std::move(code), std::move(message)));
  };
  switch (found.state) {
    case access::KeyRing::State::valid:
      return found;
    case access::KeyRing::State::expired:
      return refuse("key_expired", "this key expired at " + to_rfc3339(*found.key->expires_at) +
                                       "; ask an administrator for another one, or for more time");
    case access::KeyRing::State::revoked:
      return refuse("key_revoked", "an administrator has revoked this key");
    case access::KeyRing::State::unknown:
      break;
  }
  return refuse("unauthenticated", std::move(if_unknown));
}

Task<Result<SignedIn>> Authenticator::begin(Session session, std::string cookie,
                                            std::chrono::seconds lasts) const {
  session.token_hash = SessionTokens::hash_of(cookie);
  auto beginning = sessions_.begin(std::move(session));
  const auto begun = co_await std::move(beginning);
  if (!begun) co_return begun.error();
  co_return SignedIn{std::move(cookie), lasts};
}

Task<Result<SignedIn>> Authenticator::sign_in(const http::Request& request, std::string_view key) const {
  const Timestamp now = clock_.now();
  Session session{.id = SessionId(Uuid::v7(now)),
                  .organisation = organisation_,
                  .token_hash = {},
                  .begun_at = now,
                  .ends_at = now + kPersonsSession.without_use,
                  .last_at = now + session_longest_};
  std::string cookie;
  if (checks_.is_key(key)) {
    cookie = tokens_->make();
  } else {
    const auto judged = judge(request, ring_.find(access::hash_of(key)), Shown::sign_in,
                              "this is not the server's API_KEY, nor a key that an administrator made");
    if (!judged) co_return judged.error();
    const AccessKey& made = *judged->key;
    if (made.role == Role::device)
      co_return Error::of(
          ErrorKind::permission_denied, "forbidden",
          "a device's key does not sign in; people have keys of their own, and a tablet is paired");
    ring_.note_use(made.id);
    session.key = made.id;
    session.organisation = made.organisation;
    if (access::hash_of(key) != made.hash) session.last_at = std::min(session.last_at, *made.old_until);
    cookie = SessionTokens(access::hash_of(key)).make(made.id);
  }
  auto beginning = begin(std::move(session), std::move(cookie), kPersonsSession.without_use);
  co_return co_await std::move(beginning);
}

Task<Result<SignedIn>> Authenticator::admit_kiosk(const AccessKey& key) const {
  const Timestamp now = clock_.now();
  Session session{.id = SessionId(Uuid::v7(now)),
                  .organisation = key.organisation,
                  .key = key.id,
                  .token_hash = {},
                  .begun_at = now,
                  .ends_at = now + kKiosksSession.without_use,
                  .last_at = now + kKioskLongest};
  auto beginning =
      begin(std::move(session), SessionTokens(key.hash).make(key.id), kKiosksSession.without_use);
  co_return co_await std::move(beginning);
}

auto Authenticator::read_cookie(std::string_view cookie) const -> CookieProof {
  CookieProof proof;
  const auto id = SessionTokens::key_of(cookie);
  if (!id) {
    proof.is_ours = tokens_ && tokens_->is_ours(cookie);
    return proof;
  }
  proof.found = ring_.find(*id);
  if (!proof.found.key) return proof;
  const AccessKey& key = *proof.found.key;
  for (const std::string& hash : {key.hash, key.old_hash.value_or(key.hash)}) {
    if (!SessionTokens(hash).is_ours(cookie)) continue;
    proof.is_ours = true;
    proof.hash = hash;
    break;
  }
  return proof;
}

Task<Result<std::optional<SessionId>>> Authenticator::sign_out(const http::Request& request) const {
  const std::string_view cookie = session_cookie(request);
  if (!read_cookie(cookie).is_ours) co_return std::optional<SessionId>();
  auto finding = sessions_.find_by_token(SessionTokens::hash_of(cookie));
  const auto found = co_await std::move(finding);
  if (!found) co_return found.error();
  if (!*found) co_return std::optional<SessionId>();
  const SessionId id = (*found)->id;
  auto ending = sessions_.end(id, clock_.now());
  const auto ended = co_await std::move(ending);
  if (!ended) co_return ended.error();
  co_return std::optional(id);
}

Task<std::optional<std::chrono::seconds>> Authenticator::renew(const Identified& identified) const {
  const Session& session = *identified.session;
  const SessionTimes& times = identified.role() == Role::device ? kKiosksSession : kPersonsSession;
  const Timestamp now = clock_.now();
  const Timestamp ends = std::min(now + times.without_use, session.last_at);
  if (session.ends_at - now > times.without_use - times.renew_after || ends <= session.ends_at)
    co_return std::nullopt;
  auto extending = sessions_.extend(session.id, ends);
  const auto extended = co_await std::move(extending);
  if (!extended) co_return std::nullopt;
  co_return times.without_use;
}

Caller Authenticator::caller_of(const http::Request& request, OrganisationId organisation, Subject subject,
                                Rights rights) const {
  Caller caller(organisation);
  caller.subject = std::move(subject);
  caller.rights = rights;
  caller.request_id = request.request_id;
  caller.peer = request.peer_text;
  return caller;
}

Identified Authenticator::identified_by(const http::Request& request, access::KeyRing::Found found,
                                        std::string hash, Subject subject) const {
  const AccessKey& key = *found.key;
  ring_.note_use(key.id);
  Identified identified{caller_of(request, key.organisation, std::move(subject), rights_of(key.role))};
  identified.caller.cameras = key.cameras;
  identified.key_proof = access::KeyProof{key.id, std::move(hash)};
  identified.key = std::move(found.key);
  return identified;
}

Result<Identified> Authenticator::identify_by_key(const http::Request& request, std::string_view key) const {
  if (checks_.is_key(key))
    return Identified{caller_of(request, organisation_, Subject{.kind = Subject::Kind::key}, Rights::all())};
  std::string hash = access::hash_of(key);
  access::KeyRing::Found found = ring_.find(hash);
  // What such a server was always sent in vain.
  if (found.state == access::KeyRing::State::unknown && !has_key())
    return Identified{caller_of(request, organisation_, Subject{}, Rights::all())};
  auto judged = judge(request, std::move(found), Shown::key,
                      "the key in X-API-Key is not known here: it must equal the server's API_KEY, or be one "
                      "that an administrator made");
  if (!judged) return std::move(judged).error();
  const std::string id = judged->key->id.to_string();
  return identified_by(request, std::move(*judged), std::move(hash),
                       Subject{.kind = Subject::Kind::key, .id = id});
}

Task<Result<Identified>> Authenticator::identify_by_cookie(const http::Request& request,
                                                           std::string_view cookie) const {
  constexpr const char* kOver = "the session has ended; sign in again";
  CookieProof proof = read_cookie(cookie);
  access::KeyRing::Found& found = proof.found;
  if (!proof.is_ours)
    co_return checks_.wrong(request, Shown::session,
                            Error::of(ErrorKind::unauthenticated, "unauthenticated", kOver));
  if (found.key) {
    auto judged = judge(request, found, Shown::session, kOver);
    if (!judged) co_return std::move(judged).error();
  }
  auto finding = sessions_.find_by_token(SessionTokens::hash_of(cookie));
  auto session = co_await std::move(finding);
  if (!session) co_return session.error();
  const OrganisationId organisation = found.key ? found.key->organisation : organisation_;
  const bool holds = *session && (*session)->organisation == organisation &&
                     (*session)->holds(clock_.now()) &&
                     (!found.key || ring_.holds({found.key->id, proof.hash}));
  if (!holds) co_return Error::of(ErrorKind::unauthenticated, "unauthenticated", kOver);
  const std::string_view origin = request.header("origin");
  const std::string_view host = request.header("host");
  if (is_more_than_a_look(request) && !iequals(authority_of(origin), host)) {
    std::string why = "a session serves this server's own pages; programs send the API_KEY in X-API-Key";
    if (!origin.empty())
      why += ". The page is of \"" + std::string(origin.substr(0, 100)) +
             "\", and the Host header that reached this server is \"" + std::string(host.substr(0, 100)) +
             "\": a proxy in between must pass on Host as it was, with the port (nginx: proxy_set_header "
             "Host $http_host)";
    co_return Error::of(ErrorKind::permission_denied, "origin_refused", std::move(why));
  }
  Subject subject{.kind = Subject::Kind::session, .id = (*session)->id.to_string()};
  if (found.key) subject.key = found.key->id.to_string();
  Identified identified =
      found.key ? identified_by(request, std::move(found), std::move(proof.hash), std::move(subject))
                : Identified{caller_of(request, organisation_, std::move(subject), Rights::all())};
  identified.session = std::move(*session);
  co_return std::move(identified);
}

Task<Result<Identified>> Authenticator::identify(const http::Request& request) const {
  if (!has_key())
    if (const auto checked = check_browser(request, allowed_hosts_); !checked) co_return checked.error();
  const std::string_view key = presented_key(request);
  if (!key.empty()) co_return identify_by_key(request, key);
  // On a server without API_KEY only the cookie of a key, which is a kiosk's, says anything.
  const std::string_view cookie = session_cookie(request);
  if (!cookie.empty() && (has_key() || SessionTokens::key_of(cookie))) {
    auto identifying = identify_by_cookie(request, cookie);
    auto identified = co_await std::move(identifying);
    if (has_key() || identified || identified.error().kind != ErrorKind::unauthenticated)
      co_return identified;
  }
  if (has_key())
    co_return Error::of(ErrorKind::unauthenticated, "unauthenticated",
                        "this server needs a key: send its API_KEY in the header X-API-Key");
  co_return Identified{caller_of(request, organisation_, Subject{}, Rights::all())};
}

Task<Result<Identified>> Authenticator::identify_anybody(const http::Request& request) const {
  auto identifying = identify(request);
  auto identified = co_await std::move(identifying);
  if (identified || !has_key()) co_return identified;
  if (identified.error().code == "too_many_attempts" && !presented_key(request).empty()) co_return identified;
  co_return Identified{caller_of(request, organisation_, Subject{}, Rights{})};
}

Result<void> require(Right right, const Caller& caller) {
  if (caller.rights.contain(right)) return {};
  const std::string name(to_string(right));
  return Error::of(ErrorKind::permission_denied, "forbidden",
                   "this " + std::string(to_string(caller.subject.kind)) + " lacks the right \"" + name +
                       "\", which this request needs",
                   {{"right", name}});
}

Result<void> require_camera(const Caller& caller, const CameraId& camera) {
  if (caller.may_act_as(camera)) return {};
  return Error::of(ErrorKind::permission_denied, "forbidden",
                   "this device is not paired for the camera \"" + camera.value +
                       "\"; pair it anew for that camera, or correct the camera's name",
                   {{"camera_id", camera.value}});
}

Result<void> check_own_page(const http::Request& request) {
  const std::string_view origin = request.header("origin");
  if (origin.empty() || iequals(authority_of(origin), request.header("host"))) return {};
  return Error::of(ErrorKind::permission_denied, "cross_origin",
                   "a page of " + std::string(origin.substr(0, 100)) + " may not do this on this server");
}

Result<void> check_browser(const http::Request& request, const std::vector<std::string>& allowed_hosts) {
  const std::string_view authority = request.header("host");
  const std::string_view host = host_of(authority);
  if (!is_own_host(host, allowed_hosts))
    return Error::of(ErrorKind::permission_denied, "host_not_allowed",
                     "a server without API_KEY answers only to localhost and 127.0.0.1, not to \"" +
                         std::string(host.substr(0, 100)) +
                         "\"; set API_KEY, or name that host in ALLOWED_HOSTS");
  const std::string_view origin = request.header("origin");
  if (!origin.empty() && is_more_than_a_look(request) && !iequals(authority_of(origin), authority))
    return Error::of(ErrorKind::permission_denied, "cross_origin",
                     "a page of " + std::string(origin.substr(0, 100)) +
                         " may not change anything on this server; set API_KEY and send it in X-API-Key");
  return {};
}

}  // namespace sas::api
