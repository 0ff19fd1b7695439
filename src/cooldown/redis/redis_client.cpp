#include "cooldown/redis/redis_client.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "base/completion.h"
#include "cooldown/redis/redis_session.h"
#include "cooldown/redis/resp.h"

namespace sas {
namespace asio = boost::asio;
namespace {

template <class Handler>
class WaitingFor final : public redis::Waiting {
 public:
  WaitingFor(Handler handler, std::atomic<std::size_t>& waiting)
      : completion_(std::move(handler)), waiting_(waiting) {
    waiting_.fetch_add(1, std::memory_order_relaxed);
  }
  void finish(Result<RedisReply> reply) override {
    waiting_.fetch_sub(1, std::memory_order_relaxed);
    completion_(std::move(reply));
  }

 private:
  Completion<Result<RedisReply>, Handler> completion_;
  std::atomic<std::size_t>& waiting_;
};

Result<std::unique_ptr<asio::ssl::context>> make_tls(const RedisOptions& options) {
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  tls->set_verify_mode(asio::ssl::verify_peer);
  boost::system::error_code problem;
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  if (options.ca_file) {
    tls->load_verify_file(options.ca_file->string(), problem);
  } else {
    tls->set_default_verify_paths(problem);
  }
  if (problem)
    return Error::of(ErrorKind::failed_precondition, "redis_tls",
                     "the certificates to trust for Redis (" +
                         (options.ca_file ? options.ca_file->string() : std::string("the system's")) +
                         ") cannot be read: " + problem.message() + "; REDIS_CA_FILE names a PEM file");
  return tls;
}

}  // namespace

class RedisClient::Impl {
 public:
  Impl(RedisOptions options, std::unique_ptr<asio::ssl::context> tls)
      : options_(std::move(options)),
        tls_(std::move(tls)),
        pause_timer_(context_),
        work_(context_.get_executor()) {
    asio::co_spawn(context_, keep_connected(), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }

  ~Impl() {
    asio::post(context_, [this] {
      stopping_ = true;
      pause_timer_.cancel();
      if (session_) session_->close();
      work_.reset();
    });
    thread_.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] const RedisOptions& options() const { return options_; }
  [[nodiscard]] std::atomic<std::size_t>& waiting() { return waiting_; }

  // None: a command may be sent now.
  [[nodiscard]] std::optional<Error> obstacle() {
    if (!connected_.load(std::memory_order_acquire)) return problem();
    if (waiting_.load(std::memory_order_relaxed) >= options_.most_waiting)
      return Error::of(ErrorKind::resource_exhausted, "redis_busy",
                       std::to_string(options_.most_waiting) + " commands wait for Redis already");
    return std::nullopt;
  }

  void submit(std::unique_ptr<redis::Waiting> waiting) {
    asio::post(context_, [this, waiting = std::move(waiting)]() mutable {
      if (connected_.load(std::memory_order_relaxed)) {
        session_->submit(std::move(waiting));
      } else {
        waiting->finish(problem());
      }
    });
  }

  Result<void> wait_until_connected(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [this] {
      return connected_.load() || problem_.kind == ErrorKind::failed_precondition;
    });
    if (connected_.load()) return {};
    return problem_;
  }

 private:
  [[nodiscard]] Error problem() {
    const std::lock_guard lock(mutex_);
    return problem_;
  }

  void set_state(bool connected, const Error& problem) {
    {
      const std::lock_guard lock(mutex_);
      problem_ = problem;
      connected_.store(connected, std::memory_order_release);
    }
    changed_.notify_all();
  }

  Task<void> keep_connected() {
    auto pause = options_.first_pause;
    std::string reported;  // the problem that is in the log already
    while (!stopping_) {
      session_ = redis::make_session(context_, options_, tls_.get());
      const auto opened = co_await session_->open();
      Error problem = opened ? Error() : opened.error();
      if (opened && !stopping_) {
        if (!reported.empty())
          spdlog::info("cooldown: Redis at {}:{} answers again", options_.host, options_.port);
        reported.clear();
        set_state(true, {});
        problem = co_await session_->serve();
        if (session_->has_worked()) pause = options_.first_pause;
      }
      set_state(false, problem);
      session_->close();
      session_->fail_waiting(problem);
      session_.reset();
      if (stopping_) break;
      if (problem.message != reported) {
        spdlog::warn("cooldown: {}; the database's rule decides until it is back", problem.message);
        reported = problem.message;
      }
      std::uniform_real_distribution<double> spread(0.8, 1.2);
      pause_timer_.expires_after(
          std::chrono::duration_cast<std::chrono::microseconds>(pause * spread(random_)));
      pause = std::min(2 * pause, options_.longest_pause);
      co_await pause_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }

  const RedisOptions options_;
  const std::unique_ptr<asio::ssl::context> tls_;  // none: without TLS
  std::atomic<bool> connected_{false};
  std::atomic<std::size_t> waiting_{0};  // commands without an answer yet

  std::mutex mutex_;
  std::condition_variable changed_;
  Error problem_ = Error::of(ErrorKind::unavailable, "redis_unreachable",
                             "not connected to Redis yet");  // guarded by mutex_; while not connected_

  // Of the thread.
  asio::io_context context_{1};
  asio::steady_timer pause_timer_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::minstd_rand random_{std::random_device{}()};
  std::shared_ptr<redis::Session> session_;
  bool stopping_ = false;

  std::thread thread_;
};

RedisClient::RedisClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RedisClient::~RedisClient() = default;

Result<std::unique_ptr<RedisClient>> RedisClient::create(RedisOptions options) {
  std::unique_ptr<asio::ssl::context> tls;
  if (options.tls) {
    auto made = make_tls(options);
    if (!made) return made.error();
    tls = std::move(*made);
  }
  return std::unique_ptr<RedisClient>(
      new RedisClient(std::make_unique<Impl>(std::move(options), std::move(tls))));
}

Result<void> RedisClient::wait_until_connected(std::chrono::milliseconds patience) const {
  return impl_->wait_until_connected(patience);
}

Task<Result<RedisReply>> RedisClient::execute(RedisCommand command) {
  if (auto obstacle = impl_->obstacle()) co_return std::move(*obstacle);
  auto start = [this](auto handler, const RedisCommand& asked) {
    auto waiting = std::make_unique<WaitingFor<decltype(handler)>>(std::move(handler), impl_->waiting());
    redis::encode(asked, waiting->bytes);
    waiting->deadline = std::chrono::steady_clock::now() + impl_->options().command_timeout;
    impl_->submit(std::move(waiting));
  };
  auto pending = asio::async_initiate<const asio::use_awaitable_t<>, void(Result<RedisReply>)>(
      start, asio::use_awaitable, std::move(command));
  co_return co_await std::move(pending);
}

}  // namespace sas
