#include "redis/redis_session.h"

#include <array>
#include <deque>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "redis/resp.h"

namespace sas::redis {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kToReadWhatIsThere = std::chrono::milliseconds(20);
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

// With such an answer the server is currently the wrong one: a replica, or still starting. A new connection
// may reach the right one.
bool is_wrong_server(const RedisReply& reply) {
  for (const char* code : {"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN"})
    if (reply.is_error(code)) return true;
  return false;
}

// A push message, not an answer to a command.
bool is_message(const RedisReply& reply) {
  return reply.kind == RedisReply::Kind::array && reply.items.size() == 3 && reply.items[0].text == "message";
}

template <class Stream>
class SessionOn final : public Session, public std::enable_shared_from_this<SessionOn<Stream>> {
 public:
  template <class... Arguments>
  SessionOn(asio::io_context& context, const RedisOptions& options, const Session::OnMessage& on_message,
            Arguments&&... arguments)
      : options_(options),
        on_message_(on_message),
        stream_(context, std::forward<Arguments>(arguments)...),
        resolver_(context),
        timer_(context) {}

  Task<Result<void>> open() override {
    const auto self = this->shared_from_this();
    limit(std::chrono::steady_clock::now() + options_.connect_timeout);
    auto opened = co_await connect_and_introduce();
    timer_.cancel();
    if (!opened && expired_) {
      co_return Error::of(
          ErrorKind::unavailable, "redis_unreachable",
          where() + " did not answer within " + std::to_string(options_.connect_timeout.count()) + " ms");
    }
    co_return opened;
  }

  Task<Error> serve() override {
    const auto self = this->shared_from_this();
    serving_ = true;
    for (;;) {
      auto reply = co_await receive();
      if (!reply) co_return reply.error();
      if (on_message_ && is_message(*reply)) {
        on_message_(reply->items[1].text, std::move(reply->items[2].text));
        continue;
      }
      if (waiting_.empty())
        co_return Error::of(ErrorKind::unavailable, "redis_protocol",
                            where() + " sent an answer without a request");
      const bool wrong = is_wrong_server(*reply);
      const std::string text = wrong ? reply->text : std::string();
      std::unique_ptr<Waiting> first = std::move(waiting_.front());
      waiting_.pop_front();
      first->finish(std::move(*reply));
      if (wrong) {
        close();
        co_return Error::of(ErrorKind::unavailable, "redis_lost", where() + " answers \"" + text + "\"");
      }
      worked_ = true;
      unread_ = false;
    }
  }

  void submit(std::unique_ptr<Waiting> waiting) override {
    outgoing_ += waiting->bytes;
    waiting->bytes = {};
    waiting_.push_back(std::move(waiting));
    watch();
    if (!writing_) {
      writing_ = true;
      asio::co_spawn(stream_.get_executor(), write(this->shared_from_this()), asio::detached);
    }
  }

  void close() override {
    error_code ignored;
    stream_.lowest_layer().close(ignored);
    resolver_.cancel();
    timer_.cancel();
  }

  void fail_waiting(const Error& error) override {
    while (!waiting_.empty()) {
      std::unique_ptr<Waiting> first = std::move(waiting_.front());
      waiting_.pop_front();
      first->finish(error);
    }
  }

  [[nodiscard]] bool has_worked() const override { return worked_; }

 private:
  [[nodiscard]] std::string where() const {
    const bool ipv6 = options_.host.find(':') != std::string::npos;
    return "Redis at " + (ipv6 ? "[" + options_.host + "]" : options_.host) + ":" +
           std::to_string(options_.port);
  }

  [[nodiscard]] Error unreachable(const error_code& why) const {
    return Error::of(
        ErrorKind::unavailable, "redis_unreachable",
        "no " + where() + " (" + why.message() + "); is it running, and does REDIS_URL point to it?");
  }

  [[nodiscard]] Error refused(const std::string& why) const {
    return Error::of(ErrorKind::failed_precondition, "redis_refused",
                     where() + " rejects this client: " + why);
  }

  [[nodiscard]] Error lost(const error_code& why) const {
    if (expired_)
      return Error::of(
          ErrorKind::unavailable, "redis_timeout",
          where() + " did not answer within " + std::to_string(options_.command_timeout.count()) + " ms");
    return Error::of(ErrorKind::unavailable, "redis_lost",
                     "the connection to " + where() + " is lost (" + why.message() + ")");
  }

  Task<Result<void>> connect_and_introduce() {
    auto [unresolved, addresses] =
        co_await resolver_.async_resolve(options_.host, std::to_string(options_.port), kTuple);
    if (unresolved) co_return unreachable(unresolved);
    if (expired_) co_return unreachable(asio::error::timed_out);
    auto [unconnected, endpoint] = co_await asio::async_connect(stream_.lowest_layer(), addresses, kTuple);
    if (unconnected) co_return unreachable(unconnected);
    error_code ignored;
    stream_.lowest_layer().set_option(tcp::no_delay(true), ignored);
    stream_.lowest_layer().set_option(asio::socket_base::keep_alive(true), ignored);
    auto secured = co_await secure();
    if (!secured) co_return secured;
    co_return co_await introduce();
  }

