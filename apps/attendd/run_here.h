#pragma once

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/task.h"

namespace sas {

// Runs a coroutine on this thread, for startup and shutdown.
template <class T>
Result<T> run_here(Task<Result<T>> task) {
  boost::asio::io_context context;
  std::optional<Result<T>> result;
  const auto run = [&]() -> Task<void> { result.emplace(co_await std::move(task)); };
  boost::asio::co_spawn(context, run(), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
  context.run();
  return std::move(*result);
}

}  // namespace sas
