#include "postgres/connection.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/completion.h"
#include "base/uuid.h"
#include "postgres/errors.h"

namespace sas::postgres {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// How much longer than the server the client waits for a statement to end.
constexpr auto kGrace = 2s;
// A connection idle for longer than this is checked with the server before use.
constexpr auto kTrusted = 5s;
// The server sends its answers after this many commands, so that the time limit does not apply to all of them
// together.
constexpr std::size_t kAnsweredTogether = 8;

void log_notice(void* /*nothing*/, const char* message) { spdlog::debug("postgresql: {}", message); }

// Runs PQconnectStart on a thread of `resolver`, because it resolves names and blocks meanwhile. `unheard`:
// how long sent data may stay unacknowledged.
Task<PGconn*> start_connecting(asio::thread_pool& resolver, std::string conninfo,
                               std::chrono::milliseconds unheard) {
  auto start = [&resolver, unheard](auto handler, std::string text) {
    Completion<PGconn*, decltype(handler)> completion(std::move(handler));
    asio::post(resolver, [unheard, text = std::move(text), completion = std::move(completion)]() mutable {
      const std::string patience = std::to_string(unheard.count());
      // Parameters before the URL are defaults that the URL may override.
      const char* const keywords[] = {"fallback_application_name", "client_encoding", "tcp_user_timeout",
                                      "keepalives_idle",           "dbname",          nullptr};
      const char* const values[] = {"attendd", "UTF8", patience.c_str(), "30", text.c_str(), nullptr};
      completion(PQconnectStartParams(keywords, values, /*expand_dbname=*/1));
    });
  };
  auto pending = asio::async_initiate<const asio::use_awaitable_t<>, void(PGconn*)>(
      start, asio::use_awaitable, std::move(conninfo));
  co_return co_await std::move(pending);
}

}  // namespace

// Also owned by the timer's handler, which may run after the connection is destroyed.
struct Connection::Io {
  explicit Io(const asio::any_io_executor& executor) : socket(executor), deadline(executor) {}

  // A duplicate of libpq's descriptor: libpq closes its own when the connection breaks, and another
  // connection may reuse the number before this one notices.
  asio::posix::stream_descriptor socket;
  asio::steady_timer deadline;
  std::uint64_t round = 0;  // which operation the deadline is for
  bool expired = false;
};

void Connection::Finish::operator()(PGconn* connection) const { PQfinish(connection); }

Connection::Connection(const asio::any_io_executor& executor, std::shared_ptr<const ConnectOptions> options)
    : options_(std::move(options)),
      io_(std::make_shared<Io>(executor)),
      name_prefix_("sas_" + Uuid::v7(SystemClock().now()).to_string() + "_") {}

Connection::~Connection() {
  ++io_->round;
  io_->deadline.cancel();
  handle_.reset();
  boost::system::error_code ignored;
  io_->socket.close(ignored);
}

bool Connection::watch_socket() {
  const int duplicate = ::fcntl(PQsocket(handle_.get()), F_DUPFD_CLOEXEC, 0);
  if (duplicate < 0) return false;
  boost::system::error_code problem;
  io_->socket.assign(duplicate, problem);
  if (!problem) return true;
  ::close(duplicate);
  return false;
}

// Without a limit, the operation may take until the connection ends.
void Connection::arm(std::optional<std::chrono::milliseconds> limit) {
  const std::uint64_t round = ++io_->round;
  io_->expired = false;
  if (!limit) {
    io_->deadline.cancel();
    return;
  }
  io_->deadline.expires_after(*limit);
  io_->deadline.async_wait([io = io_, round](const boost::system::error_code& cancelled) {
    if (cancelled || io->round != round) return;
    io->expired = true;
    io->socket.cancel();
  });
}

Error Connection::broken() const {
  const std::string why = handle_ ? last_words(handle_.get()) : std::string();
  return lost(options_->target.name, why.empty() ? "the connection ended" : why);
}

Task<std::optional<Error>> Connection::wait(bool for_writing, const char* what) {
  if (!io_->expired) {
    using asio::experimental::awaitable_operators::operator||;
    constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
    // While waiting to write, wait for reads too: a server that cannot send its answers stops reading.
    if (for_writing) {
      auto writable = io_->socket.async_wait(asio::posix::stream_descriptor::wait_write, kToken);
      auto readable = io_->socket.async_wait(asio::posix::stream_descriptor::wait_read, kToken);
      static_cast<void>(co_await (std::move(writable) || std::move(readable)));
    } else {
      auto readable = io_->socket.async_wait(asio::posix::stream_descriptor::wait_read, kToken);
      static_cast<void>(co_await std::move(readable));
    }
  }
  if (io_->expired) co_return timed_out(options_->target.name, what);
  co_return std::nullopt;
}

