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
  bool prepare = true;  // false: a text that will hardly come again
};

struct ConnectOptions {
  Target target;
  std::chrono::milliseconds connect_timeout{5000};
  // The server ends a statement after this; when even that is not heard of for two seconds more, the
  // connection is given up. Of many commands in one run() it holds for every eight.
  std::chrono::milliseconds statement_timeout{10000};
  std::string setup;  // SQL for every new connection
};

// One connection, driven by its executor's thread: every member is called from there, one operation at a
// time. An operation that fails for reasons of the connection leaves it unusable.
class Connection {
 public:
  // Resolving names blocks a thread of `resolver`, nothing else does.
  [[nodiscard]] static Task<Result<std::unique_ptr<Connection>>> open(
      boost::asio::any_io_executor executor, std::shared_ptr<const ConnectOptions> options,
      boost::asio::thread_pool& resolver);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // All in one round trip and, unless a transaction is open already, in one transaction: durable when this
  // completes, or nothing of it has happened (of an error of the connection itself: either). An answer a
  // command, in order.
  [[nodiscard]] Task<Result<std::vector<Rows>>> run(std::vector<Command> commands);
  // A text of several statements, in one transaction unless it says otherwise itself.
  [[nodiscard]] Task<Result<void>> script(std::string sql);
  // Lifts the time limits, for work that takes as long as it takes.
  [[nodiscard]] Task<Result<void>> lift_limits();
  // True when something this connection LISTENs to was notified, false when nothing was within `patience`.
  [[nodiscard]] Task<Result<bool>> wait_for_notification(std::chrono::milliseconds patience);
  // False when an operation was cut off or has left a transaction open: not to be used again.
  [[nodiscard]] bool usable() const;
  // Whether it is usable and the server has not closed it. Asks the server when it was idle for long.
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
  std::unordered_map<std::string, std::string> prepared_;  // text → the name it is prepared under
  std::size_t next_name_ = 0;
  bool in_operation_ = false;
  bool limited_ = true;
  std::chrono::steady_clock::time_point last_used_;
};

}  // namespace sas::postgres
