#include "http/worker.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

namespace sas::http {
namespace {

// Timeouts are accurate to a quarter of the shortest one; twice a second is enough for any.
std::chrono::milliseconds sweep_interval(const ServerOptions& options) {
  const auto shortest = std::min({options.header_timeout, options.body_timeout, options.body_idle_timeout,
                                  options.keep_alive_timeout, options.write_timeout, options.linger_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(500));
}

}  // namespace

Worker::Worker(std::shared_ptr<Shared> shared)
    : shared_(std::move(shared)),
      context_(1),
      sweep_interval_(sweep_interval(shared_->options)),
      sweep_(context_) {}

void Worker::start_thread() {
  work_.emplace(context_.get_executor());
  arm_sweep();
  thread_ = std::thread([this] { context_.run(); });
}

void Worker::join() {
  boost::asio::post(context_, [this] {
    ended_ = true;
    sweep_.cancel();
    work_.reset();
  });
  if (thread_.joinable()) thread_.join();
}

void Worker::adopt(boost::asio::ip::tcp::socket socket, std::shared_ptr<Presence> presence, bool overloaded) {
  boost::asio::dispatch(
      context_, [this, overloaded, taken = std::move(socket), presence = std::move(presence)]() mutable {
        begin(std::move(taken), presence, overloaded);
      });
}

void Worker::evict(Presence& presence) {
  // Posted, since it runs under the table's mutex, and after adopt().
  boost::asio::post(context_, [shared = presence.shared_from_this()] {
    if (const auto connection = shared->connection.lock()) connection->evict();
  });
}

void Worker::begin(boost::asio::ip::tcp::socket socket, const std::shared_ptr<Presence>& presence,
                   bool overloaded) {
  auto connection = make_connection(*this, std::move(socket), presence, overloaded);
  presence->connection = connection;
  const auto place = connections_.insert(connections_.end(), connection.get());
  boost::asio::co_spawn(context_, connection->run(),
                        boost::asio::bind_cancellation_slot(
                            connection->cancellation().slot(),
                            [this, connection, presence, place](const std::exception_ptr& failure) {
                              connections_.erase(place);
                              shared_->table->leave(*presence);
                              if (failure && !shared_->stopping) {
                                try {
                                  std::rethrow_exception(failure);
                                } catch (const std::exception& problem) {
                                  spdlog::error("a connection ended with an unexpected failure: {}",
                                                problem.what());
                                }
                              }
                              shared_->connections.fetch_sub(1);
                              if (shared_->stopping) {
                                const std::lock_guard lock(shared_->ended_mutex);
                                shared_->ended.notify_all();
                              }
                            }));
}

void Worker::hold(boost::asio::ip::tcp::socket socket) {
  if (shared_->stopping) return;
  if (shared_->held.fetch_add(1) >= shared_->most_held) {
    shared_->held.fetch_sub(1);
    return;
  }
  held_.push_back({std::move(socket), std::chrono::steady_clock::now() + shared_->options.linger_timeout});
}

void Worker::release_held(SteadyTime until) {
  while (!held_.empty() && held_.front().until <= until) {
    held_.pop_front();
    shared_->held.fetch_sub(1);
  }
}

void Worker::begin_stop() {
  boost::asio::post(context_, [this] {
    release_held(SteadyTime::max());
    for (auto* connection : connections_) connection->begin_stop();
  });
}

void Worker::cut() {
  boost::asio::post(context_, [this] {
    // Cancelling may end a connection and remove it from the list.
    const std::vector<Connection*> open(connections_.begin(), connections_.end());
    for (auto* connection : open) {
      if (std::find(connections_.begin(), connections_.end(), connection) != connections_.end()) {
        connection->cut();
      }
    }
  });
}

void Worker::arm_sweep() {
  sweep_.expires_after(sweep_interval_);
  sweep_.async_wait([this](const boost::system::error_code& ec) {
    if (ec || ended_) return;
    const auto now = std::chrono::steady_clock::now();
    for (auto* connection : connections_) connection->expire(now);
    release_held(now);
    arm_sweep();
  });
}

}  // namespace sas::http
