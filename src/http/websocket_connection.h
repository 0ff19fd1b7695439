#pragma once
// Internal to http: a WebSocket on a connection's stream.

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/task.h"
#include "http/server.h"
#include "http/websocket.h"

namespace sas::http {

// A handle that may outlive the connection and the server's threads. However often it is woken, at most one
// post is pending.
class PeerHandle final : public WebSocketPeer, public std::enable_shared_from_this<PeerHandle> {
 public:
  explicit PeerHandle(const boost::asio::any_io_executor& executor)
      : executor_(executor), woken_(std::in_place, executor, boost::asio::steady_timer::time_point::max()) {}

  void wake() override {
    const std::lock_guard lock(mutex_);
    post_locked();
  }
  void close(WebSocketClose why) override {
    const std::lock_guard lock(mutex_);
    if (!close_) close_ = std::move(why);
    post_locked();
  }

  // The rest is for the connection, on its thread.
  void end() {
    {
      const std::lock_guard lock(mutex_);
      open_ = false;
    }
    woken_.reset();
  }
  [[nodiscard]] std::optional<WebSocketClose> close_asked() const {
    const std::lock_guard lock(mutex_);
    return close_;
  }
  // Waits for the next wake() or close(); returns at once if there was one since the last wait.
  [[nodiscard]] Task<void> wait() {
    while (!pending_) {
      boost::system::error_code ignored;
      co_await woken_->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
      woken_->expires_at(boost::asio::steady_timer::time_point::max());
    }
    pending_ = false;
  }
  void stir() {
    pending_ = true;
    if (woken_) woken_->cancel();
  }

 private:
  void post_locked() {
    if (!open_ || posted_) return;
    posted_ = true;
    boost::asio::post(executor_, [self = shared_from_this()] {
      {
        const std::lock_guard lock(self->mutex_);
        self->posted_ = false;
      }
      self->stir();
    });
  }

  mutable std::mutex mutex_;
  bool open_ = true;                     // guarded by mutex_
  bool posted_ = false;                  // guarded by mutex_
  std::optional<WebSocketClose> close_;  // guarded by mutex_
  boost::asio::any_io_executor executor_;
  // Used only on the connection's thread and destroyed with the connection: a timer must not outlive its
  // io_context.
  std::optional<boost::asio::steady_timer> woken_;
  bool pending_ = false;  // same
};

// Reads and writes concurrently until either side closes. Used only on the connection's thread.
template <class Stream>
class WebSocketConnection {
 public:
  using Upgrade = boost::beast::http::request<boost::beast::http::string_body>;
  // The connection's side: the deadline of the current write, and a way to interrupt.
  struct Watch {
    std::function<void(std::chrono::steady_clock::time_point)> set_deadline;
    std::function<void()> interrupt;
  };

  WebSocketConnection(Stream& stream, const ServerOptions& options, std::size_t max_message_bytes,
                      Watch watch)
      : socket_(stream),
        options_(options),
        max_message_bytes_(max_message_bytes),
        watch_(std::move(watch)),
        peer_(std::make_shared<PeerHandle>(stream.get_executor())),
        writer_ended_(stream.get_executor(), boost::asio::steady_timer::time_point::max()) {
    namespace websocket = boost::beast::websocket;
    websocket::stream_base::timeout timeouts;
    timeouts.handshake_timeout = options.linger_timeout;  // also for the closing handshake
    timeouts.idle_timeout = options.websocket_idle_timeout;
    timeouts.keep_alive_pings = true;
    socket_.set_option(timeouts);
    // Size is checked here: Beast would close the socket while the rest of such a message is still arriving,
    // and the peer's kernel would then discard the close reason unread.
    socket_.read_message_max(0);
    socket_.auto_fragment(false);  // a frame is sent directly from its buffer in one write
    socket_.control_callback([this](websocket::frame_type kind, boost::beast::string_view) {
      if (kind != websocket::frame_type::close && is_flooding()) watch_.interrupt();
    });
  }

  ~WebSocketConnection() { peer_->end(); }
  WebSocketConnection(const WebSocketConnection&) = delete;
  WebSocketConnection& operator=(const WebSocketConnection&) = delete;

  void ask_to_close(WebSocketClose why) { peer_->close(std::move(why)); }

