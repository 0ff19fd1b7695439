#pragma once

#include <chrono>

#include <time.h>

namespace sas::bench {

inline double wall_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// CPU time of this thread.
inline double cpu_ms() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

template <class Work>
double seconds_of(const Work& work) {
  const double start = wall_ms();
  work();
  return (wall_ms() - start) / 1e3;
}

}  // namespace sas::bench
