#include "api/identity.h"

#include <algorithm>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>

namespace sas::api {
namespace {

using boost::beast::iequals;

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

Authenticator::Authenticator(Options options, const Clock& clock, SessionStore& sessions)
    : organisation_(options.organisation),
      allowed_hosts_(std::move(options.allowed_hosts)),
      session_longest_(options.session_longest),
      checks_(options.api_key, std::move(options.count_failure)),
      clock_(clock),
      sessions_(sessions) {
  if (options.api_key) tokens_.emplace(*options.api_key);
}

Task<Result<std::string>> Authenticator::sign_in(const http::Request& request, std::string_view key) const {
  if (!checks_.is_key(key))
    co_return checks_.wrong(request, Shown::sign_in, "this is not the server's API_KEY");
  std::string token = tokens_->make();
  const Timestamp now = clock_.now();
  auto beginning = sessions_.begin({.id = SessionId(Uuid::v7(now)),
                                    .organisation = organisation_,
                                    .token_hash = SessionTokens::hash_of(token),
                                    .begun_at = now,
                                    .ends_at = now + kSessionTime,
                                    .last_at = now + session_longest_});
  const auto begun = co_await std::move(beginning);
  if (!begun) co_return begun.error();
  co_return std::move(token);
}

Task<Result<std::optional<SessionId>>> Authenticator::sign_out(const http::Request& request) const {
  const std::string_view cookie = session_cookie(request);
  if (!has_key() || !tokens_->is_ours(cookie)) co_return std::optional<SessionId>();
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

Task<bool> Authenticator::renew(const Session& session) const {
  const Timestamp now = clock_.now();
  const Timestamp ends = std::min(now + kSessionTime, session.last_at);
  if (session.ends_at - now > kSessionTime - kRenewAfter || ends <= session.ends_at) co_return false;
  auto extending = sessions_.extend(session.id, ends);
  const auto extended = co_await std::move(extending);
  co_return extended.has_value();
}

auto Authenticator::proof_of_cookie(const http::Request& request, std::string_view cookie) const
    -> Task<Result<Proof>> {
  constexpr const char* kOver = "the session has ended; sign in again";
  if (!tokens_->is_ours(cookie)) co_return checks_.wrong(request, Shown::session, kOver);
  auto finding = sessions_.find_by_token(SessionTokens::hash_of(cookie));
  auto found = co_await std::move(finding);
  if (!found) co_return found.error();
  std::optional<Session>& session = *found;
  if (!session || session->organisation != organisation_ || !session->holds(clock_.now()))
    co_return Error::of(ErrorKind::unauthenticated, "unauthenticated", kOver);
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
  std::string id = session->id.to_string();
  co_return Proof{Subject{Subject::Kind::session, std::move(id)}, std::move(session)};
}

auto Authenticator::proof_of(const http::Request& request) const -> Task<Result<Proof>> {
  const std::string_view key = presented_key(request);
  if (const std::string_view cookie = session_cookie(request); key.empty() && !cookie.empty()) {
    auto proving = proof_of_cookie(request, cookie);
    co_return co_await std::move(proving);
  }
  if (key.empty())
    co_return Error::of(ErrorKind::unauthenticated, "unauthenticated",
                        "this server needs a key: send its API_KEY in the header X-API-Key");
  if (!checks_.is_key(key))
    co_return checks_.wrong(request, Shown::key,
                            "the key in X-API-Key is not this server's; it must equal the server's API_KEY");
  co_return Proof{Subject{Subject::Kind::key, {}}};
}

Caller Authenticator::caller_of(const http::Request& request, Subject subject, Rights rights) const {
  Caller caller(organisation_);
  caller.subject = std::move(subject);
  caller.rights = rights;
  caller.request_id = request.request_id;
  caller.peer = request.peer_text;
  return caller;
}

Task<Result<Identified>> Authenticator::identify(const http::Request& request) const {
  if (!has_key()) {
    if (const auto checked = check_browser(request, allowed_hosts_); !checked) co_return checked.error();
    co_return Identified{caller_of(request, Subject{}, Rights::all())};
  }
  auto proving = proof_of(request);
  auto proof = co_await std::move(proving);
  if (!proof) co_return std::move(proof).error();
  co_return Identified{caller_of(request, std::move(proof->subject), Rights::all()),
                       std::move(proof->session)};
}

Task<Result<Identified>> Authenticator::identify_anybody(const http::Request& request) const {
  auto identifying = identify(request);
  auto identified = co_await std::move(identifying);
  if (identified || !has_key()) co_return identified;
  if (identified.error().code == "too_many_attempts" && !presented_key(request).empty()) co_return identified;
  co_return Identified{caller_of(request, Subject{}, Rights{})};
}

Result<void> require(Right right, const Caller& caller) {
  if (caller.rights.contain(right)) return {};
  const std::string name(to_string(right));
  return Error::of(ErrorKind::permission_denied, "forbidden",
                   "this " + std::string(to_string(caller.subject.kind)) + " lacks the right \"" + name +
                       "\", which this request needs",
                   {{"right", name}});
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
