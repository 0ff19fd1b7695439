#pragma once
// The dashboard's sign-in: instead of the key, the browser keeps a cookie that scripts cannot read.

#include <array>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/token_bucket.h"
#include "http/message.h"

namespace sas::api {

inline constexpr std::string_view kSessionCookie = "sas_session";
inline constexpr std::chrono::hours kSessionTime{12};

// Session tokens: their end time and a random part, with an HMAC-SHA256 over both whose key is derived from the API key.
// Every server with the same key accepts them, nobody without it can make them, and no server stores them. A new API key
// ends all sessions. Thread-safe.
class SessionTokens {
 public:
  struct Session {
    Timestamp ends;
    std::string id;  // the random part; proves nothing without the HMAC
  };

  explicit SessionTokens(std::string_view api_key);
  [[nodiscard]] std::string make(Timestamp now) const;
  [[nodiscard]] bool holds(std::string_view token, Timestamp now) const {
    const auto session = read(token);
    return session && now < session->ends;
  }
  // A token made with this key, also one that has expired; none: it was not made with this key. The HMAC is compared in
  // constant time.
  [[nodiscard]] std::optional<Session> read(std::string_view token) const;

 private:
  std::array<unsigned char, 32> secret_{};
};

// A session in use is renewed once it is this old, so that a screen on a wall stays signed in.
inline constexpr std::chrono::hours kRenewAfter{1};

// The set-cookie header; an empty `value` removes the cookie. `secure`: the server itself speaks TLS.
[[nodiscard]] std::string session_header(const http::Request& request, std::string_view value, bool secure);

// The session cookie's value; empty: none.
[[nodiscard]] std::string_view session_cookie(const http::Request& request);

// Slows down guessing: for each address, five wrong keys at once and then one a second. Thread-safe.
class AttemptLimiter {
 public:
  // False: too fast.
  [[nodiscard]] bool may_try(const std::string& address, std::chrono::steady_clock::time_point now);
  void failed(const std::string& address, std::chrono::steady_clock::time_point now);

 private:
  std::mutex mutex_;
  std::map<std::string, TokenBucket> buckets_;  // by address; those not full; guarded by mutex_
};

}  // namespace sas::api
