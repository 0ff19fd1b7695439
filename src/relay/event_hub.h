#pragma once
// Delivers every event to every listener of its organisation. Unlike frames, each event matters, so each listener has a queue.
// The queue is bounded; a slow reader loses events, newest first, and is told how many.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/uuid.h"

namespace sas::relay {

// What happened in an organisation, as its listeners are told.
struct LiveEvent {
  Uuid organisation;
  std::string text;  // one JSON object
};
using Event = std::shared_ptr<const LiveEvent>;

struct EventHubOptions {
  std::size_t max_listeners = 512;
  std::size_t queue = 256;  // events queued per listener
};

struct EventHubStats {
  std::uint64_t events = 0;
  std::uint64_t lost = 0;  // for all listeners together
  std::size_t listeners = 0;
};

// Thread-safe. Must outlive its listeners.
class EventHub {
 public:
  // The number of events lost before the next one.
  struct Lost {
    std::uint64_t count = 0;
  };

  // Active until destroyed. One thread at a time.
  class Listener {
   public:
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    // The next event, or the number lost at this point, or nothing.
    [[nodiscard]] std::variant<std::monostate, Event, Lost> next();

   private:
    friend class EventHub;
    struct Queue;
    Listener(EventHub& hub, std::shared_ptr<Queue> queue) : hub_(hub), queue_(std::move(queue)) {}
    EventHub& hub_;
    std::shared_ptr<Queue> queue_;
  };

  explicit EventHub(EventHubOptions options = {}) : options_(options) {}

  // Of events of `organisation`. `wake` means that next() has something. It is called without any lock held, and one call may arrive after
  // the listener is destroyed. resource_exhausted "too_many_viewers".
  [[nodiscard]] Result<std::unique_ptr<Listener>> listen(Uuid organisation, std::function<void()> wake);
  void publish(const Event& event);

  // No listeners: events need not be created.
  [[nodiscard]] bool is_idle() const { return listeners_.load(std::memory_order_relaxed) == 0; }
  [[nodiscard]] EventHubStats stats() const { return {events_, lost_, listeners_}; }

 private:
  const EventHubOptions options_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Listener::Queue>> queues_;  // guarded by mutex_
  std::atomic<std::size_t> listeners_{0};
  std::atomic<std::uint64_t> events_{0};
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace sas::relay
