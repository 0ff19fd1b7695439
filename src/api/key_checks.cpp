#include "api/key_checks.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <sodium/crypto_generichash.h>
#include <sodium/utils.h>
#include <spdlog/spdlog.h>

#include "http/peer.h"

namespace sas::api {
namespace {

using std::chrono::steady_clock;

constexpr double kAttemptsAtOnce = 5;
constexpr double kAttemptsPerSecond = 1;
constexpr std::size_t kNetworks = 4096;
constexpr double kLinesAtOnce = 10;
constexpr double kLinesPerSecond = 1;

std::string hash_of(std::string_view key) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                     nullptr, 0);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// "wrong key", "revoked key".
std::string what_was_wrong(Shown shown, const std::string& code) {
  std::string why = "wrong ";
  if (code == "key_revoked") why = "revoked ";
  if (code == "key_expired") why = "expired ";
  switch (shown) {
    case Shown::key:
    case Shown::sign_in:
      return why + "key";
    case Shown::session:
      return why == "wrong " ? "wrong session" : "session of a key that is " + why.substr(0, why.size() - 1);
    case Shown::pairing:
      return "wrong pairing code";
    case Shown::pin:
      return "wrong PIN";
  }
  return why;
}

}  // namespace

std::string_view to_string(Shown shown) {
  switch (shown) {
    case Shown::key:
      return "key";
    case Shown::session:
      return "session";
    case Shown::sign_in:
      return "sign_in";
    case Shown::pairing:
      return "pairing";
    case Shown::pin:
      return "pin";
  }
  return "";
}

std::optional<std::chrono::seconds> AttemptLimiter::failed(const std::string& network, Time now) {
  const std::lock_guard lock(mutex_);
  if (now - swept_ >= std::chrono::seconds(1)) {
    std::erase_if(buckets_, [now](const auto& entry) { return entry.second.full(now); });
    swept_ = now;
  }
  const auto found = buckets_.find(network);
  // Nobody gets more attempts because many others guess too.
  if (found == buckets_.end() && buckets_.size() >= kNetworks) return std::chrono::seconds(1);
  TokenBucket& bucket =
      found != buckets_.end()
          ? found->second
          : buckets_.try_emplace(network, kAttemptsAtOnce, kAttemptsPerSecond, now).first->second;
  if (bucket.take(1, now)) return std::nullopt;
  const double missing = (1 - bucket.available(now)) / kAttemptsPerSecond;
  return std::chrono::seconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(missing))));
}

KeyChecks::KeyChecks(const std::optional<std::string>& key, std::function<void(Shown)> count)
    : hash_(key ? hash_of(*key) : std::string()),
      count_(std::move(count)),
      lines_(kLinesAtOnce, kLinesPerSecond, steady_clock::now()) {}

bool KeyChecks::is_key(std::string_view key) const {
  const std::string presented = hash_of(key);
  return has_key() && sodium_memcmp(presented.data(), hash_.data(), hash_.size()) == 0;
}

Error KeyChecks::wrong(const http::Request& request, Shown shown, Error error) {
  const auto now = steady_clock::now();
  if (count_) count_(shown);
  log(request, shown, error.code, now);
  const std::string network = http::network_of(request.peer.address());
  const auto wait = limiter_.failed(network, now);
  if (!wait) return error;
  return Error::of(
      ErrorKind::resource_exhausted, "too_many_attempts",
      "too many wrong keys from " + network + "; try again in " + std::to_string(wait->count()) + " s",
      {{"retry_after", wait->count()}});
}

void KeyChecks::log(const http::Request& request, Shown shown, const std::string& code,
                    AttemptLimiter::Time now) {
  std::size_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!lines_.take(1, now)) {
      ++unreported_;
      return;
    }
    before = std::exchange(unreported_, 0);
  }
  spdlog::warn(
      "{} from {} port {} (request {}){}", what_was_wrong(shown, code), request.peer.address().to_string(),
      request.peer.port(), request.request_id,
      before == 0 ? std::string() : "; " + std::to_string(before) + " more since the last such line");
}

}  // namespace sas::api
