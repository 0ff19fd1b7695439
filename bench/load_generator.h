#pragma once
// Puts an HTTP server under load and measures the latency of its answers; checks every answer.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sas::bench {

struct LoadTarget {
  std::string host;  // an IP address
  std::uint16_t port = 0;
};

// An encoded request. What send_next sets is used until the answer has arrived.
struct LoadRequest {
  std::string bytes;
  // Whether a 2xx answer with this body is correct.
  std::function<bool(std::string_view body)> is_right;
};

struct LoadOptions {
  std::size_t connections = 16;
  // Requests per second, arriving at random times (Poisson) independent of the server: a request that finds
  // no free connection queues, and its latency counts from its arrival (no coordinated omission). 0: closed
  // loop; each connection sends its next request when it has its answer.
  double rate = 0;
  std::chrono::milliseconds warm_up{1000};  // answered and checked, but not counted
  std::chrono::milliseconds duration{5000};
  std::size_t most_requests = 0;  // stop after this many; 0: no limit
  std::uint64_t seed = 1;
};

struct LoadResult {
  std::vector<double> latencies_ms;  // of the counted requests, unsorted
  double seconds = 0;                // in which they were answered
  std::size_t right = 0;
  std::size_t wrong = 0;       // status 2xx, but not the expected answer
  std::size_t refused = 0;     // any other status
  std::size_t unanswered = 0;  // arrived in the counted period without an answer at the end of the run
  std::string first_refusal;   // or the first wrong answer; for display

  [[nodiscard]] double per_second() const { return static_cast<double>(latencies_ms.size()) / seconds; }
};

// Runs on the calling thread. `next` creates each request; it is called once per request, in sending order.
// Throws std::runtime_error if the server cannot be reached or a connection breaks: a benchmark with lost
// requests is meaningless.
[[nodiscard]] LoadResult put_under_load(const LoadTarget& target, const LoadOptions& options,
                                        const std::function<void(LoadRequest&)>& next);

}  // namespace sas::bench
