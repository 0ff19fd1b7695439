#pragma once
// What happens, told to whoever follows /api/v1/events, here and on other servers.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "api/api.h"
#include "api/metrics.h"
#include "api/views.h"
#include "attendance/attendance_service.h"
#include "relay/event_hub.h"
#include "relay/relay.h"

namespace sas::api {

// {"type":"decision",…}, {"type":"camera",…}, {"type":"lost",…}: EventMessage in openapi.json.
[[nodiscard]] std::string decision_event(const Sighting& sighting, const Decision& decision);
[[nodiscard]] std::string camera_event(const CameraView& camera);
[[nodiscard]] std::string lost_event(std::uint64_t count);

// Takes what other servers should hear as well; empty: there are none.
struct EventShare {
  std::function<bool()> is_wanted;  // somebody listens there: an event is worth making
  std::function<void(const relay::Event&)> send;
};

// Stands between the service and the metrics: every decision goes to both. Thread-safe.
class LiveEvents final : public RecognitionObserver {
 public:
  // All outlive it.
  LiveEvents(Metrics& metrics, relay::EventHub& hub, EventShare share = {})
      : metrics_(metrics), hub_(hub), share_(std::move(share)) {}

  void on_step(std::string_view step, std::chrono::nanoseconds took) override {
    metrics_.on_step(step, took);
  }
  void on_decision(const Sighting& sighting, const Decision& decision) override;

 private:
  Metrics& metrics_;
  relay::EventHub& hub_;
  const EventShare share_;
};

// Tells followers when a camera goes on- or offline or begins or ends to publish. While anybody follows, it
// asks the store every two seconds, so that it hears of what other servers were told; while nobody does,
// nothing is asked. It has a thread of its own.
class CameraWatch {
 public:
  using IsLive = std::function<bool(const std::string& camera)>;
  // All outlive it.
  CameraWatch(AttendanceService& service, relay::EventHub& hub, IsLive is_live);
  ~CameraWatch();
  CameraWatch(const CameraWatch&) = delete;
  CameraWatch& operator=(const CameraWatch&) = delete;

  // Something has changed: looks at once. Thread-safe.
  void poke();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Heard of so lately that it is taken for online.
inline constexpr std::chrono::seconds kOnlineFor{30};
[[nodiscard]] inline bool is_live(const LiveParts& live, const std::string& camera) {
  return live.relay.is_published(camera) || live.is_live_elsewhere(camera);
}
[[nodiscard]] CameraView view_of(Camera camera, bool live, Timestamp now);

}  // namespace sas::api
