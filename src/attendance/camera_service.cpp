#include "attendance/camera_service.h"

#include <string>
#include <utility>

#include "attendance/analytics.h"

namespace sas::attendance {

CameraService::CameraService(CameraStore& cameras, const Clock& clock, std::chrono::seconds future_tolerance)
    : cameras_(cameras), clock_(clock), future_tolerance_(future_tolerance) {}

Task<Result<std::vector<Camera>>> CameraService::cameras(const Caller& caller) {
  co_return co_await cameras_.cameras(caller.organisation);
}

Task<Result<void>> CameraService::heartbeat(const Caller& caller, Heartbeat heartbeat) {
  heartbeat.received_at = clock_.now();
  if (heartbeat.watched) {
    const auto refuse = [](std::string why) {
      return Error::of(ErrorKind::invalid_argument, "invalid_watch", std::move(why));
    };
    const Interval& watched = *heartbeat.watched;
    if (watched.to < watched.from) co_return refuse("watching_to is before watching_from");
    if (watched.to - watched.from > kLongestAnalytics)
      co_return refuse("watching_from and watching_to are more than 400 days apart");
    if (watched.to > heartbeat.received_at + future_tolerance_)
      co_return refuse("watching_to is in the future: the edge's clock is wrong; set it with NTP");
  }
  co_return co_await cameras_.heartbeat(caller, std::move(heartbeat));
}

}  // namespace sas::attendance
