#pragma once

#include <chrono>

namespace sas {

// Limits a rate and allows bursts: holds up to `capacity` tokens, and `per_second` of them come back each
// second. The caller passes the time, from one monotonic clock; a time before the last one counts as the last
// one. Not thread-safe.
class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Full at `now`. Both numbers are above 0.
  TokenBucket(double capacity, double per_second, Time now)
      : capacity_(capacity), per_second_(per_second), tokens_(capacity), last_(now) {}

  // Takes `amount` if that many are there. False: none was taken.
  [[nodiscard]] bool take(double amount, Time now);
  // Takes `amount` in any case; what is missing is a debt that has to come back first.
  void charge(double amount, Time now);
  // Below 0: a debt.
  [[nodiscard]] double available(Time now) const;
  // A full bucket is as good as a new one, so its owner may drop it.
  [[nodiscard]] bool full(Time now) const { return available(now) >= capacity_; }

 private:
  void refill(Time now);

  double capacity_;
  double per_second_;
  double tokens_;  // at last_
  Time last_;
};

}  // namespace sas
