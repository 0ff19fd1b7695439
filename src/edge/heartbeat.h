#pragma once
// Tells the server every few seconds that a camera is there and what it has watched, so that nobody is called
// absent for a time in which nobody looked.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/clock.h"
#include "domain/coverage.h"
#include "edge/api_client.h"
#include "edge/camera_observer.h"

namespace sas::edge {

// When a camera delivered frames, as far as the server has not confirmed it. Used by one thread at a time.
class WatchLog {
 public:
  // A gap longer than this between two frames was not watched.
  explicit WatchLog(std::chrono::microseconds longest_gap = std::chrono::seconds(5))
      : longest_gap_(longest_gap) {}

  // `repeated`: exactly the picture before it. Such a time counts as watched only once another picture follows,
  // since a frozen camera watches nobody.
  void on_frame(Timestamp at, bool repeated = false);
  // The source is lost or frozen: what was repeated until now was not watched.
  void on_loss() { held_until_.reset(); }
  // What the server should hear next, oldest first; none: nothing new.
  [[nodiscard]] std::optional<Interval> unconfirmed() const;
  // The server has kept `told`, which unconfirmed() gave.
  void confirm(const Interval& told);

 private:
  // More than this are joined, oldest first, by forgetting the older of two: it is better to have said too
  // little than to claim a time that nobody watched.
  static constexpr std::size_t kMost = 1000;
  const std::chrono::microseconds longest_gap_;
  std::deque<Interval> intervals_;       // apart from each other, the last may grow
  std::optional<Timestamp> held_until_;  // repeated pictures since the last interval's end came until then
};

class HeartbeatSender {
 public:
  virtual ~HeartbeatSender() = default;
  [[nodiscard]] virtual Result<void> send(const Heartbeat& heartbeat, std::stop_token stop) = 0;
};

// POST /api/v1/cameras/{camera_id}/heartbeat
class HttpHeartbeatSender final : public HeartbeatSender {
 public:
  explicit HttpHeartbeatSender(const ApiClientOptions& options) : client_(options) {}
  [[nodiscard]] Result<void> send(const Heartbeat& heartbeat, std::stop_token stop) override;

 private:
  ApiClient client_;
};

struct HeartbeatOptions {
  std::chrono::milliseconds every{10'000};
  std::string software = {};
  std::string model = {};
};

// For all cameras of a process, with one thread. What the server could not be told is kept in memory and told
// later with its times; a process that ends without a server takes it with it. Thread-safe.
class HeartbeatReporter final : public CameraObserver {
 public:
  // `clock` outlives it.
  HeartbeatReporter(std::unique_ptr<HeartbeatSender> sender, const Clock& clock, HeartbeatOptions options);
  ~HeartbeatReporter() override;  // tells what is new a last time, if the server answers at once
  HeartbeatReporter(const HeartbeatReporter&) = delete;
  HeartbeatReporter& operator=(const HeartbeatReporter&) = delete;

  void on_frame(const Frame& frame, const std::vector<FaceLabel>& labels, const CameraState& state) override;
  void on_quiet(const CameraState& state) override;

 private:
  struct OfCamera {
    WatchLog watched;
    CameraState state;
  };
  void run(const std::stop_token& stop);
  // False: the server does not answer.
  bool report(const std::string& camera, const std::stop_token& stop);
  void report_all(const std::stop_token& stop);

  const std::unique_ptr<HeartbeatSender> sender_;  // of the thread
  const Clock& clock_;
  const HeartbeatOptions options_;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::map<std::string, OfCamera> cameras_;  // guarded by mutex_
  bool told_ = true;                         // of the thread: the log says once that the server does not hear
  std::jthread thread_;
};

}  // namespace sas::edge
