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
  // Before a lost source is opened again; doubled each time up to `longest_pause`. A source that has
  // delivered for `settled_after` starts at the beginning again.
  std::chrono::milliseconds first_pause{1000};
  std::chrono::milliseconds longest_pause{30000};
  std::chrono::milliseconds settled_after{10000};
  // A read that takes longer hangs: its thread is left behind and the source opened anew. Above the source's
  // own time limits, so that these speak first.
  std::chrono::milliseconds read_limit{7000};
  std::chrono::milliseconds open_limit{20000};
  // Threads that may hang in reads at one time; with so many, the source is not opened again until one of
  // them comes back.
  std::size_t most_abandoned = 3;
};

// Reads a source on a thread of its own, so that decoding and the models run side by side. A live source
// keeps only its latest frame: a slow model sees fewer frames, never old ones. Anything else waits for its
// reader and loses none. A live source that is lost, hangs or delivers only undecoded pictures is opened
// again, with longer and longer pauses, until stop() or the end of the program.
//
// A call into a driver or decoder that never returns cannot be ended, only left: what `reopen` and the
// sources refer to must live as long as abandoned() is not 0, at worst until the process ends.
class FramePump {
 public:
  using Reopen = std::function<Result<std::unique_ptr<FrameSource>>()>;

  // `reopen` may be empty: then a lost source ends the stream with its error. `source` may be none where
  // `reopen` is given: a live source that is not there yet.
  FramePump(std::unique_ptr<FrameSource> source, Reopen reopen, const PumpOptions& options);
  ~FramePump();
  FramePump(const FramePump&) = delete;
  FramePump& operator=(const FramePump&) = delete;

  // What next() had to say. `none_yet` comes only with a live source, when nothing arrived within `patience`.
  enum class State { frame, none_yet, ended };
  [[nodiscard]] State next(Frame& frame, std::chrono::milliseconds patience);
  // Why it ended, when it did not simply come to its end.
  [[nodiscard]] std::optional<Error> failure() const;

  // Ends the reading thread, or leaves it behind when it hangs for more than a second.
  void stop();

  [[nodiscard]] std::uint64_t dropped() const;     // frames that nobody had time for
  [[nodiscard]] std::uint64_t undecoded() const;   // pictures that were the decoder's grey
  [[nodiscard]] std::uint64_t reconnects() const;  // times it delivered again after it was lost
  [[nodiscard]] bool connected() const;
  [[nodiscard]] std::size_t abandoned() const;  // threads that hang in a read

 private:
  struct Shared;
  void supervise(const std::stop_token& stop);
  void start_reader(std::unique_ptr<FrameSource> source);
  // None: the end was asked for. Otherwise what became of the reader.
  [[nodiscard]] bool await_reader(const std::stop_token& stop, std::optional<Error>& error);
  void leave_reader();
  [[nodiscard]] bool pause(const std::stop_token& stop, std::chrono::milliseconds time);
  void end(std::optional<Error> failure);

  const Reopen reopen_;
  const PumpOptions options_;
  std::unique_ptr<FrameSource> first_;  // until the supervisor takes it
  std::shared_ptr<Shared> shared_;      // with readers that were left behind
  std::thread reader_;                  // of the supervisor
  std::jthread supervisor_;             // last: starts when everything else is there
};

}  // namespace sas::edge
