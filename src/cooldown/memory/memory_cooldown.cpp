#include "cooldown/memory/memory_cooldown.h"

#include <algorithm>
#include <string>

namespace sas {

MemoryCooldown::Shard& MemoryCooldown::shard_of(PersonId person) {
  // The map inside uses the hash's low bits, so choose the shard by the high ones.
  return shards_[(std::hash<PersonId>{}(person) >> 48) % kShards];
}

void MemoryCooldown::hold(Shard& shard, const CooldownClaim& claim, Timestamp until) {
  if (shard.claims >= shard.sweep_at) sweep(shard);
  shard.people[claim.person].push_back({claim.event, claim.captured_at, until});
  ++shard.claims;
}

// Takes time linear in the number of claims, and runs only after their number has doubled.
void MemoryCooldown::sweep(Shard& shard) const {
  const Timestamp now = clock_.now();
  std::size_t left = 0;
  for (auto entry = shard.people.begin(); entry != shard.people.end();) {
    std::erase_if(entry->second, [&](const Held& held) { return held.until <= now; });
    left += entry->second.size();
    entry = entry->second.empty() ? shard.people.erase(entry) : std::next(entry);
  }
  shard.claims = left;
  shard.sweep_at = std::max(kSmallestSweep, 2 * left);
}

void MemoryCooldown::restore(const std::vector<CooldownClaim>& claims) {
  for (const CooldownClaim& claim : claims) {
    Shard& shard = shard_of(claim.person);
    const std::lock_guard lock(shard.mutex);
    hold(shard, claim, claim.captured_at + claim.window);
  }
}

std::size_t MemoryCooldown::size() const {
  std::size_t total = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    total += shard.claims;
  }
  return total;
}

Task<Result<CooldownAnswer>> MemoryCooldown::try_claim(CooldownClaim claim) {
  if (claim.window <= std::chrono::seconds::zero())
    co_return Error::of(ErrorKind::invalid_argument, "invalid_window",
                        "a cooldown claim needs a window of at least a second, not " +
                            std::to_string(claim.window.count()) + " s; with no cooldown there is no claim");
  Shard& shard = shard_of(claim.person);
  const std::lock_guard lock(shard.mutex);
  const Held* clash = nullptr;
  if (const auto found = shard.people.find(claim.person); found != shard.people.end()) {
    for (const Held& held : found->second) {
      if (held.event == claim.event) co_return CooldownAnswer{true, held.until};
      if (std::chrono::abs(held.captured_at - claim.captured_at) >= claim.window) continue;
      if (clash == nullptr || held.until > clash->until) clash = &held;
    }
  }
  if (clash != nullptr) co_return CooldownAnswer{false, clash->until};
  const Timestamp until = claim.captured_at + claim.window;
  hold(shard, claim, until);
  co_return CooldownAnswer{true, until};
}

Task<Result<void>> MemoryCooldown::release(PersonId person, EventId event) {
  Shard& shard = shard_of(person);
  const std::lock_guard lock(shard.mutex);
  if (const auto found = shard.people.find(person); found != shard.people.end()) {
    shard.claims -= std::erase_if(found->second, [&](const Held& held) { return held.event == event; });
    if (found->second.empty()) shard.people.erase(found);
  }
  co_return Result<void>{};
}

Task<Result<void>> MemoryCooldown::forget(PersonId person) {
  Shard& shard = shard_of(person);
  const std::lock_guard lock(shard.mutex);
  if (const auto found = shard.people.find(person); found != shard.people.end()) {
    shard.claims -= found->second.size();
    shard.people.erase(found);
  }
  co_return Result<void>{};
}

}  // namespace sas
