#pragma once

#include <cstddef>

#include "gallery/memory/kernels.h"

namespace sas::gallery {

// Asks for the cache lines of `bytes` bytes, from one that begins a line, to come to the first-level cache,
// or with kLocality 2 to the second-level one.
// Inlined by force: GCC takes a function that does nothing else for one without effect, and drops its calls.
template <int kLocality = 3>
[[gnu::always_inline]] inline void prefetch(const std::uint8_t* begin, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; at += kCacheLine) __builtin_prefetch(begin + at, 0, kLocality);
}

}  // namespace sas::gallery
