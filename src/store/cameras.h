#pragma once

#include <vector>

#include "base/task.h"
#include "domain/attendance.h"
#include "domain/caller.h"
#include "domain/coverage.h"

namespace sas {

// What is known of cameras. Thread-safe. Errors: those of Store.
class CameraStore {
 public:
  virtual ~CameraStore() = default;

  // Keeps what a camera last said, and the union of the times it has watched. A camera that sent no event is
  // known from then on. Of two that arrive out of order the later received_at stands. The camera is the caller's
  // organisation's; the caller outlives the call. Durable when it completes.
  [[nodiscard]] virtual Task<Result<void>> heartbeat(const Caller& caller, Heartbeat heartbeat) = 0;
  // In the order of their ids.
  [[nodiscard]] virtual Task<Result<std::vector<Camera>>> cameras(OrganisationId organisation) = 0;
};

}  // namespace sas
