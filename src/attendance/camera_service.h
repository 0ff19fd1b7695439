#pragma once
// Cameras: what they say of themselves, and which there are.

#include <chrono>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "domain/caller.h"
#include "store/cameras.h"

namespace sas::attendance {

// Thread-safe. Dependencies outlive it; a caller outlives its call.
class CameraService {
 public:
  // A heartbeat that lies further ahead than `future_tolerance` is refused.
  CameraService(CameraStore& cameras, const Clock& clock, std::chrono::seconds future_tolerance);

  // In the order of their ids.
  [[nodiscard]] Task<Result<std::vector<Camera>>> cameras(const Caller& caller);
  // Keeps it with the time of now, whatever `heartbeat.received_at` says. invalid_argument "invalid_watch": it ends
  // before it begins, is longer than 400 days, or lies further ahead than `future_tolerance`.
  [[nodiscard]] Task<Result<void>> heartbeat(const Caller& caller, Heartbeat heartbeat);

 private:
  CameraStore& cameras_;
  const Clock& clock_;
  const std::chrono::seconds future_tolerance_;
};

}  // namespace sas::attendance
