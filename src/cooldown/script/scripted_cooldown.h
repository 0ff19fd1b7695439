#pragma once

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "cooldown/cooldown.h"
#include "redis/redis_commands.h"

namespace sas {

// The gate for several servers: claims in a shared Redis, each made atomically by one script that runs there.
// A person's claims are the hash "sas:cooldown:<person id>", event id → "<captured_at> <until>" (microseconds
// since 1970), which Redis expires when the last of them has expired (docs/cooldown.md). `commands` and
// `clock` must outlive it.
class ScriptedCooldown : public CooldownGate {
 public:
  ScriptedCooldown(RedisCommands& commands, const Clock& clock);

  // invalid_argument "invalid_window" for a window of zero or less. unavailable "cooldown_unavailable".
  [[nodiscard]] Task<Result<CooldownAnswer>> try_claim(CooldownClaim claim) override;
  // Always succeeds. If the claim cannot be released now, it is released as soon as the Redis is reachable
  // again, before this server's next claim for the person.
  [[nodiscard]] Task<Result<void>> release(PersonId person, EventId event) override;
  [[nodiscard]] Task<Result<void>> forget(PersonId person) override;

  // unavailable: the Redis does not answer, and why; failed_precondition: it rejects us, and waiting will not
  // help.
  [[nodiscard]] Task<Result<void>> ping();

 private:
  using Owed = std::vector<std::pair<PersonId, EventId>>;

  // Sends a command and treats error answers as unavailable.
  [[nodiscard]] Task<Result<RedisReply>> ask(RedisCommand command);
  [[nodiscard]] Task<Result<RedisReply>> run_script(RedisCommand keys_and_arguments);
  [[nodiscard]] Task<Result<void>> give_back(PersonId person);
  void owe(const std::pair<PersonId, EventId>& claim);
  [[nodiscard]] Owed take_owed(PersonId person);

  RedisCommands& commands_;
  const Clock& clock_;
  const std::string script_sha1_;
  std::mutex mutex_;
  std::unordered_multimap<PersonId, EventId> owed_;  // guarded by mutex_: releases not yet delivered
};

}  // namespace sas
