#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "domain/attendance.h"
#include "domain/caller.h"
#include "store/feed.h"
#include "store/fingerprint.h"
#include "store/postgres/client.h"

namespace sas::store::postgres {

struct RecorderOptions {
  // Maximum number of waiting records; beyond it, resource_exhausted "store_busy".
  std::size_t queue = 8192;
  std::size_t group_size = 256;  // maximum number of records per transaction
  std::size_t lanes = 2;         // concurrent transactions
  std::chrono::microseconds live_within{std::chrono::seconds{60}};  // see SqliteOptions
};

// Records decisions. Waiting requests share one transaction, and so one round trip and one fsync; the next group
// collects meanwhile. If the connection is lost, the group is sent again: event ids make that harmless. Thread-safe.
class Recorder {
 public:
  // Both must outlive it. `signal` is notified after every written group.
  Recorder(Pool& pool, RecorderOptions options, FeedSignal& signal);
  // Completes all queued requests.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // As LogStore::record, on behalf of `subject`.
  [[nodiscard]] Task<Result<Decision>> record(Subject subject, Sighting sighting, Decision proposed,
                                              std::chrono::seconds window);

 private:
  struct Request {
    Subject subject;
    Sighting sighting;
    Decision proposed;
    std::chrono::seconds window{0};
    std::function<void(Result<Decision>)> finish;
  };
  using Group = std::vector<std::unique_ptr<Request>>;
  using Outcomes = std::vector<Result<Decision>>;

  void submit(std::unique_ptr<Request> request);
  [[nodiscard]] Group next_group();
  [[nodiscard]] Task<void> lane();
  void say_drained();
  [[nodiscard]] Task<Result<Outcomes>> write(const Group& group);
  [[nodiscard]] Task<Result<void>> read_key(Connection& connection);
  [[nodiscard]] Task<Result<Outcomes>> write_on(Connection& connection, const Group& group);

  Pool& pool_;
  const RecorderOptions options_;
  FeedSignal& signal_;
  // Used only by the pool's thread:
  std::deque<std::unique_ptr<Request>> queue_;
  std::size_t busy_lanes_ = 0;
  std::optional<FingerprintKey> key_;  // read before the first group
  std::optional<std::promise<void>> drained_;
};

}  // namespace sas::store::postgres
