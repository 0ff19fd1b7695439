#pragma once
// Shows a camera's pictures live: what its window shows, as JPEG over a WebSocket to the server.

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <opencv2/core.hpp>

#include "edge/api_client.h"
#include "edge/camera_observer.h"

namespace sas::edge {

struct LivePublisherOptions {
  ApiClientOptions server;
  double frames_per_second = 15;  // at most
  int longest_side = 960;         // larger pictures are made smaller
  int jpeg_quality = 75;
  std::chrono::milliseconds longest_pause{10'000};  // between two attempts to connect
};

// A connection and a thread for each camera. The camera's own thread only copies a picture when the last one
// has gone: what comes too fast, or while the server is away, is dropped. Thread-safe.
class LivePublisher final : public CameraObserver {
 public:
  // invalid_argument: an address that is no http:// or https:// URL.
  [[nodiscard]] static Result<std::unique_ptr<LivePublisher>> create(LivePublisherOptions options,
                                                                     const std::vector<CameraId>& cameras);
  ~LivePublisher() override;
  LivePublisher(const LivePublisher&) = delete;
  LivePublisher& operator=(const LivePublisher&) = delete;

  void on_frame(const Frame& frame, const std::vector<FaceLabel>& labels, const CameraState& state) override;

  // Over all cameras.
  [[nodiscard]] std::uint64_t published() const;

 private:
  class Channel;
  explicit LivePublisher(LivePublisherOptions options);
  const LivePublisherOptions options_;
  std::map<std::string, std::unique_ptr<Channel>> channels_;  // not changed once it is made
};

// What a live picture says above the faces: the camera and what is wrong with it.
[[nodiscard]] std::string live_caption(const CameraState& state);

}  // namespace sas::edge
