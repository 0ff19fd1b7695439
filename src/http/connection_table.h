#pragma once
// Internal to http: which connections are open, and which of them has to go when there are too many.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "base/token_bucket.h"

namespace sas::http {

class Connection;
class Worker;

// One connection. Its own thread writes `waiting_since`; the rest belongs to the table.
struct Presence : std::enable_shared_from_this<Presence> {
  Presence(std::string of, Worker& worker_of) : network(std::move(of)), worker(worker_of) {}

  // From when on nothing but its peer is waited for, in ticks of the steady clock; 0: the server works on its request.
  std::atomic<std::int64_t> waiting_since{1};
  std::weak_ptr<Connection> connection;  // used on the worker's thread

  const std::string network;  // http::network_of
  Worker& worker;
  // Guarded by the table's mutex.
  bool counted = false;
  bool trusted = false;           // a request of it has shown who it is
  std::int64_t placed_since = 0;  // waiting_since as the order knows it; never later than the true one
};

struct ConnectionLimits {
  std::size_t all = 0;
  std::size_t per_network = 0;  // of those that have not shown who they are
};

// Connections that have shown who they are stay and have an eighth of all places to themselves. The others are limited
// for each network and in total; at the limit the one that has waited longest for its peer makes room for a new one.
// Thread-safe.
class ConnectionTable {
 public:
  explicit ConnectionTable(ConnectionLimits limits);

  // False: full, and everybody is being served. True: counted, perhaps after another one was told to end; leave() must
  // follow.
  [[nodiscard]] bool arrive(const std::shared_ptr<Presence>& presence);
  void trust(Presence& presence);
  void leave(Presence& presence);

 private:
  // By placed_since. Requests change waiting_since without the mutex; the first entry is placed again if its value has changed.
  using Order = std::set<std::pair<std::int64_t, Presence*>>;
  void place_locked(Presence& presence, std::int64_t since);
  void displace_locked(Presence& presence, std::int64_t since);
  void forget_locked(Presence& presence);
  [[nodiscard]] Presence* longest_waiting_locked(const Order& order);

  const ConnectionLimits limits_;
  std::mutex mutex_;
  // What follows is guarded by mutex_.
  // Those that have not shown who they are.
  Order others_;
  std::map<std::string, Order, std::less<>> others_of_network_;
  std::size_t trusted_count_ = 0;
  TokenBucket log_lines_;
};

}  // namespace sas::http
