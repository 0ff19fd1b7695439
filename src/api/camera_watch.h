#pragma once
// Which cameras are online and live, and who is told when that changes.

#include <chrono>
#include <functional>
#include <memory>

#include "api/api.h"
#include "api/views.h"
#include "attendance/camera_service.h"
#include "base/clock.h"
#include "domain/ids.h"
#include "relay/event_hub.h"
#include "relay/topic.h"

namespace sas::api {

// Tells listeners when a camera goes online or offline, and when it begins or stops publishing. While there are
// listeners it asks the store every two seconds, which also shows what other servers were told; otherwise it asks
// nothing. It has a thread of its own.
class CameraWatch {
 public:
  using IsLive = std::function<bool(const relay::Topic& topic)>;
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
[[nodiscard]] inline bool is_live(const LiveParts& live, const relay::Topic& topic) {
  return live.relay.is_published(topic) || live.is_live_elsewhere(topic);
}
[[nodiscard]] CameraView view_of(Camera camera, bool live, Timestamp now);

}  // namespace sas::api
