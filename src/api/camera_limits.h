#pragma once
// What the cameras of one key may do: how many names they can invent, and how fast each may ask who somebody is.

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "attendance/camera_service.h"
#include "base/task.h"
#include "base/token_bucket.h"
#include "domain/caller.h"

namespace sas::api {

struct CameraLimitOptions {
  std::size_t cameras = 1000;          // of one organisation
  double sightings_per_second = 1000;  // of one camera on average; a minute's worth at once
};

// Thread-safe.
class CameraLimits {
 public:
  // `cameras` outlives it.
  CameraLimits(CameraLimitOptions options, attendance::CameraService& cameras)
      : options_(options), cameras_(cameras) {}

  // permission_denied "forbidden": the caller may not act as this camera (require_camera).
  // resource_exhausted "too_many_cameras": the camera is new, and there are as many as may be. Another server may admit a
  // few more at the same moment. Errors: see CameraService::cameras.
  [[nodiscard]] Task<Result<void>> admit(const Caller& caller, CameraId camera);
  // As admit(), and resource_exhausted "camera_too_fast", with details.retry_after in seconds.
  [[nodiscard]] Task<Result<void>> admit_sighting(const Caller& caller, CameraId camera);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Known {
    std::set<std::string> cameras;
    Time read{};  // from the store
    bool was_read = false;
  };
  enum class Verdict { known, fits, full, ask };
  [[nodiscard]] Verdict judge(OrganisationId organisation, const CameraId& camera, Time now);
  [[nodiscard]] Error too_many() const;

  const CameraLimitOptions options_;
  attendance::CameraService& cameras_;
  std::mutex mutex_;
  std::map<OrganisationId, Known> known_;  // guarded by mutex_
  std::map<std::pair<OrganisationId, std::string>, TokenBucket>
      buckets_;  // guarded by mutex_; of known cameras
};

}  // namespace sas::api
