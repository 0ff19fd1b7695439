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
#include "postgres/pool.h"
#include "store/feed.h"

namespace sas::postgres {

struct RecorderOptions {
  std::size_t queue = 8192;      // records that wait; one more is resource_exhausted "store_busy"
  std::size_t group_size = 256;  // the most that share a transaction
  std::size_t lanes = 2;         // transactions at once
  std::chrono::microseconds live_within{std::chrono::seconds{60}};  // as SqliteOptions says
};

// Writes decisions down. What waits together shares one transaction, and so a round trip and a wait for the
// disk; while a group is on its way the next one gathers. A record that was cut off is sent again by itself:
// the event's id makes that harmless. Thread-safe.
class Recorder {
 public:
  // Both outlive it. `signal`: told after every group that was written.
  Recorder(Pool& pool, RecorderOptions options, FeedSignal& signal);
  // Finishes what is queued.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // As LogStore::record.
  // `subject`: on whose behalf.
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
  [[nodiscard]] Task<Result<Outcomes>> write_on(Connection& connection, const Group& group) const;

  Pool& pool_;
  const RecorderOptions options_;
  FeedSignal& signal_;
  // The rest belongs to the pool's thread.
  std::deque<std::unique_ptr<Request>> queue_;
  std::size_t busy_lanes_ = 0;
  std::optional<std::promise<void>> drained_;
};

}  // namespace sas::postgres
