#include "load_generator.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <memory>
#include <random>
#include <stdexcept>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>

namespace sas::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 16384;
// How long after the end an answer may take before it counts as missing.
constexpr auto kPatience = std::chrono::seconds(5);

struct Answer {
  unsigned status = 0;
  std::string_view body;
};

// Parses the answer at the start of `bytes`; false if it is incomplete. Supports only answers with a
// content-length, which is what both servers send; a complete HTTP parser would use a noticeable share of the
// cores under test.
bool read_answer(std::string_view bytes, Answer& answer) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  constexpr std::string_view kLength = "\r\ncontent-length:";
  const std::size_t end = bytes.find(kEnd);
  if (end == std::string_view::npos) return false;
  const std::string_view head = bytes.substr(0, end);
  std::from_chars(head.data() + 9, head.data() + 12, answer.status);
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    if (!boost::beast::iequals(head.substr(at, kLength.size()), kLength)) continue;
    std::string_view digits = head.substr(at + kLength.size());
    digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
    std::size_t length = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (bytes.size() < end + kEnd.size() + length) return false;
    answer.body = bytes.substr(end + kEnd.size(), length);
    return true;
  }
  throw std::runtime_error("an answer without content-length: " + std::string(head.substr(0, 200)));
}

class Load {
 public:
  Load(const LoadTarget& target, const LoadOptions& options, const std::function<void(LoadRequest&)>& next)
      : options_(options), next_(next), random_(options.seed), gap_(options.rate > 0 ? options.rate : 1) {
    const tcp::endpoint endpoint(asio::ip::make_address(target.host), target.port);
    for (std::size_t i = 0; i < options.connections; ++i) {
      auto connection = std::make_unique<Connection>(context_);
      boost::system::error_code error;
      connection->socket.connect(endpoint, error);
      if (error)
        throw std::runtime_error(target.host + ":" + std::to_string(target.port) + ": " + error.message());
      connection->socket.set_option(tcp::no_delay(true));
      connections_.push_back(std::move(connection));
    }
  }

  LoadResult run() {
    const auto start = Clock::now();
    count_from_ = start + options_.warm_up;
    end_ = count_from_ + options_.duration;
    if (options_.rate > 0) {
      for (auto& connection : connections_) idle_.push_back(connection.get());
      arrival_ = start;
      wait_for_arrival();
    } else {
      for (auto& connection : connections_) send(*connection, Clock::now());
    }
    context_.run_until(end_ + kPatience);
    result_.unanswered = sent_ - answered_ + waiting_.size();
    result_.seconds =
        std::chrono::duration<double>(std::max(last_answer_, count_from_ + Clock::duration(1)) - count_from_)
            .count();
    return std::move(result_);
  }

 private:
  struct Connection {
    explicit Connection(asio::io_context& context) : socket(context) {}
    tcp::socket socket;
    LoadRequest request;
    std::string received;
    std::array<char, kReadBytes> buffer{};
    Clock::time_point since;
  };

  [[nodiscard]] bool is_over() const {
    return Clock::now() >= end_ || (options_.most_requests > 0 && sent_ >= options_.most_requests);
  }

  void wait_for_arrival() {
    if (arrival_ >= end_) return;
    timer_.expires_at(arrival_);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      // Handle all arrivals that are due: the generator itself may be late, and that counts too.
      for (; arrival_ <= Clock::now() && arrival_ < end_; draw_next_arrival()) {
        if (idle_.empty()) {
          waiting_.push_back(arrival_);
        } else {
          Connection* connection = idle_.front();
          idle_.pop_front();
          send(*connection, arrival_);
        }
      }
      wait_for_arrival();
    });
  }

  void draw_next_arrival() {
    arrival_ += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(gap_(random_)));
  }

  void send(Connection& connection, Clock::time_point since) {
    ++sent_;
    connection.since = since;
    connection.received.clear();
    next_(connection.request);
    asio::async_write(connection.socket, asio::buffer(connection.request.bytes),
                      [this, &connection](const boost::system::error_code& error, std::size_t /*bytes*/) {
                        if (error)
                          throw std::runtime_error("a request could not be sent: " + error.message());
                        receive(connection);
                      });
  }

  void receive(Connection& connection) {
    connection.socket.async_read_some(
        asio::buffer(connection.buffer),
        [this, &connection](const boost::system::error_code& error, std::size_t bytes) {
          if (error) throw std::runtime_error("a connection broke before its answer: " + error.message());
          connection.received.append(connection.buffer.data(), bytes);
          Answer answer;
          if (!read_answer(connection.received, answer)) {
            receive(connection);
            return;
          }
          note(connection, answer);
          go_on(connection);
        });
  }

  void note(const Connection& connection, const Answer& answer) {
    const auto now = Clock::now();
    ++answered_;
    const bool accepted = answer.status / 100 == 2;
    const bool right = accepted && connection.request.is_right(answer.body);
    if (!right && result_.first_refusal.empty())
      result_.first_refusal = std::to_string(answer.status) + " " + std::string(answer.body.substr(0, 300));
    if (right)
      ++result_.right;
    else if (accepted)
      ++result_.wrong;
    else
      ++result_.refused;
    if (connection.since < count_from_ || connection.since >= end_) return;
    last_answer_ = now;
    result_.latencies_ms.push_back(std::chrono::duration<double, std::milli>(now - connection.since).count());
  }

  void go_on(Connection& connection) {
    if (options_.rate <= 0) {
      if (!is_over()) send(connection, Clock::now());
      return;
    }
    if (waiting_.empty()) {
      idle_.push_back(&connection);
      return;
    }
    const auto since = waiting_.front();
    waiting_.pop_front();
    send(connection, since);
  }

  LoadOptions options_;
  const std::function<void(LoadRequest&)>& next_;
  asio::io_context context_{1};
  asio::steady_timer timer_{context_};
  std::vector<std::unique_ptr<Connection>> connections_;
  // Round-robin, like many edges: the server closes a connection that is idle for long.
  std::deque<Connection*> idle_;
  std::deque<Clock::time_point> waiting_;
  std::mt19937_64 random_;
  std::exponential_distribution<double> gap_;
  Clock::time_point arrival_;
  Clock::time_point count_from_;
  Clock::time_point end_;
  Clock::time_point last_answer_;
  std::size_t sent_ = 0;
  std::size_t answered_ = 0;
  LoadResult result_;
};

}  // namespace

LoadResult put_under_load(const LoadTarget& target, const LoadOptions& options,
                          const std::function<void(LoadRequest&)>& next) {
  return Load(target, options, next).run();
}

}  // namespace sas::bench
