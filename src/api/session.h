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
  // In constant time as far as the token's secret goes.
  [[nodiscard]] bool holds(std::string_view token, Timestamp now) const;

 private:
  std::array<unsigned char, 32> secret_{};
};

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
