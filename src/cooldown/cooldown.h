#pragma once
// Ensures that one walk-past makes one record, before the store is asked.

#include <chrono>

#include "base/task.h"
#include "domain/ids.h"

namespace sas {

struct CooldownClaim {
  PersonId person;
  EventId event;
  Timestamp captured_at;
  std::chrono::seconds window{0};  // > 0
};

struct CooldownAnswer {
  bool granted = false;
  // Granted: captured_at + window. Refused: when the existing claim expires.
  Timestamp until;
};

// Thread-safe. Two claims for one person conflict if their capture times are less than the window apart, in
// either order: a late event from an edge's outbox is judged by its own time. The gate may forget expired
// claims; the store's own rule has the final say.
class CooldownGate {
 public:
  virtual ~CooldownGate() = default;

  // Grants exactly one of any concurrent conflicting claims, and grants again to the event that already holds
  // the claim. unavailable: the claim may have been made; the caller continues and lets the store decide.
  [[nodiscard]] virtual Task<Result<CooldownAnswer>> try_claim(CooldownClaim claim) = 0;
  // Releases a claim whose record was not written. Only the event that holds the claim can release it;
  // otherwise nothing happens.
  [[nodiscard]] virtual Task<Result<void>> release(PersonId person, EventId event) = 0;
  // Forgets all claims of a person who was removed.
  [[nodiscard]] virtual Task<Result<void>> forget(PersonId person) = 0;
};

}  // namespace sas
