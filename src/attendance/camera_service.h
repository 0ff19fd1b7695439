#pragma once
// Lists cameras and accepts their heartbeats.

#include <chrono>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "domain/caller.h"
#include "store/cameras.h"

namespace sas::attendance {

// Thread-safe. Dependencies must outlive it; a caller must outlive its call.
class CameraService {
 public:
  // Rejects a heartbeat that is further in the future than `future_tolerance`.
  CameraService(CameraStore& cameras, const Clock& clock, std::chrono::seconds future_tolerance);

  // Ordered by id.
  [[nodiscard]] Task<Result<std::vector<Camera>>> cameras(const Caller& caller);
  // Stores the heartbeat with the current time; ignores `heartbeat.received_at`. invalid_argument "invalid_watch": the
  // watched interval ends before it begins, is longer than 400 days, or is further in the future than
  // `future_tolerance`.
  [[nodiscard]] Task<Result<void>> heartbeat(const Caller& caller, Heartbeat heartbeat);
  // Returns the changed camera. invalid_argument "invalid_name"; not_found "camera_not_found".
  [[nodiscard]] Task<Result<Camera>> update_camera(const Caller& caller, CameraId camera,
                                                   CameraChange change);
  // See CameraStore::remove_camera.
  [[nodiscard]] Task<Result<void>> remove_camera(const Caller& caller, CameraId camera);

 private:
  CameraStore& cameras_;
  const Clock& clock_;
  const std::chrono::seconds future_tolerance_;
};

}  // namespace sas::attendance
