#include "api/session.h"

#include <algorithm>

#include <fmt/format.h>
#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/crypto_generichash.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>

namespace sas::api {
namespace {

constexpr std::string_view kPurpose = "smart-attendance-system session 2";
constexpr std::size_t kRandomBytes = 16;
constexpr std::size_t kRandomSize = 2 * kRandomBytes;  // as hex, like the code
constexpr std::size_t kCodeSize = 2UL * crypto_auth_hmacsha256_BYTES;
constexpr std::size_t kIdSize = 36;
// "random.code", and that after "id.".
constexpr std::size_t kTokenSize = kRandomSize + 1 + kCodeSize;
constexpr std::size_t kKeyTokenSize = kIdSize + 1 + kTokenSize;

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

}  // namespace

SessionTokens::SessionTokens(std::string_view secret) {
  const std::string derived =
      hmac(kPurpose, reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  std::copy(derived.begin(), derived.end(), secret_.begin());
}

std::string SessionTokens::code_of(std::string_view random) const {
  const std::string code = hmac(random, secret_.data(), secret_.size());
  return hex(reinterpret_cast<const unsigned char*>(code.data()), code.size());
}

std::string SessionTokens::make(std::optional<KeyId> key) const {
  std::array<unsigned char, kRandomBytes> random{};
  randombytes_buf(random.data(), random.size());
  std::string text = key ? key->to_string() + "." : std::string();
  text += hex(random.data(), random.size());
  return text + "." + code_of(text);
}

bool SessionTokens::is_ours(std::string_view token) const {
  if (token.size() != kTokenSize && token.size() != kKeyTokenSize) return false;
  const std::size_t text_size = token.size() - kCodeSize - 1;
  if (token[text_size] != '.') return false;
  const std::string expected = code_of(token.substr(0, text_size));
  return sodium_memcmp(token.data() + text_size + 1, expected.data(), expected.size()) == 0;
}

std::optional<KeyId> SessionTokens::key_of(std::string_view token) {
  if (token.size() != kKeyTokenSize || token[kIdSize] != '.') return std::nullopt;
  const auto id = KeyId::parse(token.substr(0, kIdSize));
  return id ? std::optional(*id) : std::nullopt;
}

std::string SessionTokens::hash_of(std::string_view token) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size(), nullptr, 0);
  return hex(hash.data(), hash.size());
}

std::string session_header(const http::Request& request, std::string_view value, bool secure,
                           std::chrono::seconds lasts) {
  const bool over_tls = secure || request.header("x-forwarded-proto") == "https";
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", kSessionCookie, value,
                     value.empty() ? 0 : lasts.count(), over_tls ? "; Secure" : "");
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

}  // namespace sas::api
