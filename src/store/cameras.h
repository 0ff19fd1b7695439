#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "domain/attendance.h"
#include "domain/caller.h"
#include "domain/coverage.h"

namespace sas {

// What is not set stays as it is.
struct CameraChange {
  std::optional<std::string> name = {};  // empty: it has none
  std::optional<CameraDirection> direction = {};
  std::optional<bool> retired = {};
};

// The known cameras. Thread-safe. Errors: see Store.
class CameraStore {
 public:
  virtual ~CameraStore() = default;

  // Stores the camera's latest report and adds its watched interval to the union of all of them. Creates the
  // camera if it has not sent an event yet. If heartbeats arrive out of order, the one with the later received_at
  // wins. The camera belongs to the caller's organisation. `caller` must outlive the call. Durable when it
  // completes.
  [[nodiscard]] virtual Task<Result<void>> heartbeat(const Caller& caller, Heartbeat heartbeat) = 0;
  // Ordered by id.
  [[nodiscard]] virtual Task<Result<std::vector<Camera>>> cameras(OrganisationId organisation) = 0;
  // Returns the changed camera. A camera that is retired again keeps its first retired_at. not_found "camera_not_found".
  [[nodiscard]] virtual Task<Result<Camera>> update_camera(const Caller& caller, CameraId camera,
                                                           CameraChange change, Timestamp now) = 0;
  // Forgets a camera with its coverage, as if its name had never been heard. not_found; conflict "camera_has_events": it
  // has sent events, which the log keeps.
  [[nodiscard]] virtual Task<Result<void>> remove_camera(const Caller& caller, CameraId camera) = 0;
};

}  // namespace sas
