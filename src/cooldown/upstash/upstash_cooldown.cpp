#include "cooldown/upstash/upstash_cooldown.h"

namespace sas {

UpstashCooldown::UpstashCooldown(std::unique_ptr<UpstashClient> client, const Clock& clock)
    : ScriptedCooldown(*client, clock), client_(std::move(client)) {}

}  // namespace sas
