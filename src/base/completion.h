#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

namespace sas {

// The waiting side of an operation that ends on another thread: knows where to go on once there is an outcome
// (a `T`), and keeps that executor at work until then. `Handler` is what boost::asio::async_initiate gives.
template <class T, class Handler>
class Completion {
 public:
  explicit Completion(Handler handler)
      : executor_(
            boost::asio::prefer(boost::asio::any_io_executor(boost::asio::get_associated_executor(handler)),
                                boost::asio::execution::outstanding_work.tracked)),
        handler_(std::move(handler)) {}

  // Once.
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
