#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "edge/frame_source.h"

namespace sas::edge {

struct PumpOptions {
  // Pause before a lost source is opened again; it doubles up to `longest_pause`. A source that has delivered
  // for `settled_after` starts with the first pause again.
  std::chrono::milliseconds first_pause{1000};
  std::chrono::milliseconds longest_pause{30000};
  std::chrono::milliseconds settled_after{10000};
  // A read that takes longer hangs: abandon its thread and open the source again. Longer than the source's
  // own time limits, so that those are reported first.
  std::chrono::milliseconds read_limit{7000};
  std::chrono::milliseconds open_limit{20000};
  // Limit of threads that hang in a read. At the limit the source is not opened again until one of them
  // returns.
  std::size_t most_abandoned = 3;
  // A live source that gives exactly the same picture for this long is frozen: every camera's pictures have
  // noise. Open it again. 0: never, for a source that shows still pictures.
  std::chrono::milliseconds frozen_after{60000};
};

// Reads a source on its own thread, so that decoding and the models run in parallel. Of a live source it
// keeps only the latest frame: a slow model sees fewer frames, never old ones. Any other source waits for its
// reader and loses no frame. A live source that is lost, hangs, is frozen or delivers only undecoded pictures is
// opened again, with growing pauses, until stop() or the end of the program. A frozen one is not connected
// before it shows another picture.
//
// A call into a driver or decoder that never returns cannot be ended, only abandoned. What `reopen` and the
// sources refer to must live as long as abandoned() is not 0, at worst until the process ends.
class FramePump {
 public:
  using Reopen = std::function<Result<std::unique_ptr<FrameSource>>()>;

  // Without `reopen` a lost source ends the stream with its error. With it, `source` may be null: a live
  // source that is not available yet.
  FramePump(std::unique_ptr<FrameSource> source, Reopen reopen, const PumpOptions& options);
  ~FramePump();
  FramePump(const FramePump&) = delete;
  FramePump& operator=(const FramePump&) = delete;

  // The result of next(). `none_yet`: nothing arrived from a live source within `patience`.
  enum class State { frame, none_yet, ended };
  [[nodiscard]] State next(Frame& frame, std::chrono::milliseconds patience);
  // Why the source failed; none: it simply ended.
  [[nodiscard]] std::optional<Error> failure() const;

  // Ends the reading thread, or abandons it if it hangs for more than a second.
  void stop();

  [[nodiscard]] std::uint64_t dropped() const;     // frames skipped because the reader was slow
  [[nodiscard]] std::uint64_t undecoded() const;   // pictures that were only the decoder's grey
  [[nodiscard]] std::uint64_t reconnects() const;  // times the source was lost and came back
  [[nodiscard]] bool connected() const;
  [[nodiscard]] std::size_t abandoned() const;  // threads that hang in a read

 private:
  struct Shared;
  void supervise(const std::stop_token& stop);
  void start_reader(std::unique_ptr<FrameSource> source);
  // False: the end was requested. Otherwise `error` says how the reader ended; none: the source is at its
  // end.
  [[nodiscard]] bool await_reader(const std::stop_token& stop, std::optional<Error>& error);
  void leave_reader();
  [[nodiscard]] bool pause(const std::stop_token& stop, std::chrono::milliseconds time);
  void end(std::optional<Error> failure);

  const Reopen reopen_;
  const PumpOptions options_;
  std::unique_ptr<FrameSource> first_;  // until the supervisor takes it
  std::shared_ptr<Shared> shared_;      // shared with abandoned readers
  std::thread reader_;                  // of the supervisor
  std::jthread supervisor_;             // last: it uses all of the above
};

}  // namespace sas::edge
