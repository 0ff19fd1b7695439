#include "http/connection_table.h"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "http/worker.h"

namespace sas::http {
namespace {

constexpr std::size_t kReservedPart = 8;  // one in eight

}  // namespace

ConnectionTable::ConnectionTable(ConnectionLimits limits)
    : limits_(limits), log_lines_(1, 0.1, std::chrono::steady_clock::now()) {}

bool ConnectionTable::arrive(const std::shared_ptr<Presence>& presence) {
  const std::lock_guard lock(mutex_);
  const std::size_t reserved = limits_.all / kReservedPart;
  const std::size_t room =
      std::min(limits_.all - reserved, limits_.all - std::min(limits_.all, trusted_count_));
  const auto network = others_.find(presence->network);
  const bool network_is_full = network != others_.end() && network->second.size() >= limits_.per_network;
  if (network_is_full || others_count_ >= room) {
    Presence* const gone = longest_waiting_locked(network_is_full ? &network->second : nullptr);
    if (log_lines_.take(1, std::chrono::steady_clock::now()))
      spdlog::warn("{} connections without a key ({} of them from {}); {}", others_count_,
                   network == others_.end() ? 0 : network->second.size(), presence->network,
                   gone == nullptr ? "refusing new ones" : "closing those that have been idle longest");
    if (gone == nullptr) return false;
    gone->worker.evict(*gone);
    forget_locked(*gone);
  }
  Places& places = others_[presence->network];
  presence->place = places.insert(places.end(), presence.get());
  presence->counted = true;
  ++others_count_;
  return true;
}

Presence* ConnectionTable::longest_waiting_locked(Places* of_network) const {
  Presence* found = nullptr;
  std::int64_t since = 0;
  const auto look = [&](const Places& places) {
    for (Presence* const one : places) {
      const std::int64_t waiting = one->waiting_since.load(std::memory_order_relaxed);
      if (waiting == 0 || (found != nullptr && waiting >= since)) continue;
      found = one;
      since = waiting;
    }
  };
  if (of_network != nullptr)
    look(*of_network);
  else
    for (const auto& [network, places] : others_) look(places);
  return found;
}

void ConnectionTable::forget_locked(Presence& presence) {
  if (!presence.counted) return;
  presence.counted = false;
  if (presence.trusted) {
    --trusted_count_;
    return;
  }
  --others_count_;
  const auto network = others_.find(presence.network);
  network->second.erase(presence.place);
  if (network->second.empty()) others_.erase(network);
}

void ConnectionTable::trust(Presence& presence) {
  const std::lock_guard lock(mutex_);
  if (presence.trusted) return;
  const bool counted = presence.counted;
  forget_locked(presence);
  presence.trusted = true;
  presence.counted = counted;
  if (counted) ++trusted_count_;
}

void ConnectionTable::leave(Presence& presence) {
  const std::lock_guard lock(mutex_);
  forget_locked(presence);
}

}  // namespace sas::http
