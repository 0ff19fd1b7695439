#include "api/identity.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>
#include <sodium/crypto_generichash.h>
#include <sodium/utils.h>

namespace sas::api {
namespace {

using boost::beast::iequals;

std::string hash_of(std::string_view key) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                     nullptr, 0);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

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

Authenticator::Authenticator(Options options, const Clock& clock)
    : organisation_(options.organisation),
      allowed_hosts_(std::move(options.allowed_hosts)),
      hash_(options.api_key ? hash_of(*options.api_key) : std::string()),
      clock_(clock) {
  if (options.api_key) sessions_.emplace(*options.api_key);
}

bool Authenticator::is_key(std::string_view key) const {
  const std::string presented = hash_of(key);
  return has_key() && sodium_memcmp(presented.data(), hash_.data(), hash_.size()) == 0;
}

std::optional<std::string> Authenticator::renewed_session(const Caller& caller,
                                                          const http::Request& request) const {
  if (caller.subject.kind != Subject::Kind::session) return std::nullopt;
  const Timestamp now = clock_.now();
  const auto session = sessions_->read(session_cookie(request));
  if (!session || now >= session->ends || session->ends - now > kSessionTime - kRenewAfter)
    return std::nullopt;
  return new_session(now);
}

Result<Subject> Authenticator::subject_of(const http::Request& request) const {
  const std::string_view key = presented_key(request);
  if (const std::string_view cookie = session_cookie(request); key.empty() && !cookie.empty()) {
    auto session = sessions_->read(cookie);
    if (!session || clock_.now() >= session->ends)
      return Error::of(ErrorKind::unauthenticated, "unauthenticated", "the session has ended; sign in again");
    if (is_more_than_a_look(request) &&
        !iequals(authority_of(request.header("origin")), request.header("host")))
      return Error::of(ErrorKind::permission_denied, "origin_refused",
                       "a session serves this server's own pages; programs send the API_KEY in X-API-Key");
    return Subject{Subject::Kind::session, std::move(session->id)};
  }
  if (key.empty())
    return Error::of(ErrorKind::unauthenticated, "unauthenticated",
                     "this server needs a key: send its API_KEY in the header X-API-Key");
  if (!is_key(key))
    return Error::of(ErrorKind::unauthenticated, "unauthenticated",
                     "the key in X-API-Key is not this server's; it must equal the server's API_KEY");
  return Subject{Subject::Kind::key, {}};
}

Caller Authenticator::caller_of(const http::Request& request, Subject subject, Rights rights) const {
  Caller caller(organisation_);
  caller.subject = std::move(subject);
  caller.rights = rights;
  caller.request_id = request.request_id;
  caller.peer = request.peer_text;
  return caller;
}

Task<Result<Caller>> Authenticator::identify(const http::Request& request) const {
  if (!has_key()) {
    if (const auto checked = check_browser(request, allowed_hosts_); !checked) co_return checked.error();
    co_return caller_of(request, Subject{}, Rights::all());
  }
  auto subject = subject_of(request);
  if (!subject) co_return std::move(subject).error();
  co_return caller_of(request, std::move(*subject), Rights::all());
}

Task<Result<Caller>> Authenticator::identify_anybody(const http::Request& request) const {
  auto identifying = identify(request);
  auto caller = co_await std::move(identifying);
  if (!caller && has_key()) co_return caller_of(request, Subject{}, Rights{});
  co_return caller;
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
