#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "cooldown/cooldown.h"

namespace sas {

// The gate for a single server: claims in this process's memory. Never unavailable. Claims that have expired
// by `clock` are dropped as new ones arrive, so it holds at most about twice the number of active claims.
// `clock` must outlive it.
class MemoryCooldown final : public CooldownGate {
 public:
  explicit MemoryCooldown(const Clock& clock) : clock_(clock) {}

  // Loads marks that the store still holds, without checking them: call it at startup, before any claim. The
  // window of each is its cooldown_until minus its captured_at.
  void restore(const std::vector<CooldownClaim>& claims);

  // Number of claims in memory, including expired ones.
  [[nodiscard]] std::size_t size() const;

  // invalid_argument "invalid_window" for a window of zero or less.
  [[nodiscard]] Task<Result<CooldownAnswer>> try_claim(CooldownClaim claim) override;
  [[nodiscard]] Task<Result<void>> release(PersonId person, EventId event) override;
  [[nodiscard]] Task<Result<void>> forget(PersonId person) override;

 private:
  struct Held {
    EventId event;
    Timestamp captured_at;
    Timestamp until;
  };
  static constexpr std::size_t kShards = 64;
  static constexpr std::size_t kSmallestSweep = 64;
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<PersonId, std::vector<Held>> people;  // guarded by mutex
    std::size_t claims = 0;                                  // guarded by mutex
    std::size_t sweep_at = kSmallestSweep;                   // guarded by mutex
  };

  [[nodiscard]] Shard& shard_of(PersonId person);
  void hold(Shard& shard, const CooldownClaim& claim, Timestamp until);
  void sweep(Shard& shard) const;

  const Clock& clock_;
  std::array<Shard, kShards> shards_;
};

}  // namespace sas
