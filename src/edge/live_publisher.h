#pragma once
// Shows a camera live on the server: what its window shows, as JPEG over a WebSocket.

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
  int longest_side = 960;         // larger pictures are scaled down
  int jpeg_quality = 75;
  std::chrono::milliseconds longest_pause{10'000};  // between two attempts to connect
};

// Has a connection and a thread for each camera. The camera's own thread only copies a picture, once the last
// one has been sent. Pictures that arrive too fast, or while the server is down, are dropped. Thread-safe.
class LivePublisher final : public CameraObserver {
 public:
  // invalid_argument: the address is not an http:// or https:// URL.
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
  std::map<std::string, std::unique_ptr<Channel>> channels_;  // never changes after create()
};

// The caption of a live picture: the camera and what is wrong with it.
[[nodiscard]] std::string live_caption(const CameraState& state);

}  // namespace sas::edge
