#include "redis/redis_subscriber.h"

#include <algorithm>
#include <set>
#include <utility>

#include "redis/redis_connection.h"
#include "redis/resp.h"

namespace sas {
namespace {

// Added to the answer time limit for how late a message may be before the connection is dropped.
constexpr auto kMostBetweenPings = std::chrono::milliseconds(1000);

class Subscription final : public redis::Waiting {
 public:
  using Answered = std::function<void(const RedisReply&)>;
  Subscription(const RedisCommand& command, std::chrono::milliseconds limit, Answered answered)
      : answered_(std::move(answered)) {
    redis::encode(command, bytes);
    deadline = std::chrono::steady_clock::now() + limit;
  }
  void finish(Result<RedisReply> reply) override {
    if (reply) answered_(*reply);  // on error the session has ended, and the next one subscribes
  }

 private:
  const Answered answered_;
};

}  // namespace

struct RedisSubscriber::Impl {
  explicit Impl(Handlers given) : handlers(std::move(given)) {}

  [[nodiscard]] redis::ConnectionHooks hooks(std::chrono::milliseconds limit) {
    redis::ConnectionHooks hooks;
    hooks.on_message = [this](const std::string& channel, std::string message) {
      // Skip messages that were in flight when the channel was unsubscribed.
      if (channels.contains(channel)) handlers.on_message(channel, std::move(message));
    };
    hooks.on_connected = [this](redis::Session& session) {
      for (const std::string& channel : channels) ask(session, "SUBSCRIBE", channel);
    };
    hooks.ping_every = std::min(limit, kMostBetweenPings);
    return hooks;
  }

  void ask(redis::Session& session, const char* command, const std::string& channel) {
    auto answered = [this, channel](const RedisReply& reply) {
      if (reply.kind == RedisReply::Kind::error) {
        connection->give_up(Error::of(
            ErrorKind::unavailable, "redis_refused",
            "Redis refuses the channel " + channel + ": \"" + reply.text +
                "\"; the user in REDIS_URL needs its channels (ACL SETUSER … resetchannels &sas:*)"));
      } else if (!reply.items.empty() && reply.items[0].text == "subscribe" && channels.contains(channel)) {
        handlers.on_subscribed(channel);
      }
    };
    session.submit(std::make_unique<Subscription>(
        RedisCommand{command, channel}, connection->options().command_timeout, std::move(answered)));
  }

  const Handlers handlers;
  std::set<std::string> channels;  // used only by the connection's thread
  std::unique_ptr<redis::Connection> connection;
};

RedisSubscriber::RedisSubscriber(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RedisSubscriber::~RedisSubscriber() = default;

Result<std::unique_ptr<RedisSubscriber>> RedisSubscriber::create(RedisOptions options, Handlers handlers) {
  auto impl = std::make_unique<Impl>(std::move(handlers));
  auto hooks = impl->hooks(options.command_timeout);
  auto connection = redis::Connection::create(std::move(options), std::move(hooks));
  if (!connection) return connection.error();
  impl->connection = std::move(*connection);
  return std::unique_ptr<RedisSubscriber>(new RedisSubscriber(std::move(impl)));
}

void RedisSubscriber::subscribe(std::string channel) {
  impl_->connection->run([impl = impl_.get(), channel = std::move(channel)](redis::Session* session) {
    if (impl->channels.insert(channel).second && session != nullptr)
      impl->ask(*session, "SUBSCRIBE", channel);
  });
}

void RedisSubscriber::unsubscribe(std::string channel) {
  impl_->connection->run([impl = impl_.get(), channel = std::move(channel)](redis::Session* session) {
    if (impl->channels.erase(channel) > 0 && session != nullptr) impl->ask(*session, "UNSUBSCRIBE", channel);
  });
}

Result<void> RedisSubscriber::state() const {
  if (impl_->connection->is_connected()) return {};
  return impl_->connection->problem();
}

Result<void> RedisSubscriber::wait_until_connected(std::chrono::milliseconds patience) const {
  return impl_->connection->wait_until_connected(patience);
}

}  // namespace sas
