#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace sas {

// Counts the threads inside an object's functions, so that its destructor can wait until they have left. A thread that
// hands work to another may still be on its way out when that work is done and its completion lets an owner destroy the
// object. Thread-safe.
class CallersInside {
 public:
  class Call {
   public:
    explicit Call(CallersInside& callers) : callers_(callers) {
      const std::lock_guard lock(callers_.mutex_);
      ++callers_.count_;
    }
    // Notifies with the lock held: wait() returns, and the counter may be destroyed, only after this has released it.
    ~Call() {
      const std::lock_guard lock(callers_.mutex_);
      if (--callers_.count_ == 0) callers_.left_.notify_all();
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    CallersInside& callers_;
  };

  // Returns when no thread is inside.
  void wait() {
    std::unique_lock lock(mutex_);
    left_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable left_;
  std::size_t count_ = 0;  // guarded by mutex_
};

}  // namespace sas
