#pragma once
// Tells the listeners of /api/v1/events what is decided, here and on other servers.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/views.h"
#include "base/clock.h"
#include "base/task.h"
#include "domain/attendance.h"
#include "domain/ids.h"
#include "relay/event_hub.h"
#include "store/feed.h"

namespace sas::api {

// {"type":"decision",…}, {"type":"camera",…}, {"type":"lost",…}: EventMessage in openapi.json.
[[nodiscard]] std::string decision_event(const SightingRecord& record);
[[nodiscard]] std::string camera_event(const CameraView& camera);
[[nodiscard]] std::string lost_event(std::uint64_t count);

// Follows the store's feed and gives each decision to the listeners of its organisation, once and in commit order. Reads
// nothing while nobody listens. Also erases old entries of the feed, of all organisations. It has a thread of its own:
// commits do not wait for it. Thread-safe.
class LiveEvents {
 public:
  using Listener = relay::EventHub::Listener;

  // All outlive it, and nobody else adds listeners to `hub`.
  LiveEvents(Feed& feed, relay::EventHub& hub, const Clock& clock);
  ~LiveEvents();
  LiveEvents(const LiveEvents&) = delete;
  LiveEvents& operator=(const LiveEvents&) = delete;

  // The listener gets everything of `organisation` that is committed after this has completed, and perhaps what was
  // committed a moment before. Errors: those of Feed::end; those of EventHub::listen.
  [[nodiscard]] Task<Result<std::unique_ptr<Listener>>> listen(OrganisationId organisation,
                                                               std::function<void()> wake);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sas::api
