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
  const auto network = others_of_network_.find(presence->network);
  const std::size_t of_network = network == others_of_network_.end() ? 0 : network->second.size();
  const bool network_is_full = of_network >= limits_.per_network;
  if (network_is_full || others_.size() >= room) {
    Presence* const gone = longest_waiting_locked(network_is_full ? network->second : others_);
    if (log_lines_.take(1, std::chrono::steady_clock::now()))
      spdlog::warn("{} connections without a key ({} of them from {}); {}", others_.size(), of_network,
                   presence->network,
                   gone == nullptr ? "refusing new ones" : "closing those that have been idle longest");
    if (gone == nullptr) return false;
    gone->worker.evict(*gone);
    forget_locked(*gone);
  }
  place_locked(*presence, presence->waiting_since.load(std::memory_order_relaxed));
  presence->counted = true;
  return true;
}

void ConnectionTable::place_locked(Presence& presence, std::int64_t since) {
  presence.placed_since = since;
  others_.emplace(since, &presence);
  others_of_network_[presence.network].emplace(since, &presence);
}

void ConnectionTable::displace_locked(Presence& presence, std::int64_t since) {
  const std::pair place(since, &presence);
  others_.erase(place);
  const auto network = others_of_network_.find(presence.network);
  network->second.erase(place);
  if (network->second.empty()) others_of_network_.erase(network);
}

Presence* ConnectionTable::longest_waiting_locked(const Order& order) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  while (!order.empty()) {
    Presence& first = *order.begin()->second;
    const std::int64_t placed = first.placed_since;
    const std::int64_t since = first.waiting_since.load(std::memory_order_relaxed);
    if (since != 0 && since == placed) return &first;
    const std::int64_t next = since == 0 ? now : since;
    if (next == placed) break;  // busy, and nobody has waited since before now
    // Placed before it is displaced: `order` may hold nobody else, and must not be erased.
    place_locked(first, next);
    displace_locked(first, placed);
  }
  return nullptr;
}

void ConnectionTable::forget_locked(Presence& presence) {
  if (!presence.counted) return;
  presence.counted = false;
  if (presence.trusted) {
    --trusted_count_;
  } else {
    displace_locked(presence, presence.placed_since);
  }
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