Task<Result<void>> Connection::connect(asio::thread_pool& resolver) {
  const auto until = std::chrono::steady_clock::now() + options_->connect_timeout;
  // A server that is executing a statement does not read; that alone is no reason to drop the connection.
  auto starting = start_connecting(resolver, options_->target.conninfo, options_->statement_timeout + kGrace);
  handle_.reset(co_await std::move(starting));
  if (!handle_) co_return Error::of(ErrorKind::resource_exhausted, "no memory left for a connection");
  PQsetNoticeProcessor(handle_.get(), log_notice, nullptr);
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  arm(std::max(left, 1ms));

  auto wanted = PGRES_POLLING_WRITING;
  while (PQstatus(handle_.get()) != CONNECTION_BAD) {
    // The socket may change after each step, possibly with the same number.
    if (!watch_socket()) co_return broken();
    auto waiting = wanted == PGRES_POLLING_READING ? wait(false, "no connection in time")
                                                   : wait(true, "no connection in time");
    const auto failed = co_await std::move(waiting);
    io_->socket.close();
    if (failed) co_return *failed;
    wanted = PQconnectPoll(handle_.get());
    if (wanted == PGRES_POLLING_OK || wanted == PGRES_POLLING_FAILED) break;
  }
  if (PQstatus(handle_.get()) != CONNECTION_OK)
    co_return not_connected(options_->target.name, last_words(handle_.get()));
  if (!watch_socket() || PQsetnonblocking(handle_.get(), 1) != 0 || PQenterPipelineMode(handle_.get()) != 1)
    co_return broken();

  const std::string limit = std::to_string(options_->statement_timeout.count());
  std::string setup = "SET statement_timeout = " + limit +
                      "; SET idle_in_transaction_session_timeout = " + limit +
                      "; SET default_transaction_isolation = 'read committed';"
                      // Acknowledged data must be durable, whatever the server's default is.
                      "SELECT set_config('synchronous_commit', 'on', false) "
                      "WHERE current_setting('synchronous_commit') = 'off';" +
                      options_->setup;
  auto setting_up = script(std::move(setup));
  co_return co_await std::move(setting_up);
}

Task<Result<std::unique_ptr<Connection>>> Connection::open(asio::any_io_executor executor,
                                                           std::shared_ptr<const ConnectOptions> options,
                                                           asio::thread_pool& resolver) {
  std::unique_ptr<Connection> connection(new Connection(executor, std::move(options)));
  auto connecting = connection->connect(resolver);
  const auto connected = co_await std::move(connecting);
  if (!connected) co_return connected.error();
  co_return std::move(connection);
}

std::optional<Error> Connection::send(const std::vector<Command>& commands,
                                      std::vector<std::string>& prepared) {
  constexpr int kBinary = 1;
  PGconn* const handle = handle_.get();
  for (std::size_t n = 0; n < commands.size(); ++n) {
    if (n > 0 && n % kAnsweredTogether == 0 && PQsendFlushRequest(handle) != 1) return broken();
    const Command& command = commands[n];
    const Parameters& parameters = command.parameters;
    const auto count = static_cast<int>(parameters.size());
    std::vector<const char*> values;
    std::vector<int> lengths;
    const std::vector<int> formats(parameters.size(), kBinary);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const auto& value = parameters.value(i);
      values.push_back(value ? value->data() : nullptr);
      lengths.push_back(value ? static_cast<int>(value->size()) : 0);
    }
    if (!command.prepare) {
      if (PQsendQueryParams(handle, command.sql.c_str(), count, parameters.types().data(), values.data(),
                            lengths.data(), formats.data(), kBinary) == 0)
        return broken();
      continue;
    }
    const auto [known, is_new] =
        prepared_.try_emplace(command.sql, name_prefix_ + std::to_string(next_name_));
    if (is_new) {
      ++next_name_;
      prepared.push_back(command.sql);
      if (PQsendPrepare(handle, known->second.c_str(), command.sql.c_str(), count,
                        parameters.types().data()) == 0)
        return broken();
    }
    if (PQsendQueryPrepared(handle, known->second.c_str(), count, values.data(), lengths.data(),
                            formats.data(), kBinary) == 0)
      return broken();
  }
  if (PQpipelineSync(handle) != 1) return broken();
  return std::nullopt;
}

Task<Result<void>> Connection::flush() {
  for (;;) {
    const int left = PQflush(handle_.get());
    if (left < 0) co_return broken();
    if (left == 0) co_return Result<void>{};
    auto waiting = wait(true, "no answer in time");
    const auto failed = co_await std::move(waiting);
    if (failed) co_return *failed;
    if (PQconsumeInput(handle_.get()) == 0) co_return broken();
  }
}

// The next result and its status; none: the end of a command's results.
Task<Result<std::optional<Rows>>> Connection::next(int& status) {
  while (PQisBusy(handle_.get()) == 1) {
    auto waiting = wait(false, "no answer in time");
    const auto failed = co_await std::move(waiting);
    if (failed) co_return *failed;
    if (PQconsumeInput(handle_.get()) == 0) co_return broken();
  }
  PGresult* const result = PQgetResult(handle_.get());
  if (result == nullptr) co_return std::optional<Rows>();
  std::optional<Rows> rows(result);
  status = PQresultStatus(result);
  if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
    if (PQstatus(handle_.get()) == CONNECTION_BAD) co_return broken();
    co_return error_of(result, options_->target.name);
  }
  co_return std::move(rows);
}

