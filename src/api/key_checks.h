#pragma once
// Whether a key is that of the configuration, and what happens to whatever is shown and wrong: the one place for that,
// whichever way it came.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/token_bucket.h"
#include "http/message.h"

namespace sas::api {

// Slows down guessing: for each network (http::network_of), five wrong keys at once and then one a second. Thread-safe.
class AttemptLimiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Counts a wrong key. None: an ordinary refusal; else how long to wait, at least a second.
  [[nodiscard]] std::optional<std::chrono::seconds> failed(const std::string& network, Time now);

 private:
  std::mutex mutex_;
  std::map<std::string, TokenBucket> buckets_;  // by network; guarded by mutex_
  Time swept_{};                                // when full buckets were last dropped; guarded by mutex_
};

enum class Shown : std::uint8_t { key, session, sign_in, pairing, pin };
inline constexpr std::array kEveryShown{Shown::key, Shown::session, Shown::sign_in, Shown::pairing,
                                        Shown::pin};
// "key", "session", "sign_in", "pairing", "pin".
[[nodiscard]] std::string_view to_string(Shown shown);

// Thread-safe.
class KeyChecks {
 public:
  // `key`: none: every key is wrong. `count` is called for every failure; it may be empty.
  KeyChecks(const std::optional<std::string>& key, std::function<void(Shown)> count);

  [[nodiscard]] bool has_key() const { return !hash_.empty(); }
  // In constant time. The right key is always right, however many wrong ones came before it.
  [[nodiscard]] bool is_key(std::string_view key) const;
  // What to answer to something wrong: `error`, or resource_exhausted "too_many_attempts" with details.retry_after in
  // seconds. Logs the peer, the request and why, never what was shown.
  [[nodiscard]] Error wrong(const http::Request& request, Shown shown, Error error);

 private:
  void log(const http::Request& request, Shown shown, const std::string& code, AttemptLimiter::Time now);

  const std::string hash_;  // of the key; empty: none
  const std::function<void(Shown)> count_;
  AttemptLimiter limiter_;
  std::mutex mutex_;
  TokenBucket lines_;           // guarded by mutex_
  std::size_t unreported_ = 0;  // guarded by mutex_
};

}  // namespace sas::api
