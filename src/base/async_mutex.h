#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/completion.h"
#include "base/task.h"

namespace sas {

// Mutual exclusion for coroutines: a waiting coroutine holds no thread. Waiters get the lock in the order in which they
// asked, each on its own executor; the mutex needs none of its own. Thread-safe; outlives every Lock.
class AsyncMutex {
 public:
  AsyncMutex() = default;
  AsyncMutex(const AsyncMutex&) = delete;
  AsyncMutex& operator=(const AsyncMutex&) = delete;

  class Lock {
   public:
    Lock(Lock&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    Lock& operator=(Lock&&) = delete;
    ~Lock() {
      if (owner_ != nullptr) owner_->unlock();
    }

   private:
    friend class AsyncMutex;
    explicit Lock(AsyncMutex* owner) : owner_(owner) {}

    AsyncMutex* owner_;
  };

  // Held until the Lock is destroyed.
  [[nodiscard]] Task<Lock> lock() {
    auto start = [this](auto handler) {
      auto waiter = std::make_unique<WaiterOf<decltype(handler)>>(std::move(handler));
      {
        const std::lock_guard guard(mutex_);
        if (locked_) {
          waiters_.push_back(std::move(waiter));
          return;
        }
        locked_ = true;
      }
      waiter->resume(Lock(this));
    };
    auto pending = boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Lock)>(
        start, boost::asio::use_awaitable);
    co_return co_await std::move(pending);
  }

 private:
  class Waiter {
   public:
    virtual ~Waiter() = default;
    virtual void resume(Lock lock) = 0;
  };

  template <class Handler>
  class WaiterOf final : public Waiter {
   public:
    explicit WaiterOf(Handler handler) : completion_(std::move(handler)) {}
    void resume(Lock lock) override { completion_(std::move(lock)); }

   private:
    Completion<Lock, Handler> completion_;
  };

  void unlock() {
    std::unique_ptr<Waiter> next;
    {
      const std::lock_guard guard(mutex_);
      if (waiters_.empty()) {
        locked_ = false;
        return;
      }
      next = std::move(waiters_.front());
      waiters_.pop_front();
    }
    // A coroutine that is destroyed before it runs destroys its Lock, which hands the mutex on.
    next->resume(Lock(this));
  }

  std::mutex mutex_;
  bool locked_ = false;                          // guarded by mutex_
  std::deque<std::unique_ptr<Waiter>> waiters_;  // guarded by mutex_
};

}  // namespace sas
