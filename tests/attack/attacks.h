#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace sas::attack {

inline constexpr const char* kKey = "a-key-for-the-attack-only";  // of the server that is attacked

struct MutateOptions {
  std::size_t count = 240'000;
  std::uint64_t seed = 20261128;
  unsigned threads = 4;
  std::optional<std::size_t> only;  // this request alone
};

struct KillOptions {
  int count = 200;
  std::uint64_t seed = 20261128;
};

struct LockoutOptions {
  int seconds = 30;
  int idle_connections = 4000;
  double p99_ms = 50;      // 0: not judged, where others use the machine too
  double memory_mb = 128;  // growth
};

// Each starts a server, attacks it and prints what happened. True: it held. Throws std::exception if the attack itself
// cannot be made.
[[nodiscard]] bool mutate(const MutateOptions& options);
[[nodiscard]] bool kill(const KillOptions& options);
[[nodiscard]] bool lockout(const LockoutOptions& options);

}  // namespace sas::attack
