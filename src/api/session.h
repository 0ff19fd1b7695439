#pragma once
// The dashboard's sign-in: a cookie instead of the key, which scripts cannot read.

#include <array>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace sas::api {

inline constexpr std::string_view kSessionCookie = "sas_session";
inline constexpr std::chrono::hours kSessionTime{12};

// Tokens that every server with the same key takes and nobody without it can make: the time of their end and
// something random, with an HMAC-SHA256 over both whose key is derived from the API key. Nothing is kept of
// them; a new API key ends all. Thread-safe.
class SessionTokens {
 public:
  explicit SessionTokens(std::string_view api_key);
  [[nodiscard]] std::string make(Timestamp now) const;
  // Likewise end_of: in constant time as far as the token's secret goes.
  [[nodiscard]] bool holds(std::string_view token, Timestamp now) const {
    const auto end = end_of(token);
    return end && now < *end;
  }
  // When a token that we made ends or has ended; none: we did not make it.
  [[nodiscard]] std::optional<Timestamp> end_of(std::string_view token) const;

 private:
  std::array<unsigned char, 32> secret_{};
};

// A session that is used is renewed once it is this old, so that a screen on a wall stays signed in.
inline constexpr std::chrono::hours kRenewAfter{1};

// The set-cookie header; an empty `value` takes the cookie away. `secure`: the server itself speaks TLS.
[[nodiscard]] std::string session_header(const http::Request& request, std::string_view value, bool secure);

// The session cookie's value; empty: none.
[[nodiscard]] std::string_view session_cookie(const http::Request& request);

// Slows down who tries keys: five wrong ones at once, then one a second, for each address. Thread-safe.
class AttemptLimiter {
 public:
  // False: too fast.
  [[nodiscard]] bool may_try(const std::string& address, std::chrono::steady_clock::time_point now);
  void failed(const std::string& address, std::chrono::steady_clock::time_point now);

 private:
  std::mutex mutex_;
  // When the last of its wrong keys will be forgotten; guarded by mutex_.
  std::map<std::string, std::chrono::steady_clock::time_point> forgotten_at_;
};

}  // namespace sas::api
