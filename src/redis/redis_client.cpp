#include "redis/redis_client.h"

#include <atomic>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/completion.h"
#include "redis/redis_connection.h"
#include "redis/resp.h"

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

}  // namespace

struct RedisClient::Impl {
  // None: a command may be sent now.
  [[nodiscard]] std::optional<Error> obstacle() const {
    if (!connection->is_connected()) return connection->problem();
    const std::size_t most = connection->options().most_waiting;
    if (waiting.load(std::memory_order_relaxed) >= most)
      return Error::of(ErrorKind::resource_exhausted, "redis_busy",
                       std::to_string(most) + " commands are already waiting for Redis");
    return std::nullopt;
  }

  std::atomic<std::size_t> waiting{0};  // commands without an answer so far
  std::unique_ptr<redis::Connection> connection;
};

RedisClient::RedisClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RedisClient::~RedisClient() = default;

Result<std::unique_ptr<RedisClient>> RedisClient::create(RedisOptions options) {
  auto connection = redis::Connection::create(std::move(options));
  if (!connection) return connection.error();
  auto impl = std::make_unique<Impl>();
  impl->connection = std::move(*connection);
  return std::unique_ptr<RedisClient>(new RedisClient(std::move(impl)));
}

Result<void> RedisClient::wait_until_connected(std::chrono::milliseconds patience) const {
  return impl_->connection->wait_until_connected(patience);
}

Task<Result<RedisReply>> RedisClient::execute(RedisCommand command) {
  if (auto obstacle = impl_->obstacle()) co_return std::move(*obstacle);
  auto start = [this](auto handler, const RedisCommand& asked) {
    auto waiting = std::make_unique<WaitingFor<decltype(handler)>>(std::move(handler), impl_->waiting);
    redis::encode(asked, waiting->bytes);
    waiting->deadline = std::chrono::steady_clock::now() + impl_->connection->options().command_timeout;
    impl_->connection->submit(std::move(waiting));
  };
  auto pending = asio::async_initiate<const asio::use_awaitable_t<>, void(Result<RedisReply>)>(
      start, asio::use_awaitable, std::move(command));
  co_return co_await std::move(pending);
}

}  // namespace sas
