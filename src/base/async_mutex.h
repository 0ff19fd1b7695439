#pragma once

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

#include "base/task.h"

namespace sas {

// Mutual exclusion for coroutines: who waits holds no thread. Thread-safe; outlives every lock taken.
class AsyncMutex {
 public:
  explicit AsyncMutex(const boost::asio::any_io_executor& executor) : slot_(executor, 1) {}

  class Lock {
   public:
    explicit Lock(AsyncMutex* owner) : owner_(owner) {}
    Lock(Lock&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    Lock& operator=(Lock&&) = delete;
    ~Lock() {
      if (owner_ != nullptr) owner_->slot_.try_receive([](auto&&...) {});
    }

   private:
    AsyncMutex* owner_;
  };

  // Held until the Lock is destroyed.
  [[nodiscard]] Task<Lock> lock() {
    // The one place of the channel is the lock: whoever fills it has it.
    co_await slot_.async_send(boost::system::error_code{}, boost::asio::use_awaitable);
    co_return Lock(this);
  }

 private:
  boost::asio::experimental::concurrent_channel<void(boost::system::error_code)> slot_;
};

}  // namespace sas
