#include "base/token_bucket.h"

#include <algorithm>

namespace sas {

double TokenBucket::available(Time now) const {
  const double seconds = std::chrono::duration<double>(std::max(now, last_) - last_).count();
  return std::min(capacity_, tokens_ + seconds * per_second_);
}

void TokenBucket::refill(Time now) {
  tokens_ = available(now);
  last_ = std::max(now, last_);
}

bool TokenBucket::take(double amount, Time now) {
  refill(now);
  if (tokens_ < amount) return false;
  tokens_ -= amount;
  return true;
}

void TokenBucket::charge(double amount, Time now) {
  refill(now);
  tokens_ -= amount;
}

}  // namespace sas
