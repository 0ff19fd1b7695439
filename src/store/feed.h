#pragma once
// What happened, for whoever must hear of all of it: live pages, notifications, other servers.
//
//   auto from = co_await feed.end();
//   auto page = co_await feed.after(*from, 500);   // … and on from page->position

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

#include "base/task.h"
#include "domain/feed_entry.h"

namespace sas {

// Wakes those who follow a feed in this process. Thread-safe.
class FeedSignal {
 public:
  // Calls `wake` after commits of this process that added entries, until the Subscription is destroyed; from then on it is
  // not running either. `wake` runs on the store's thread: it must be quick and must not throw.
  class Subscription {
   public:
    Subscription(FeedSignal& signal, std::function<void()> wake)
        : signal_(signal), id_(signal.add(std::move(wake))) {}
    ~Subscription() { signal_.remove(id_); }
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

   private:
    FeedSignal& signal_;
    std::uint64_t id_;
  };

  void notify() {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, wake] : followers_) wake();
  }

 private:
  std::uint64_t add(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    followers_.emplace(++last_, std::move(wake));
    return last_;
  }
  void remove(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    followers_.erase(id);
  }

  std::mutex mutex_;
  std::uint64_t last_ = 0;                                    // guarded by mutex_
  std::map<std::uint64_t, std::function<void()>> followers_;  // guarded by mutex_
};

// Every entry is written in the transaction that made it happen, so that nothing that stands in the store is missing here,
// and nothing is here that does not stand. Thread-safe. Errors: those of Store.
class Feed {
 public:
  virtual ~Feed() = default;

  // A position that everything committed from now on lies after. What was committed a moment before may lie after it too.
  [[nodiscard]] virtual Task<Result<FeedPosition>> end() = 0;
  // Up to `limit` (1..1000) entries of all organisations after `position`, in commit order; an empty position is before
  // the first. A decision whose sighting was lost to a damage is left out. invalid_argument "invalid_position";
  // failed_precondition "feed_went_back": the database is older than the position, since a backup was restored; start
  // again from end().
  [[nodiscard]] virtual Task<Result<FeedPage>> after(FeedPosition position, std::size_t limit) = 0;
  // Erases entries older than `before`, and says how many. The newest stays in any case.
  [[nodiscard]] virtual Task<Result<std::int64_t>> trim(Timestamp before) = 0;

  // Of commits of this process; entries of other servers come without it. As long-lived as the Feed.
  [[nodiscard]] virtual FeedSignal& signal() = 0;
  // Whether other servers add entries, which are found by asking.
  [[nodiscard]] virtual bool is_shared() const = 0;
};

}  // namespace sas
