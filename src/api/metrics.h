#pragma once
// Counters, gauges and histograms in the form that Prometheus reads.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "api/key_checks.h"
#include "attendance/recognition_service.h"
#include "gallery/gallery.h"
#include "relay/event_hub.h"
#include "relay/relay.h"
#include "relay/sharing_stats.h"

namespace sas::api {

// Thread-safe. Every series that recognitions touch exists from the start, so that counting takes an atomic addition
// or a histogram's own short lock, and no lookup.
class Metrics final : public attendance::RecognitionMetrics {
 public:
  Metrics();
  ~Metrics() override;
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // attendance_step_seconds{step}: "parse", "search", "cooldown", "write"; other steps are not counted.
  void on_step(std::string_view step, std::chrono::nanoseconds took) override;
  // attendance_decisions_total{outcome}
  void on_decision(const Sighting& sighting, const Decision& decision) override;

  // One route's http_requests_total{route,method,status} and http_request_duration_seconds{route,method}.
  class Route {
   public:
    virtual ~Route() = default;
    virtual void observe(unsigned status, std::chrono::nanoseconds took) = 0;
  };
  // Lives as long as this. `pattern` is the label, so that ids in paths make no series.
  [[nodiscard]] Route& route(std::string_view method, std::string_view pattern);
  // A request that the server refused before any route saw it: route and method are "none".
  void on_refusal(unsigned status);

  // authentication_failures_total{shown}
  void on_authentication_failure(Shown shown);

  // gallery_faces, gallery_people, gallery_bytes
  void set_gallery(const GalleryStats& stats);

  // live_frames_total{way}, live_bytes_total, live_publishers, live_viewers, events_total, events_lost_total,
  // events_viewers
  void set_live(const relay::RelayStats& frames, const relay::EventHubStats& events);

  // live_shared_frames_total{way}, live_other_servers; they exist from the first call on
  void set_sharing(const relay::SharingStats& stats);

  // The Prometheus text format 0.0.4.
  [[nodiscard]] std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sas::api
