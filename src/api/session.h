#pragma once
// The dashboard's sign-in: instead of the key, the browser keeps a cookie that scripts cannot read.

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace sas::api {

inline constexpr std::string_view kSessionCookie = "sas_session";
// How long a session holds without use.
inline constexpr std::chrono::hours kSessionTime{12};
// A session in use is extended once this much of that time has gone, so that a screen on a wall stays signed in.
inline constexpr std::chrono::hours kRenewAfter{1};

// The values of session cookies: a random part with an HMAC-SHA256 over it, whose key is derived from the API key. Only
// the store knows whether a session holds; the HMAC keeps guesses away from the store, and ends all sessions when there is
// a new API key. Thread-safe.
class SessionTokens {
 public:
  explicit SessionTokens(std::string_view api_key);
  [[nodiscard]] std::string make() const;
  // In constant time.
  [[nodiscard]] bool is_ours(std::string_view token) const;
  // What the store keeps of a token: it proves nothing.
  [[nodiscard]] static std::string hash_of(std::string_view token);

 private:
  [[nodiscard]] std::string code_of(std::string_view random) const;

  std::array<unsigned char, 32> secret_{};
};

// The set-cookie header; an empty `value` removes the cookie. `secure`: the server itself speaks TLS.
[[nodiscard]] std::string session_header(const http::Request& request, std::string_view value, bool secure);

// The session cookie's value; empty: none.
[[nodiscard]] std::string_view session_cookie(const http::Request& request);

}  // namespace sas::api
