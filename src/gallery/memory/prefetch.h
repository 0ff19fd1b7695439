#pragma once

#include <cstddef>

#include "gallery/memory/kernels.h"

namespace sas::gallery {

// Prefetches the cache lines of `bytes` bytes, from the start of a line, into the L1 cache, or into L2 with
// kLocality 2. Always inlined: GCC treats a function that does nothing else as free of effects and drops
// calls to it.
template <int kLocality = 3>
[[gnu::always_inline]] inline void prefetch(const std::uint8_t* begin, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; at += kCacheLine) __builtin_prefetch(begin + at, 0, kLocality);
}

}  // namespace sas::gallery