  Task<Result<void>> secure() {
    if constexpr (std::is_same_v<Stream, asio::ssl::stream<tcp::socket>>) {
      // The name is sent (SNI) unless it is an address; the certificate must match it in both cases.
      error_code address;
      asio::ip::make_address(options_.host, address);
      if (address) SSL_set_tlsext_host_name(stream_.native_handle(), options_.host.c_str());
      stream_.set_verify_callback(asio::ssl::host_name_verification(options_.host));
      const auto [failed] = co_await stream_.async_handshake(asio::ssl::stream_base::client, kTuple);
      if (failed && !expired_) {
        if (failed.category() == asio::error::get_ssl_category())
          co_return refused("no trusted TLS connection (" + failed.message() +
                            "); does it use TLS (rediss://), is the certificate for this name, and should "
                            "REDIS_CA_FILE name its authority?");
        co_return unreachable(failed);
      }
    }
    co_return Result<void>{};
  }

  // Sends one command and waits for the answer; only before serve().
  Task<Result<RedisReply>> ask(RedisCommand command) {
    std::string bytes;
    encode(command, bytes);
    const auto [failed, size] = co_await asio::async_write(stream_, asio::buffer(bytes), kTuple);
    if (failed) co_return unreachable(failed);
    co_return co_await receive();
  }

  Task<Result<void>> introduce() {
    std::vector<RedisCommand> commands;
    if (!options_.password.empty()) {
      RedisCommand auth{"AUTH"};
      if (!options_.username.empty()) auth.push_back(options_.username);
      auth.push_back(options_.password);
      commands.push_back(std::move(auth));
    }
    if (options_.database != 0) commands.push_back({"SELECT", std::to_string(options_.database)});
    // A suspended or still loading server accepts connections; only an answer proves that it serves.
    commands.push_back({"PING"});
    for (RedisCommand& command : commands) {
      const std::string name = command.front();
      auto reply = co_await ask(std::move(command));
      if (!reply) co_return reply.error();
      if (reply->kind != RedisReply::Kind::error) continue;
      if (is_wrong_server(*reply))
        co_return Error::of(ErrorKind::unavailable, "redis_unreachable",
                            where() + " answers \"" + reply->text + "\"");
      co_return refused("it answers " + name + " with \"" + reply->text +
                        "\"; REDIS_URL says redis://user:password@host:port/database");
    }
    co_return Result<void>{};
  }

  Task<Result<RedisReply>> receive() {
    for (;;) {
      auto next = parser_.next();
      if (!next)
        co_return Error::of(ErrorKind::unavailable, "redis_protocol", where() + ": " + next.error().message);
      if (*next) co_return std::move(**next);
      const auto [failed, size] = co_await stream_.async_read_some(asio::buffer(input_), kTuple);
      if (failed) co_return serving_ ? lost(failed) : unreachable(failed);
      parser_.append(input_.data(), size);
    }
  }

  // Starts later than it is called, so it takes ownership of the session at the call.
  static Task<void> write(std::shared_ptr<SessionOn> self) {
    while (!self->outgoing_.empty()) {
      std::string bytes = std::exchange(self->outgoing_, {});
      const auto [failed, size] = co_await asio::async_write(self->stream_, asio::buffer(bytes), kTuple);
      if (failed) {
        self->close();
        break;
      }
    }
    self->writing_ = false;
  }

  // The oldest command's deadline is the connection's: answers arrive in command order. One timer moves from
  // deadline to deadline instead of being set for each command.
  void watch() {
    if (watching_ || waiting_.empty()) return;
    watching_ = true;
    limit(waiting_.front()->deadline);
  }

  void limit(SteadyTime deadline) {
    timer_.expires_at(deadline);
    timer_.async_wait([weak = this->weak_from_this()](const error_code& cancelled) {
      const auto self = weak.lock();
      if (cancelled || !self) return;
      self->watching_ = false;
      const bool late = !self->serving_ || (!self->waiting_.empty() && self->waiting_.front()->deadline <=
                                                                           std::chrono::steady_clock::now());
      if (!late) {
        self->watch();
        return;
      }
      // An unread answer in the buffer arrived in time; this thread was delayed. Read it first.
      error_code unknown;
      if (self->serving_ && !self->unread_ && self->stream_.lowest_layer().available(unknown) > 0) {
        self->unread_ = true;
        self->watching_ = true;
        self->limit(std::chrono::steady_clock::now() + kToReadWhatIsThere);
        return;
      }
      self->expired_ = true;
      self->close();
    });
  }

  const RedisOptions& options_;
  const Session::OnMessage& on_message_;
  Stream stream_;
  tcp::resolver resolver_;
  asio::steady_timer timer_;
  ReplyParser parser_;
  std::array<char, 16384> input_{};
  std::string outgoing_;
  std::deque<std::unique_ptr<Waiting>> waiting_;  // oldest first
  bool writing_ = false;
  bool serving_ = false;   // handshake done; before that the timer limits the handshake
  bool watching_ = false;  // the timer is running for waiting_
  bool unread_ = false;    // the oldest command timed out while bytes were available
  bool expired_ = false;
  bool worked_ = false;
};

}  // namespace

std::shared_ptr<Session> make_session(asio::io_context& context, const RedisOptions& options,
                                      asio::ssl::context* tls, const Session::OnMessage& on_message) {
  if (tls != nullptr)
    return std::make_shared<SessionOn<asio::ssl::stream<tcp::socket>>>(context, options, on_message, *tls);
  return std::make_shared<SessionOn<tcp::socket>>(context, options, on_message);
}

}  // namespace sas::redis
