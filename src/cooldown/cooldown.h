#pragma once
// Lets one walk-past make one record, before the store is asked.

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
  // Granted: captured_at + window. Refused: when the claim that stands runs out.
  Timestamp until;
};

// Thread-safe. Two claims of one person clash when their capture times are less than the window apart,
// whichever came first: a late event from an edge's outbox is judged by its own time. The gate may forget
// claims that ran out; the store's own rule decides in the end.
class CooldownGate {
 public:
  virtual ~CooldownGate() = default;

  // Granted for exactly one of any concurrent claimants that clash; again for the event that already holds
  // the claim. unavailable: the claim may have landed; the caller goes on and lets the store decide.
  [[nodiscard]] virtual Task<Result<CooldownAnswer>> try_claim(CooldownClaim claim) = 0;
  // Gives a claim back whose record was not written. Only the event that holds it can; otherwise nothing
  // happens.
  [[nodiscard]] virtual Task<Result<void>> release(PersonId person, EventId event) = 0;
  // Forgets a person altogether: they were removed.
  [[nodiscard]] virtual Task<Result<void>> forget(PersonId person) = 0;
};

}  // namespace sas
