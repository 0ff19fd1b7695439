#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

namespace sas {

// The waiting side of one operation that completes on another thread: resumes the waiter with the outcome on
// its executor, and keeps that executor running until then. Called once, from any thread.
//
//   auto start = [this](auto handler) {
//     queue(Completion<Result<int>, decltype(handler)>(std::move(handler)));
//   };
//   auto pending = asio::async_initiate<const asio::use_awaitable_t<>, void(Result<int>)>(
//       start, asio::use_awaitable);
//   co_return co_await std::move(pending);
template <class T, class Handler>
class Completion {
 public:
  explicit Completion(Handler handler)
      : executor_(
            boost::asio::prefer(boost::asio::any_io_executor(boost::asio::get_associated_executor(handler)),
                                boost::asio::execution::outstanding_work.tracked)),
        handler_(std::move(handler)) {}

  void operator()(T outcome) {
    boost::asio::post(executor_, [handler = std::move(handler_), outcome = std::move(outcome)]() mutable {
      std::move(handler)(std::move(outcome));
    });
  }

 private:
  boost::asio::any_io_executor executor_;
  Handler handler_;
};

}  // namespace sas
