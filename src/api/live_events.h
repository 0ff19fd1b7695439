#pragma once
// Tells the followers of /api/v1/events, here and on other servers, what happens.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "api/api.h"
#include "api/metrics.h"
#include "api/views.h"
#include "attendance/camera_service.h"
#include "attendance/recognition_service.h"
#include "base/clock.h"
#include "domain/ids.h"
#include "relay/event_hub.h"
#include "relay/relay.h"

namespace sas::api {

// {"type":"decision",…}, {"type":"camera",…}, {"type":"lost",…}: EventMessage in openapi.json.
[[nodiscard]] std::string decision_event(const Sighting& sighting, const Decision& decision);
[[nodiscard]] std::string camera_event(const CameraView& camera);
[[nodiscard]] std::string lost_event(std::uint64_t count);

// Sends events to other servers; empty: there are none.
struct EventShare {
  std::function<bool()> is_wanted;  // there are followers there, so that an event is worth making
  std::function<void(const relay::Event&)> send;
};

// Stands between the service and the metrics: every decision goes to the metrics and to the followers. Thread-safe.
class LiveEvents final : public attendance::RecognitionMetrics {
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

// Tells followers when a camera goes online or offline, and when it begins or stops publishing. While there are
// followers it asks the store every two seconds, which also shows what other servers were told; otherwise it asks
// nothing. It has a thread of its own.
class CameraWatch {
 public:
  using IsLive = std::function<bool(const std::string& camera)>;
  // Watches the cameras of `organisation`. All outlive it.
  CameraWatch(attendance::CameraService& cameras, const Clock& clock, OrganisationId organisation,
              relay::EventHub& hub, IsLive is_live);
  ~CameraWatch();
  CameraWatch(const CameraWatch&) = delete;
  CameraWatch& operator=(const CameraWatch&) = delete;

  // Something may have changed: looks at once. Thread-safe.
  void poke();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A camera is online while its last event or heartbeat is no older than this.
inline constexpr std::chrono::seconds kOnlineFor{30};
[[nodiscard]] inline bool is_live(const LiveParts& live, const std::string& camera) {
  return live.relay.is_published(camera) || live.is_live_elsewhere(camera);
}
[[nodiscard]] CameraView view_of(Camera camera, bool live, Timestamp now);

}  // namespace sas::api
