#pragma once

#include <cstddef>
#include <cstdint>

namespace sas::relay {

// What is shared with other servers: counters since the start, and what is there now.
struct SharingStats {
  std::uint64_t frames_sent = 0;
  std::uint64_t frames_dropped = 0;  // a newer one came first, or what carries them was away
  std::uint64_t frames_received = 0;
  std::uint64_t events_sent = 0;
  std::uint64_t events_dropped = 0;
  std::uint64_t events_received = 0;
  std::size_t servers = 0;  // others that were heard of lately
  std::size_t wanted = 0;   // cameras that they have viewers of and do not publish
};

}  // namespace sas::relay