Task<Result<std::vector<Rows>>> Connection::run(std::vector<Command> commands) {
  in_operation_ = true;
  const auto limit = limited_ ? std::optional(options_->statement_timeout + kGrace) : std::nullopt;
  arm(limit);
  std::vector<std::string> prepared;
  if (auto failed = send(commands, prepared)) co_return *failed;
  auto flushing = flush();
  const auto flushed = co_await std::move(flushing);
  if (!flushed) co_return flushed.error();

  // Results arrive in order: for each preparation, for each command, and for the end that commits. Commands
  // aborted by an error also have a result, which only says so.
  std::vector<Rows> answers;
  std::optional<Error> error;
  std::vector<bool> is_preparation;
  std::size_t planned = 0;
  for (const Command& command : commands) {
    if (command.prepare && planned < prepared.size() && prepared[planned] == command.sql) {
      is_preparation.push_back(true);
      ++planned;
    }
    is_preparation.push_back(false);
  }
  std::size_t at = 0;
  std::size_t prepared_well = 0;
  for (;;) {
    int status = PGRES_COMMAND_OK;
    auto reading = next(status);
    auto result = co_await std::move(reading);
    if (!result) {
      if (PQstatus(handle_.get()) == CONNECTION_BAD || io_->expired) co_return result.error();
      if (!error) error = result.error();
      continue;
    }
    if (*result && status == PGRES_PIPELINE_SYNC) break;
    if (!*result) {  // the end of one command
      ++at;
      continue;
    }
    if (status == PGRES_PIPELINE_ABORTED || at >= is_preparation.size()) continue;
    if (is_preparation[at]) {
      ++prepared_well;
    } else {
      answers.push_back(std::move(**result));
      if (answers.size() % kAnsweredTogether == 0) arm(limit);
    }
  }
  arm(std::nullopt);
  in_operation_ = false;
  last_used_ = std::chrono::steady_clock::now();
  if (error) {
    // Statements prepared before the error stay prepared.
    for (std::size_t i = prepared_well; i < prepared.size(); ++i) prepared_.erase(prepared[i]);
    co_return *error;
  }
  if (answers.size() != commands.size())
    co_return Error::of(ErrorKind::internal, "the database answered fewer statements than were sent");
  co_return std::move(answers);
}

Task<Result<void>> Connection::script(std::string sql) {
  in_operation_ = true;
  arm(limited_ ? std::optional(options_->statement_timeout + kGrace) : std::nullopt);
  if (PQexitPipelineMode(handle_.get()) != 1 || PQsendQuery(handle_.get(), sql.c_str()) != 1)
    co_return broken();
  auto flushing = flush();
  const auto flushed = co_await std::move(flushing);
  if (!flushed) co_return flushed.error();
  std::optional<Error> error;
  for (;;) {
    int status = PGRES_COMMAND_OK;
    auto reading = next(status);
    const auto result = co_await std::move(reading);
    if (!result) {
      if (PQstatus(handle_.get()) == CONNECTION_BAD || io_->expired) co_return result.error();
      if (!error) error = result.error();
      continue;
    }
    if (!*result) break;
  }
  arm(std::nullopt);
  if (PQenterPipelineMode(handle_.get()) != 1) co_return broken();
  in_operation_ = false;
  last_used_ = std::chrono::steady_clock::now();
  if (error) co_return *error;
  co_return Result<void>{};
}

Task<Result<void>> Connection::lift_limits() {
  limited_ = false;
  auto lifting = script("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0");
  co_return co_await std::move(lifting);
}

Task<Result<bool>> Connection::wait_for_notification(std::chrono::milliseconds patience) {
  arm(patience);
  for (;;) {
    if (PQconsumeInput(handle_.get()) == 0) {
      in_operation_ = true;  // must not be used again
      co_return broken();
    }
    bool notified = false;
    while (PGnotify* const note = PQnotifies(handle_.get())) {
      notified = true;
      PQfreemem(note);
    }
    if (notified) {
      arm(std::nullopt);
      co_return true;
    }
    auto waiting = wait(false, "");
    if (const auto over = co_await std::move(waiting)) co_return false;
  }
}

bool Connection::usable() const {
  return !in_operation_ && PQstatus(handle_.get()) == CONNECTION_OK &&
         PQtransactionStatus(handle_.get()) == PQTRANS_IDLE;
}

Task<bool> Connection::check() {
  if (!usable()) co_return false;
  // No data is expected on an idle connection: if it is readable, the server has closed it.
  pollfd readable{PQsocket(handle_.get()), POLLIN, 0};
  const bool silent = ::poll(&readable, 1, 0) == 0;
  if (silent && std::chrono::steady_clock::now() - last_used_ < kTrusted) co_return true;
  if (!silent && PQconsumeInput(handle_.get()) == 0) co_return false;
  auto asking = run({{"SELECT 1"}});
  const auto answered = co_await std::move(asking);
  co_return answered.has_value();
}

}  // namespace sas::postgres
