#include "base/backoff.h"

#include <algorithm>

namespace sas {

Backoff::Backoff(BackoffOptions options, std::uint32_t seed)
    : options_(options), pause_(options.first), random_(seed) {
  options_.longest = std::max(options_.first, options_.longest);
}

std::chrono::milliseconds Backoff::next() {
  const auto pause = pause_;
  pause_ = std::min(2 * pause, options_.longest);
  if (options_.jitter <= 0) return pause;
  std::uniform_real_distribution<double> spread(1 - options_.jitter, 1 + options_.jitter);
  return std::chrono::round<std::chrono::milliseconds>(pause * spread(random_));
}

}  // namespace sas
