#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace sas {

struct BackoffOptions {
  std::chrono::milliseconds first{0};  // the first pause
  std::chrono::milliseconds longest{
      0};             // no pause is longer, jitter aside; below `first`: every pause is `first`
  double jitter = 0;  // 0..1: each pause is up to this share shorter or longer
};

// The pauses between attempts at something that fails: each is twice as long as the one before it. It does
// not wait and reads no clock. Not thread-safe.
class Backoff {
 public:
  explicit Backoff(BackoffOptions options, std::uint32_t seed = std::random_device{}());

  // How long to wait before the next attempt.
  [[nodiscard]] std::chrono::milliseconds next();
  // An attempt succeeded: the next pause is the first one again.
  void reset() { pause_ = options_.first; }

 private:
  BackoffOptions options_;
  std::chrono::milliseconds pause_;
  std::minstd_rand random_;
};

}  // namespace sas
