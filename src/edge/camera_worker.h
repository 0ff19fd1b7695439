#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "edge/api_client.h"
#include "edge/camera_lock.h"
#include "edge/camera_observer.h"
#include "edge/challenge.h"
#include "edge/frame_pump.h"
#include "edge/outbox.h"
#include "edge/picture.h"
#include "edge/pipeline.h"
#include "edge/uplink.h"
#include "vision/face_engine.h"

namespace sas::edge {

// One camera as the operator describes it.
struct CameraSpec {
  CameraId id;
  std::string source = "0";
  View view;
  LivenessMode liveness = LivenessMode::passive;
};

struct WorkerOptions {
  std::filesystem::path data_dir;
  ApiClientOptions server;
  bool retry_refused = false;  // send again what the server rejected in earlier runs
  // If a live source is missing at the start, wait for it instead of failing.
  bool wait_for_source = false;
  std::chrono::milliseconds frozen_after = PumpOptions{}.frozen_after;
};

// The summary of one camera's run.
struct CameraReport {
  CameraId camera;
  std::string source;
  double seconds = 0;
  std::chrono::nanoseconds waited_for_frames{0};
  PipelineStatistics pipeline;
  UplinkStatistics uplink;
  std::uint64_t dropped = 0;
  std::uint64_t undecoded = 0;
  std::uint64_t reconnects = 0;
  std::size_t hanging = 0;   // threads that hang while they read the source; see FramePump
  std::size_t waiting = 0;   // in the outbox
  std::size_t rejected = 0;  // likewise, from earlier runs too
  std::filesystem::path outbox;
  std::optional<Error> failure;  // why the source failed; none: it simply ended

  [[nodiscard]] double share(std::chrono::nanoseconds part) const;
  [[nodiscard]] double frames_per_second() const;
};

// Runs one camera on a thread of its own: source, pipeline, outbox and uplink. Several of them share one
// engine. Thread-safe.
class CameraWorker {
 public:
  // Finds every problem: with the source, the outbox, or another process that runs the same camera. Starts to
  // read frames; start() starts to process them. `engine`, `clock` and the observers outlive it; the clock
  // also outlives hanging reads (see FramePump).
  [[nodiscard]] static Result<std::unique_ptr<CameraWorker>> open(const CameraSpec& spec,
                                                                  const vision::FaceEngine& engine,
                                                                  const Clock& clock,
                                                                  const WorkerOptions& options,
                                                                  std::vector<CameraObserver*> observers);
  ~CameraWorker();
  CameraWorker(const CameraWorker&) = delete;
  CameraWorker& operator=(const CameraWorker&) = delete;

  void start();
  void stop();  // requests the end and returns at once
  // The source ended, or stop() took effect.
  [[nodiscard]] bool done() const { return done_.load(); }
  [[nodiscard]] CameraState state() const;
  // Ends the run, and waits until `deadline` for the server to accept what is still in the outbox. Call it
  // once, after start().
  [[nodiscard]] CameraReport conclude(std::chrono::steady_clock::time_point deadline);

 private:
  CameraWorker(const CameraSpec& spec, const vision::FaceEngine& engine, const Clock& clock, CameraLock lock,
               std::unique_ptr<Outbox> outbox, std::unique_ptr<FrameSource> source,
               const WorkerOptions& options, std::vector<CameraObserver*> observers);
  void run(const std::stop_token& stop);
  void watch(const std::stop_token& stop);
  void take_answers();

  const CameraSpec spec_;
  const std::string description_;
  const bool live_;
  const CameraLock lock_;
  const std::vector<CameraObserver*> observers_;
  std::unique_ptr<Outbox> outbox_;
  Uplink uplink_;
  CameraPipeline pipeline_;  // of the thread while it runs
  FramePump pump_;
  std::chrono::nanoseconds waited_for_frames_{0};  // of the thread, like the next
  double seconds_ = 0;
  std::optional<Error> broken_;  // likewise: a model that failed
  std::atomic<double> speed_{0};
  std::atomic<std::uint64_t> frames_{0};
  std::atomic<std::uint64_t> events_{0};
  std::atomic<bool> done_{false};
  std::jthread thread_;
};

}  // namespace sas::edge
