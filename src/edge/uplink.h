#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "domain/attendance.h"
#include "edge/api_client.h"
#include "edge/outbox.h"

namespace sas::edge {

// Sends event bodies to a server. Used by one thread at a time.
class RecognitionSender {
 public:
  virtual ~RecognitionSender() = default;
  // A result for each body, in order. An error of the whole call means that the server accepted none of them
  // and a retry may work; an error of one event is the server's answer to it.
  [[nodiscard]] virtual Result<std::vector<Result<Decision>>> send(const std::vector<std::string>& bodies,
                                                                   std::stop_token stop) = 0;
};

// POST /api/v1/recognitions, or /batch for several events. Adds the time of sending, from which the server
// computes how far this machine's clock is off.
class HttpRecognitionSender final : public RecognitionSender {
 public:
  // `clock` outlives it.
  HttpRecognitionSender(const ApiClientOptions& options, const Clock& clock)
      : client_(options), clock_(clock) {}
  [[nodiscard]] Result<std::vector<Result<Decision>>> send(const std::vector<std::string>& bodies,
                                                           std::stop_token stop) override;

 private:
  // A refused_for_good() error is about the event, any other is about the server.
  [[nodiscard]] Result<Decision> send_one(const std::string& body, const std::stop_token& stop);
  ApiClient client_;
  const Clock& clock_;
};

// The server will never accept the event. True only for an answer of attendd itself with status 400, 409, 413
// or 422: a 404, or a proxy's answer, says nothing about the event. tests/traces/uplink.json lists the cases.
[[nodiscard]] bool refused_for_good(const Error& error);

// Attendd's answer that the event is later than the server's own time. One of the two clocks is wrong, and with
// time, or once it is set, the event becomes right: it is kept and tried again.
[[nodiscard]] bool waits_for_clock(const Error& error);

struct UplinkOptions {
  std::size_t batch = 32;
  std::chrono::milliseconds first_pause{
      500};  // after a failure; doubles up to longest_pause, with 20 % jitter
  std::chrono::milliseconds longest_pause{30000};
  std::chrono::milliseconds clock_pause{30000};  // before an event that waits for a clock is tried again
};

struct UplinkResult {
  EventId event;
  Result<Decision> decision;  // an error: rejected
};

enum class ServerState { unknown, up, down, key_refused };

struct UplinkStatistics {
  std::array<std::uint64_t, kOutcomes.size()> by_outcome{};  // index: Outcome
  std::uint64_t refused = 0;                                 // moved to the outbox's rejected events
  std::uint64_t failures = 0;                                // failed attempts
  std::size_t ahead = 0;  // events that wait because they are later than the server's time
  ServerState server = ServerState::unknown;
  std::string last_failure;  // empty if the last attempt succeeded

  [[nodiscard]] std::uint64_t delivered() const;
};

// Sends the events of an outbox to the server, oldest first, on its own thread. An event leaves the outbox
// only when the server has answered it. Thread-safe.
class Uplink {
 public:
  // `outbox` and `clock` outlive it.
  Uplink(Outbox& outbox, std::unique_ptr<RecognitionSender> sender, const Clock& clock,
         UplinkOptions options = {});
  ~Uplink();
  Uplink(const Uplink&) = delete;
  Uplink& operator=(const Uplink&) = delete;

  // Call it after an event was put into the outbox.
  void wake();
  // The server's answers since the last call; at most the latest 4,096.
  [[nodiscard]] std::vector<UplinkResult> take_results();
  [[nodiscard]] UplinkStatistics statistics() const;
  // Waits until the outbox is empty, `patience` has passed or `stop` is requested. True: it is empty.
  bool drain(std::chrono::milliseconds patience, const std::stop_token& stop);
  void stop();

 private:
  void run(const std::stop_token& stop);
  // False: the outbox is empty, or a retry is needed later (`failed`).
  bool deliver(const std::stop_token& stop, bool& failed);
  void note_failure(const Error& error);
  // Keeps an event that is later than the server's time for another attempt.
  void postpone(const WaitingEvent& event, const Error& error);
  // The events to leave out of the next attempt.
  [[nodiscard]] std::unordered_set<std::int64_t> postponed();

  Outbox& outbox_;
  std::unique_ptr<RecognitionSender> sender_;  // of the thread
  const Clock& clock_;
  const UplinkOptions options_;
  // Of the thread: by sequence, when to try an event again that waits for a clock.
  std::map<std::int64_t, std::chrono::steady_clock::time_point> postponed_;
  bool told_of_clock_ = false;  // of the thread
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool work_ = true;                   // guarded by mutex_: the outbox may hold something
  bool busy_ = false;                  // guarded by mutex_: an attempt is in progress
  std::vector<UplinkResult> results_;  // guarded by mutex_
  UplinkStatistics statistics_;        // guarded by mutex_
  std::jthread thread_;
};

}  // namespace sas::edge
