#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "domain/attendance.h"
#include "edge/api_client.h"
#include "edge/outbox.h"

namespace sas::edge {

// Carries event bodies to a server. Used by one thread at a time.
class RecognitionSender {
 public:
  virtual ~RecognitionSender() = default;
  // A result for each body, in order. An error of the whole means that the server took none of them in and
  // that trying again may work; an error of one event is what the server said about it.
  [[nodiscard]] virtual Result<std::vector<Result<Decision>>> send(const std::vector<std::string>& bodies,
                                                                   std::stop_token stop) = 0;
};

// POST /api/v1/recognitions, or /batch when several wait. Says when it sends, so that the server can tell how
// wrong this machine's clock is.
class HttpRecognitionSender final : public RecognitionSender {
 public:
  // `clock` outlives it.
  HttpRecognitionSender(const ApiClientOptions& options, const Clock& clock)
      : client_(options), clock_(clock) {}
  [[nodiscard]] Result<std::vector<Result<Decision>>> send(const std::vector<std::string>& bodies,
                                                           std::stop_token stop) override;

 private:
  // An error that is refused_for_good() is about the event, any other about the server.
  [[nodiscard]] Result<Decision> send_one(const std::string& body, const std::stop_token& stop);
  ApiClient client_;
  const Clock& clock_;
};

// Will the server's answer never change, however often the event is sent? Only an answer that says so in our
// own terms counts: a proxy's 404 says nothing about the event.
[[nodiscard]] bool refused_for_good(const Error& error);

struct UplinkOptions {
  std::size_t batch = 32;
  std::chrono::milliseconds first_pause{
      500};  // after a failure; doubled up to longest_pause, a fifth more or less
  std::chrono::milliseconds longest_pause{30000};
};

struct UplinkResult {
  EventId event;
  Result<Decision> decision;  // the error: refused for good
};

enum class ServerState { unknown, up, down, key_refused };

struct UplinkStatistics {
  std::array<std::uint64_t, 5> by_outcome{};  // index: Outcome
  std::uint64_t refused = 0;                  // for good, moved aside
  std::uint64_t failures = 0;                 // attempts that have to be repeated
  ServerState server = ServerState::unknown;
  std::string last_failure;  // empty when the last attempt worked

  [[nodiscard]] std::uint64_t delivered() const;
};

// Empties an outbox towards the server, oldest first, on its own thread. An event leaves the outbox only when
// the server has answered for it. Thread-safe.
class Uplink {
 public:
  // `outbox` and `clock` outlive it.
  Uplink(Outbox& outbox, std::unique_ptr<RecognitionSender> sender, const Clock& clock,
         UplinkOptions options = {});
  ~Uplink();
  Uplink(const Uplink&) = delete;
  Uplink& operator=(const Uplink&) = delete;

  // Something was put into the outbox.
  void wake();
  // What the server said since the last call; at most the latest 4,096.
  [[nodiscard]] std::vector<UplinkResult> take_results();
  [[nodiscard]] UplinkStatistics statistics() const;
  // Waits until the outbox is empty or `patience` is over or `stop` is requested. True: it is empty.
  bool drain(std::chrono::milliseconds patience, const std::stop_token& stop);
  void stop();

 private:
  void run(const std::stop_token& stop);
  // False: nothing was there, or it has to be tried again later (`failed`).
  bool deliver(const std::stop_token& stop, bool& failed);
  void note_failure(const Error& error);

  Outbox& outbox_;
  std::unique_ptr<RecognitionSender> sender_;  // of the thread
  const Clock& clock_;
  const UplinkOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool work_ = true;                   // guarded by mutex_: the outbox may hold something
  bool busy_ = false;                  // guarded by mutex_: an attempt is under way
  std::vector<UplinkResult> results_;  // guarded by mutex_
  UplinkStatistics statistics_;        // guarded by mutex_
  std::jthread thread_;
};

}  // namespace sas::edge
