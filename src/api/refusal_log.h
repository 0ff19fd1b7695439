#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/task.h"
#include "base/token_bucket.h"
#include "domain/caller.h"
#include "store/audit.h"

namespace sas::api {

// Notes in the audit log that a caller lacked a right. A caller that goes on asking adds a row every ten seconds, with the
// number of refusals that are not in the log. Thread-safe.
class RefusalLog {
 public:
  // Both outlive it.
  RefusalLog(AuditStore& audit, const Clock& clock) : audit_(audit), clock_(clock) {}

  // `route`: its verb and pattern, such as "DELETE /api/v1/persons/{person_id}". A failure is only logged: the refusal stands
  // in any case. `caller` must outlive the call.
  [[nodiscard]] Task<void> note(const Caller& caller, Right right, std::string route);

 private:
  struct Asker {
    TokenBucket rows;
    std::int64_t left_out = 0;
  };
  // None: this refusal is left out.
  [[nodiscard]] std::optional<std::int64_t> take(const Caller& caller);

  AuditStore& audit_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Asker> askers_;  // guarded by mutex_; by organisation and subject
};

}  // namespace sas::api
