#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "edge/frame_source.h"

namespace sas::edge {

// Reads a source on a thread of its own, so that decoding and the models run side by side. A live source
// keeps only its latest frame: a slow model sees fewer frames, never old ones. Anything else waits for its
// reader and loses none. A live source that is lost is opened again, with longer and longer pauses, until
// stop() or the end of the program.
class FramePump {
 public:
  using Reopen = std::function<Result<std::unique_ptr<FrameSource>>()>;

  // `reopen` may be empty: then a lost source ends the stream with its error.
  FramePump(std::unique_ptr<FrameSource> source, Reopen reopen, std::chrono::milliseconds first_pause);
  ~FramePump();
  FramePump(const FramePump&) = delete;
  FramePump& operator=(const FramePump&) = delete;

  // What next() had to say. `none_yet` comes only with a live source, when nothing arrived within `patience`.
  enum class State { frame, none_yet, ended };
  [[nodiscard]] State next(Frame& frame, std::chrono::milliseconds patience);
  // Why it ended, when it did not simply come to its end.
  [[nodiscard]] std::optional<Error> failure() const;

  // Ends the reading thread; a blocked read of a stream ends with its time limit.
  void stop();

  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(); }  // frames that nobody had time for
  [[nodiscard]] std::uint64_t reconnects() const { return reconnects_.load(); }
  [[nodiscard]] bool connected() const { return connected_.load(); }

 private:
  void run(const std::stop_token& stop);
  bool reconnect(const std::stop_token& stop);
  void put(Frame frame, const std::stop_token& stop);

  std::unique_ptr<FrameSource> source_;  // of the reading thread once it runs
  const Reopen reopen_;
  const std::chrono::milliseconds first_pause_;
  const bool live_;
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<std::uint64_t> reconnects_{0};
  std::atomic<bool> connected_{true};
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Frame> frames_;      // guarded by mutex_
  bool ended_ = false;            // guarded by mutex_
  std::optional<Error> failure_;  // guarded by mutex_
  std::jthread thread_;           // last: starts when everything else is there
};

}  // namespace sas::edge
