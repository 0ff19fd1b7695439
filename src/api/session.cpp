#include "api/session.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>

namespace sas::api {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::string_view kPurpose = "smart-attendance-system session 1";
constexpr std::size_t kRandomBytes = 16;
constexpr double kAttemptsAtOnce = 5;
constexpr double kAttemptsPerSecond = 1;
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

std::optional<SessionTokens::Session> SessionTokens::read(std::string_view token) const {
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
  if (error != std::errc{} || *end != '.' || end == token.data() + dot) return std::nullopt;
  return Session{Timestamp(std::chrono::seconds(ends)), std::string(end + 1, token.data() + dot)};
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
  const auto found = buckets_.find(address);
  return found == buckets_.end() || found->second.available(now) >= 1;
}

void AttemptLimiter::failed(const std::string& address, Steady::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(buckets_, [now](const auto& entry) { return entry.second.full(now); });
  if (buckets_.size() >= kAddresses && !buckets_.contains(address)) return;
  buckets_.try_emplace(address, kAttemptsAtOnce, kAttemptsPerSecond, now).first->second.charge(1, now);
}

}  // namespace sas::api
