#pragma once

#include <vector>

#include "base/task.h"
#include "domain/attendance.h"
#include "domain/caller.h"
#include "domain/coverage.h"

namespace sas {

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
};

}  // namespace sas
