#pragma once
// Puts an HTTP server under load and says how long its answers took, each answer checked.

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

// A request as it goes onto the wire. What send_next fills in is used until the answer is there.
struct LoadRequest {
  std::string bytes;
  // Whether an answer of status 2xx with this body is the right one.
  std::function<bool(std::string_view body)> is_right;
};

struct LoadOptions {
  std::size_t connections = 16;
  // Requests that arrive a second, at random times (Poisson) that do not wait for the server: a request that
  // finds no free connection queues, and its latency counts from its arrival (no coordinated omission). 0:
  // closed loop, each connection sends its next request when it has its answer.
  double rate = 0;
  std::chrono::milliseconds warm_up{1000};  // answered, checked, not counted
  std::chrono::milliseconds duration{5000};
  std::size_t most_requests = 0;  // ends early after so many; 0: no limit
  std::uint64_t seed = 1;
};

struct LoadResult {
  std::vector<double> latencies_ms;  // of what was counted, unsorted
  double seconds = 0;                // in which they were answered
  std::size_t right = 0;
  std::size_t wrong = 0;       // status 2xx, but not the answer that was expected
  std::size_t refused = 0;     // any other status
  std::size_t unanswered = 0;  // arrived in the time that counts and had no answer when the run ended
  std::string first_refusal;   // or the first wrong answer; for people

  [[nodiscard]] double per_second() const { return static_cast<double>(latencies_ms.size()) / seconds; }
};

// Runs on the calling thread. `next` makes the request to be sent; it is called once a request, in the order
// in which they are sent. Throws std::runtime_error where the server cannot be reached or a connection
// breaks: a benchmark with lost requests says nothing.
[[nodiscard]] LoadResult put_under_load(const LoadTarget& target, const LoadOptions& options,
                                        const std::function<void(LoadRequest&)>& next);

}  // namespace sas::bench
