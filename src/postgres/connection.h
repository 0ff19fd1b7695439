#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include "base/error.h"
#include "base/task.h"
#include "postgres/parameters.h"
#include "postgres/rows.h"
#include "postgres/target.h"

struct pg_conn;

namespace sas::postgres {

struct Command {
  std::string sql;
  Parameters parameters = {};
  bool prepare = true;  // false: a statement that is unlikely to be repeated
};

struct ConnectOptions {
  Target target;
  std::chrono::milliseconds connect_timeout{5000};
  // The server cancels a statement after this time; if no answer arrives within two more seconds, the
  // connection is closed. With many commands in one run(), the limit applies to each group of eight.
  std::chrono::milliseconds statement_timeout{10000};
  std::string setup;  // SQL to run on every new connection
};

// One connection, driven by its executor's thread: all members must be called from there, one operation at a
// time. After a connection failure it is unusable.
class Connection {
 public:
  // Name resolution blocks a thread of `resolver`; nothing else blocks.
  [[nodiscard]] static Task<Result<std::unique_ptr<Connection>>> open(
      boost::asio::any_io_executor executor, std::shared_ptr<const ConnectOptions> options,
      boost::asio::thread_pool& resolver);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs all commands in one round trip and, unless a transaction is already open, in one transaction: when
  // this completes, either everything is durable or nothing has happened (after a connection error: either
  // may be the case). One answer per command, in order.
  [[nodiscard]] Task<Result<std::vector<Rows>>> run(std::vector<Command> commands);
  // Runs a text of several statements, in one transaction unless it manages transactions itself.
  [[nodiscard]] Task<Result<void>> script(std::string sql);
  // Lifts the time limits, for work that may take arbitrarily long.
  [[nodiscard]] Task<Result<void>> lift_limits();
  // True: a channel that this connection LISTENs to was notified. False: nothing arrived within `patience`.
  [[nodiscard]] Task<Result<bool>> wait_for_notification(std::chrono::milliseconds patience);
  // False if an operation was interrupted or left a transaction open: must not be used again.
  [[nodiscard]] bool usable() const;
  // Whether it is usable and the server has not closed it. Asks the server if it was idle for long.
  [[nodiscard]] Task<bool> check();

 private:
  struct Io;
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  using Handle = std::unique_ptr<pg_conn, Finish>;

  Connection(const boost::asio::any_io_executor& executor, std::shared_ptr<const ConnectOptions> options);
  [[nodiscard]] Task<Result<void>> connect(boost::asio::thread_pool& resolver);
  [[nodiscard]] bool watch_socket();
  [[nodiscard]] Task<Result<void>> flush();
  [[nodiscard]] Task<Result<std::optional<Rows>>> next(int& status);
  [[nodiscard]] Task<std::optional<Error>> wait(bool for_writing, const char* what);
  [[nodiscard]] std::optional<Error> send(const std::vector<Command>& commands,
                                          std::vector<std::string>& prepared);
  [[nodiscard]] Error broken() const;
  void arm(std::optional<std::chrono::milliseconds> limit);

  std::shared_ptr<const ConnectOptions> options_;
  std::shared_ptr<Io> io_;
  Handle handle_;
  std::unordered_map<std::string, std::string> prepared_;  // text → name of the prepared statement
  // Of no other connection: behind a pooler that lends one server connection to several clients, the same name would run
  // another client's statement.
  const std::string name_prefix_;
  std::size_t next_name_ = 0;
  bool in_operation_ = false;
  bool limited_ = true;
  std::chrono::steady_clock::time_point last_used_;
};

}  // namespace sas::postgres
