#include "relay/event_hub.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <utility>

namespace sas::relay {

struct EventHub::Listener::Queue {
  Uuid organisation;           // immutable
  std::function<void()> wake;  // immutable
  std::mutex mutex;
  std::deque<Event> events;  // guarded by mutex
  // Number of events lost after everything in `events`. Once an event is lost, none is kept until the queue
  // is empty, so that one number represents one gap.
  std::uint64_t lost = 0;  // guarded by mutex
};

EventHub::Listener::~Listener() {
  const std::lock_guard lock(hub_.mutex_);
  std::erase(hub_.queues_, queue_);
  hub_.listeners_ = hub_.queues_.size();
}

std::variant<std::monostate, Event, EventHub::Lost> EventHub::Listener::next() {
  const std::lock_guard lock(queue_->mutex);
  if (!queue_->events.empty()) {
    Event first = std::move(queue_->events.front());
    queue_->events.pop_front();
    return first;
  }
  if (queue_->lost > 0) return Lost{std::exchange(queue_->lost, 0)};
  return std::monostate{};
}

Result<std::unique_ptr<EventHub::Listener>> EventHub::listen(Uuid organisation, std::function<void()> wake) {
  auto queue = std::make_shared<Listener::Queue>();
  queue->organisation = organisation;
  queue->wake = std::move(wake);
  {
    const std::lock_guard lock(mutex_);
    if (queues_.size() >= options_.max_listeners)
      return Error::of(ErrorKind::resource_exhausted, "too_many_viewers",
                       std::to_string(options_.max_listeners) + " viewers are already following the events");
    queues_.push_back(queue);
    listeners_ = queues_.size();
  }
  return std::unique_ptr<Listener>(new Listener(*this, std::move(queue)));
}

void EventHub::publish(const Event& event) {
  events_.fetch_add(1, std::memory_order_relaxed);
  std::vector<std::shared_ptr<Listener::Queue>> queues;
  {
    const std::lock_guard lock(mutex_);
    std::ranges::copy_if(queues_, std::back_inserter(queues),
                         [&event](const auto& queue) { return queue->organisation == event->organisation; });
  }
  for (const auto& queue : queues) {
    {
      const std::lock_guard lock(queue->mutex);
      if (queue->lost > 0 || queue->events.size() >= options_.queue) {
        ++queue->lost;
        lost_.fetch_add(1, std::memory_order_relaxed);
        continue;  // already woken
      }
      queue->events.push_back(event);
    }
    queue->wake();
  }
}

}  // namespace sas::relay