  // `accept_headers` are added to the handshake response. Returns when both directions have ended.
  [[nodiscard]] Task<void> run(const Upgrade& upgrade, const Response& accept_headers,
                               std::unique_ptr<WebSocketSession> session) {
    boost::system::error_code ec;
    socket_.set_option(boost::beast::websocket::stream_base::decorator(
        [&accept_headers](boost::beast::websocket::response_type& response) {
          for (const auto& [name, value] : accept_headers.headers) response.set(name, value);
        }));
    co_await socket_.async_accept(upgrade, boost::asio::redirect_error(boost::asio::use_awaitable, ec));
    if (!ec) {
      session->opened(peer_);
      boost::asio::co_spawn(socket_.get_executor(), write_all(*session), boost::asio::detached);
      try {
        co_await read_loop(*session);
      } catch (const std::exception& failure) {
        report(failure);
      }
      reader_gone_ = true;
      watch_.interrupt();
      peer_->stir();
      while (!writer_gone_)
        co_await writer_ended_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ec));
    }
  }

 private:
  Task<void> read_loop(WebSocketSession& session) {
    boost::beast::flat_buffer buffer;
    boost::system::error_code ec;
    bool closing = false;
    while (true) {
      co_await socket_.async_read_some(buffer, kMostReadAtOnce,
                                       boost::asio::redirect_error(boost::asio::use_awaitable, ec));
      if (ec) co_return;
      std::optional<WebSocketClose> close;
      if (!closing && buffer.size() > max_message_bytes_) {
        close = WebSocketClose{1009, fmt::format("messages are limited to {} bytes", max_message_bytes_)};
      } else if (!closing && socket_.is_message_done()) {
        const auto bytes = buffer.cdata();
        close = session.received({static_cast<const char*>(bytes.data()), bytes.size()}, socket_.got_text());
      }
      if (close) {
        closing = true;  // data that arrives before the peer's close is discarded
        peer_->close(std::move(*close));
      }
      if (closing || socket_.is_message_done()) buffer.clear();
    }
  }

  Task<void> write_all(WebSocketSession& session) {
    try {
      co_await write_loop(session);
    } catch (const std::exception& failure) {
      report(failure);
    }
    if (!closed_) watch_.interrupt();  // notify the reader still waiting for this peer
    writer_gone_ = true;
    writer_ended_.cancel();
  }

  Task<void> write_loop(WebSocketSession& session) {
    boost::system::error_code ec;
    while (!ec && !reader_gone_) {
      if (const auto why = peer_->close_asked()) {
        const boost::beast::websocket::close_reason reason(
            static_cast<boost::beast::websocket::close_code>(why->code), why->reason);
        co_await socket_.async_close(reason, boost::asio::redirect_error(boost::asio::use_awaitable, ec));
        closed_ = !ec;
        co_return;
      }
      const auto message = session.next();
      if (!message) {
        co_await peer_->wait();
        continue;
      }
      socket_.text(message->text);
      watch_.set_deadline(std::chrono::steady_clock::now() + options_.write_timeout);
      co_await socket_.async_write(boost::asio::buffer(*message->bytes),
                                   boost::asio::redirect_error(boost::asio::use_awaitable, ec));
      watch_.set_deadline(std::chrono::steady_clock::time_point::max());
    }
  }

  static void report(const std::exception& failure) {
    spdlog::error("a WebSocket ended with an unexpected failure: {}", failure.what());
  }

  // Pings and pongs cost responses, and no browser sends more than a few.
  [[nodiscard]] bool is_flooding() {
    constexpr int kControlFramesASecond = 20;
    const auto now = std::chrono::steady_clock::now();
    if (now - second_ >= std::chrono::seconds(1)) {
      second_ = now;
      control_frames_ = 0;
    }
    return ++control_frames_ > kControlFramesASecond;
  }

  // Allocates no more than this at a time, whatever length a frame declares.
  static constexpr std::size_t kMostReadAtOnce = 64UL * 1024;

  boost::beast::websocket::stream<Stream&> socket_;
  const ServerOptions& options_;
  const std::size_t max_message_bytes_;
  Watch watch_;
  std::shared_ptr<PeerHandle> peer_;
  boost::asio::steady_timer writer_ended_;
  bool reader_gone_ = false;
  bool writer_gone_ = false;
  bool closed_ = false;  // closed by us in an orderly way
  std::chrono::steady_clock::time_point second_;
  int control_frames_ = 0;
};

}  // namespace sas::http
