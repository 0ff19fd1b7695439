#pragma once
// Internal to http: the state of one server thread, and what its connections may use.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/body_budget.h"
#include "http/connection_table.h"
#include "http/response_writer.h"
#include "http/server.h"

namespace sas::http {

using SteadyTime = std::chrono::steady_clock::time_point;
constexpr SteadyTime kNoDeadline = SteadyTime::max();

// Read by all threads. Only the atomics change after the start.
struct Shared {
  ServerOptions options;
  Router router;
  ServerHooks hooks;
  std::optional<boost::asio::ssl::context> tls;

  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> websockets{0};
  std::atomic<std::size_t> held{0};      // see Worker::hold
  std::optional<BodyBudget> bodies;      // set before the start
  std::optional<ConnectionTable> table;  // same
  std::size_t most_held = 0;             // same
  std::mutex ended_mutex;  // orders the last connection's end before stop() checks `connections`
  std::condition_variable ended;
};

// A connection as its worker sees it. Everything here runs on the worker's thread.
class Connection {
 public:
  virtual ~Connection() = default;
  [[nodiscard]] virtual Task<void> run() = 0;
  // Interrupts the current wait if its deadline has passed.
  virtual void expire(SteadyTime now) = 0;
  // The server is shutting down: an idle connection ends now, a busy one after its response.
  virtual void begin_stop() = 0;
  // Ends the connection immediately.
  virtual void cut() = 0;
  // Ends the connection if it still only waits for its peer and has not shown who it is.
  virtual void evict() = 0;

  [[nodiscard]] boost::asio::cancellation_signal& cancellation() { return cancellation_; }

 private:
  boost::asio::cancellation_signal cancellation_;
};

class Worker {
 public:
  explicit Worker(std::shared_ptr<Shared> shared);

  // Thread-safe. `overloaded`: respond with 503 and close.
  void adopt(boost::asio::ip::tcp::socket socket, std::shared_ptr<Presence> presence, bool overloaded);
  // Thread-safe; does nothing once the connection has ended.
  void evict(Presence& presence);
  void begin_stop();
  void cut();

  // For the connections, on this worker's thread.
  [[nodiscard]] Shared& shared() { return *shared_; }
  [[nodiscard]] std::string_view date() { return dates_.now(); }
  void make_request_id(std::string& out) { request_ids_.next(out); }

  // Takes the socket of an evicted connection, and closes it after linger_timeout: a peer that is closed at once comes
  // back at once, and thousands of them would keep the server busy with accepting. Closes it now if too many are held.
  void hold(boost::asio::ip::tcp::socket socket);

  [[nodiscard]] boost::asio::io_context& context() { return context_; }
  void start_thread();
  void join();
  // True: every connection has ended.
  [[nodiscard]] bool is_empty() const { return connections_.empty(); }

 private:
  void begin(boost::asio::ip::tcp::socket socket, const std::shared_ptr<Presence>& presence, bool overloaded);
  void arm_sweep();
  void release_held(SteadyTime until);

  struct Held {
    boost::asio::ip::tcp::socket socket;
    SteadyTime until;
  };

  std::shared_ptr<Shared> shared_;
  DateCache dates_;
  RequestIds request_ids_;
  std::list<Connection*> connections_;  // declared before context_, whose destruction ends them
  boost::asio::io_context context_;
  std::deque<Held> held_;  // in the order of `until`
  // How often deadlines are checked, instead of arming a timer for every read and write.
  std::chrono::milliseconds sweep_interval_;
  boost::asio::steady_timer sweep_;
  bool ended_ = false;  // no more sweeps
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::thread thread_;
};

// A plain or TLS connection, depending on shared.options.tls.
[[nodiscard]] std::shared_ptr<Connection> make_connection(Worker& worker, boost::asio::ip::tcp::socket socket,
                                                          std::shared_ptr<Presence> presence,
                                                          bool overloaded);

}  // namespace sas::http
