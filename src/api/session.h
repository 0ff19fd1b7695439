#pragma once
// The dashboard's sign-in: instead of the key, the browser keeps a cookie that scripts cannot read.

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/ids.h"
#include "http/message.h"

namespace sas::api {

inline constexpr std::string_view kSessionCookie = "sas_session";
// How long a session holds without use, and when one in use is extended.
struct SessionTimes {
  std::chrono::hours without_use;
  std::chrono::hours renew_after;
};
// A person's. It is extended once an hour of its time has gone, so that a screen on a wall stays signed in.
inline constexpr SessionTimes kPersonsSession{std::chrono::hours(12), std::chrono::hours(1)};
// A kiosk's: as long as browsers keep a cookie.
inline constexpr SessionTimes kKiosksSession{std::chrono::days(400), std::chrono::days(1)};

// The values of session cookies: a random part with an HMAC-SHA256 over it, whose key is derived from a secret: the API
// key, or the hash of a key that was made, whose id is then the first part. Only the store knows whether a session holds;
// the HMAC keeps guesses away from the store, and ends all sessions when there is a new API key, or a rotated key.
// Thread-safe.
class SessionTokens {
 public:
  explicit SessionTokens(std::string_view secret);
  // `key`: whose hash the secret is; none: it is the API key.
  [[nodiscard]] std::string make(std::optional<KeyId> key = std::nullopt) const;
  // In constant time.
  [[nodiscard]] bool is_ours(std::string_view token) const;
  // The id that a token begins with; none: it is not of a key that was made.
  [[nodiscard]] static std::optional<KeyId> key_of(std::string_view token);
  // What the store keeps of a token: it proves nothing.
  [[nodiscard]] static std::string hash_of(std::string_view token);

 private:
  [[nodiscard]] std::string code_of(std::string_view random) const;

  std::array<unsigned char, 32> secret_{};
};

// The set-cookie header; an empty `value` removes the cookie. `secure`: the server itself speaks TLS.
[[nodiscard]] std::string session_header(const http::Request& request, std::string_view value, bool secure,
                                         std::chrono::seconds lasts = kPersonsSession.without_use);

// The session cookie's value; empty: none.
[[nodiscard]] std::string_view session_cookie(const http::Request& request);

}  // namespace sas::api
