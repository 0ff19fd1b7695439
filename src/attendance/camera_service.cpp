#include "attendance/camera_service.h"

#include <string>
#include <utility>

#include "attendance/analytics.h"
#include "base/labels.h"

namespace sas::attendance {
namespace {

constexpr std::size_t kMaxCameraName = 200;

}  // namespace

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

Task<Result<Camera>> CameraService::update_camera(const Caller& caller, CameraId camera,
                                                  CameraChange change) {
  if (change.name && !change.name->empty()) {
    auto name = normalised_label(*change.name, kMaxCameraName);
    if (!name)
      co_return Error::of(ErrorKind::invalid_argument, "invalid_name", "name " + label_rule(kMaxCameraName));
    change.name = std::move(*name);
  }
  co_return co_await cameras_.update_camera(caller, std::move(camera), std::move(change), clock_.now());
}

Task<Result<void>> CameraService::remove_camera(const Caller& caller, CameraId camera) {
  co_return co_await cameras_.remove_camera(caller, std::move(camera));
}

}  // namespace sas::attendance
