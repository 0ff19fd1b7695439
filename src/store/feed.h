#pragma once
// A complete record of what happened, for live pages, notifications and other servers.
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

// Wakes the followers of a feed in this process. Thread-safe.
class FeedSignal {
 public:
  // Calls `wake` after commits of this process that added entries, until the Subscription is destroyed. The destructor
  // waits for a running call. `wake` runs on the store's thread: it must be quick and must not throw.
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

// Every entry is written in the same transaction as the change it describes, so the feed contains exactly the changes
// that were committed. Thread-safe. Errors: see Store.
class Feed {
 public:
  virtual ~Feed() = default;

  // A position before everything committed from now on. Entries committed a moment ago may also come after it.
  [[nodiscard]] virtual Task<Result<FeedPosition>> end() = 0;
  // Up to `limit` (1..1000) entries of all organisations after `position`, in commit order; an empty position is before
  // the first entry. Omits a decision whose sighting was lost through damage. invalid_argument "invalid_position";
  // failed_precondition "feed_went_back": the database is older than the position because a backup was restored; start
  // again from end().
  [[nodiscard]] virtual Task<Result<FeedPage>> after(FeedPosition position, std::size_t limit) = 0;
  // Erases entries older than `before` and returns their number. Always keeps the newest entry.
  [[nodiscard]] virtual Task<Result<std::int64_t>> trim(Timestamp before) = 0;

  // Signals commits of this process only, not entries of other servers. Lives as long as the Feed.
  [[nodiscard]] virtual FeedSignal& signal() = 0;
  // Whether other servers add entries too; followers must poll for those.
  [[nodiscard]] virtual bool is_shared() const = 0;
};

}  // namespace sas
