#pragma once

#include <memory>

#include "cooldown/script/scripted_cooldown.h"
#include "cooldown/upstash/upstash_client.h"

namespace sas {

// The gate on a Redis behind Upstash's REST API. While it cannot be reached, every claim is unavailable at
// once and the store's own rule decides. `clock` must outlive it.
class UpstashCooldown final : public ScriptedCooldown {
 public:
  UpstashCooldown(UpstashOptions options, const Clock& clock)
      : UpstashCooldown(std::make_unique<UpstashClient>(std::move(options)), clock) {}

 private:
  UpstashCooldown(std::unique_ptr<UpstashClient> client, const Clock& clock);
  std::unique_ptr<UpstashClient> client_;
};

}  // namespace sas
