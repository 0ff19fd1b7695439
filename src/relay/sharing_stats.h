#pragma once

#include <cstddef>
#include <cstdint>

namespace sas::relay {

// Frames shared with other servers: counters since the start, and current numbers.
struct SharingStats {
  std::uint64_t frames_sent = 0;
  std::uint64_t frames_dropped = 0;  // replaced by a newer frame, or Redis was unreachable
  std::uint64_t frames_received = 0;
  std::size_t servers = 0;  // others that announced themselves recently
  std::size_t wanted = 0;   // cameras the others view but do not publish
};

}  // namespace sas::relay
