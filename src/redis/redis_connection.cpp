#include "redis/redis_connection.h"

#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "base/backoff.h"
#include "redis/resp.h"

namespace sas::redis {
namespace asio = boost::asio;
namespace {

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

// Nobody waits for its answer; if none arrives within the time limit, the session ends.
class Ping final : public Waiting {
 public:
  explicit Ping(std::chrono::milliseconds limit) {
    encode({"PING"}, bytes);
    deadline = std::chrono::steady_clock::now() + limit;
  }
  void finish(Result<RedisReply> /*reply*/) override {}
};

}  // namespace

Connection::Connection(RedisOptions options, ConnectionHooks hooks, std::unique_ptr<asio::ssl::context> tls)
    : options_(std::move(options)),
      hooks_(std::move(hooks)),
      tls_(std::move(tls)),
      pause_timer_(context_),
      ping_timer_(context_),
      work_(context_.get_executor()) {
  asio::co_spawn(context_, keep_connected(), asio::detached);
  thread_ = std::thread([this] { context_.run(); });
}

Connection::~Connection() {
  asio::post(context_, [this] {
    stopping_ = true;
    pause_timer_.cancel();
    if (session_) session_->close();
    work_.reset();
  });
  thread_.join();
}

Result<std::unique_ptr<Connection>> Connection::create(RedisOptions options, ConnectionHooks hooks) {
  std::unique_ptr<asio::ssl::context> tls;
  if (options.tls) {
    auto made = make_tls(options);
    if (!made) return made.error();
    tls = std::move(*made);
  }
  return std::unique_ptr<Connection>(new Connection(std::move(options), std::move(hooks), std::move(tls)));
}

Error Connection::problem() {
  const std::lock_guard lock(mutex_);
  return problem_;
}

Result<void> Connection::wait_until_connected(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience,
                    [this] { return connected_.load() || problem_.kind == ErrorKind::failed_precondition; });
  if (connected_.load()) return {};
  return problem_;
}

void Connection::submit(std::unique_ptr<Waiting> waiting) {
  run([this, waiting = std::move(waiting)](Session* session) mutable {
    if (session != nullptr) {
      session->submit(std::move(waiting));
    } else {
      waiting->finish(problem());
    }
  });
}

void Connection::give_up(const Error& problem) {
  given_up_ = problem;
  if (session_) session_->close();
}

void Connection::set_state(bool connected, const Error& problem) {
  {
    const std::lock_guard lock(mutex_);
    problem_ = problem;
    connected_.store(connected, std::memory_order_release);
  }
  changed_.notify_all();
}

void Connection::ping() {
  ping_timer_.expires_after(hooks_.ping_every);
  ping_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || !connected_) return;
    session_->submit(std::make_unique<Ping>(options_.command_timeout));
    ping();
  });
}

void Connection::report(const Error& problem) {
  if (problem.message == reported_) return;
  if (!options_.purpose.empty())
    spdlog::warn("{}: {}; {}", options_.purpose, problem.message, options_.while_away);
  reported_ = problem.message;
}

// One session, from its first answer to its end.
Task<Error> Connection::serve() {
  set_state(true, {});
  if (hooks_.on_connected) hooks_.on_connected(*session_);
  if (hooks_.ping_every.count() > 0) ping();
  Error problem = co_await session_->serve();
  ping_timer_.cancel();
  co_return problem;
}

Task<void> Connection::keep_connected() {
  Backoff backoff({.first = options_.first_pause, .longest = options_.longest_pause, .jitter = 0.2});
  while (!stopping_) {
    session_ = make_session(context_, options_, tls_.get(), hooks_.on_message);
    const auto opened = co_await session_->open();
    Error problem = opened ? Error() : opened.error();
    if (opened && !stopping_) {
      if (!reported_.empty() && !options_.purpose.empty())
        spdlog::info("{}: Redis at {}:{} is reachable again", options_.purpose, options_.host, options_.port);
      reported_.clear();
      problem = co_await serve();
      if (given_up_) {
        problem = *std::exchange(given_up_, std::nullopt);
      } else if (session_->has_worked()) {
        backoff.reset();
      }
    }
    set_state(false, problem);
    session_->close();
    session_->fail_waiting(problem);
    session_.reset();
    if (stopping_) break;
    report(problem);
    pause_timer_.expires_after(backoff.next());
    co_await pause_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

}  // namespace sas::redis
