#include "api/session.h"

#include <algorithm>
#include <charconv>

#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>

#include "api/endpoint.h"
#include "api/responses.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"

namespace sas::api {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::string_view kPurpose = "smart-attendance-system session 1";
constexpr std::size_t kRandomBytes = 16;
constexpr auto kAttemptTime = std::chrono::seconds(1);
constexpr int kAttemptsAtOnce = 5;
constexpr std::size_t kAddresses = 4096;

std::string hex(const unsigned char* bytes, std::size_t size) {
  std::string text(2 * size + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes, size);
  text.pop_back();
  return text;
}

std::string hmac(std::string_view message, const unsigned char* key, std::size_t key_size) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key, key_size);
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(message.data()),
                                message.size());
  std::string code(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(code.data()));
  return code;
}

std::int64_t seconds_of(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

Task<http::Response> get_session(const Context& context, http::Request& request) {
  protocol::JsonWriter out;
  out.begin_object().key("authenticated");
  out.boolean(context.authenticator.check(Access::read, request).has_value());
  out.key("key_required").boolean(context.authenticator.has_key()).end_object();
  co_return json_response(http::Status::ok, out.take());
}

Task<http::Response> post_session(const Context& context, http::Request& request) {
  const auto object = protocol::parse_object(request.body);
  if (!object) co_return error_response(object.error(), request.request_id);
  const auto key = protocol::ObjectReader(*object).text("api_key");
  if (!key) co_return error_response(key.error(), request.request_id);
  if (!context.authenticator.has_key()) co_return no_content_response();  // everybody is signed in

  const std::string address = request.peer.address().to_string();
  if (!context.attempts.may_try(address, Steady::now())) {
    http::Response response =
        error_response(http::Status::too_many_requests,
                       Error::of(ErrorKind::resource_exhausted, "too_many_attempts",
                                 "too many wrong keys from " + address + "; try again in 1 s"));
    response.headers.emplace_back("retry-after", "1");
    co_return response;
  }
  if (!context.authenticator.is_key(*key)) {
    context.attempts.failed(address, Steady::now());
    co_return error_response(
        Error::of(ErrorKind::unauthenticated, "unauthenticated", "this is not the server's API_KEY"),
        request.request_id);
  }
  http::Response response = no_content_response();
  response.headers.emplace_back(
      "set-cookie", session_header(request, context.authenticator.new_session(context.service.clock().now()),
                                   context.options.secure));
  co_return response;
}

Task<http::Response> delete_session(const Context& context, http::Request& request) {
  http::Response response = no_content_response();
  response.headers.emplace_back("set-cookie", session_header(request, "", context.options.secure));
  co_return response;
}

}  // namespace

SessionTokens::SessionTokens(std::string_view api_key) {
  const std::string secret =
      hmac(kPurpose, reinterpret_cast<const unsigned char*>(api_key.data()), api_key.size());
  std::copy(secret.begin(), secret.end(), secret_.begin());
}

std::string SessionTokens::make(Timestamp now) const {
  std::array<unsigned char, kRandomBytes> random{};
  randombytes_buf(random.data(), random.size());
  const std::string signed_part =
      fmt::format("{}.{}", seconds_of(now + kSessionTime), hex(random.data(), random.size()));
  const std::string code = hmac(signed_part, secret_.data(), secret_.size());
  return signed_part + "." + hex(reinterpret_cast<const unsigned char*>(code.data()), code.size());
}

std::optional<Timestamp> SessionTokens::end_of(std::string_view token) const {
  const auto dot = token.rfind('.');
  if (dot == std::string_view::npos || token.size() > 256) return std::nullopt;
  const std::string expected = hmac(token.substr(0, dot), secret_.data(), secret_.size());
  const std::string expected_hex =
      hex(reinterpret_cast<const unsigned char*>(expected.data()), expected.size());
  const std::string_view given = token.substr(dot + 1);
  if (given.size() != expected_hex.size() ||
      sodium_memcmp(given.data(), expected_hex.data(), expected_hex.size()) != 0)
    return std::nullopt;
  std::int64_t ends = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + dot, ends);
  if (error != std::errc{} || *end != '.') return std::nullopt;
  return Timestamp(std::chrono::seconds(ends));
}

std::string session_header(const http::Request& request, std::string_view value, bool secure) {
  const bool over_tls = secure || request.header("x-forwarded-proto") == "https";
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", kSessionCookie, value,
                     value.empty() ? 0 : std::chrono::seconds(kSessionTime).count(),
                     over_tls ? "; Secure" : "");
}

std::string_view session_cookie(const http::Request& request) {
  std::string_view cookies = request.header("cookie");
  while (!cookies.empty()) {
    const auto end = std::min(cookies.find(';'), cookies.size());
    std::string_view one = cookies.substr(0, end);
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.size() > kSessionCookie.size() && one.starts_with(kSessionCookie) &&
        one[kSessionCookie.size()] == '=')
      return one.substr(kSessionCookie.size() + 1);
  }
  return {};
}

bool AttemptLimiter::may_try(const std::string& address, Steady::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto found = forgotten_at_.find(address);
  return found == forgotten_at_.end() || found->second <= now + (kAttemptsAtOnce - 1) * kAttemptTime;
}

void AttemptLimiter::failed(const std::string& address, Steady::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(forgotten_at_, [now](const auto& entry) { return entry.second <= now; });
  if (forgotten_at_.size() >= kAddresses && !forgotten_at_.contains(address)) return;
  auto& forgotten = forgotten_at_.try_emplace(address, now).first->second;
  forgotten = std::max(forgotten, now) + kAttemptTime;
}

std::vector<Endpoint> session_endpoints(const Context& context) {
  std::vector<Endpoint> endpoints;
  const std::string path = "/api/v1/session";
  endpoints.push_back({http::Verb::get, path, Access::open, bind(context, get_session)});
  endpoints.push_back({http::Verb::post, path, Access::open, bind(context, post_session)});
  endpoints.push_back({http::Verb::delete_, path, Access::open, bind(context, delete_session)});
  return endpoints;
}

}  // namespace sas::api
