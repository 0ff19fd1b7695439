#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>

#include "attacks.h"
#include "domain/attendance.h"
#include "fixtures/people.h"
#include "fixtures/server.h"
#include "fixtures/synthetic_faces.h"
#include "protocol/messages.h"
#include "raw_socket.h"

namespace sas::attack {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kBodies = 64;
constexpr std::size_t kBodyBytes = 16UL * 1024 * 1024;

// The whole process's memory, in MiB.
double memory_mb(pid_t process) {
  std::ifstream status(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  throw std::runtime_error("the server's memory cannot be read");
}

struct Figures {
  std::atomic<std::size_t> opened{0};
  std::atomic<std::size_t> guesses{0};
  std::atomic<std::size_t> told_to_wait{0};
  std::atomic<std::size_t> body_bytes{0};
};

// Opens what the server closes again.
void hold_idle(std::uint16_t port, int count, const std::atomic<bool>& stop, Figures& figures) {
  std::vector<RawSocket> sockets;
  while (!stop) {
    if (sockets.size() < static_cast<std::size_t>(count)) {
      sockets.emplace_back(port, kLoopback);
      ++figures.opened;
      if (!sockets.back().is_open()) sockets.pop_back();
      if (sockets.size() < static_cast<std::size_t>(count)) continue;
    }
    for (RawSocket& socket : sockets) {
      if (stop) return;
      if (!socket.closed_by_peer()) continue;
      socket = RawSocket(port, kLoopback);
      ++figures.opened;
      if (!socket.is_open()) break;
    }
    std::erase_if(sockets, [](const RawSocket& socket) { return !socket.is_open(); });
    std::this_thread::sleep_for(milliseconds(1));
  }
}

void guess(std::uint16_t port, const std::atomic<bool>& stop, Figures& figures) {
  const std::string request = "GET /api/v1/persons HTTP/1.1\r\nhost: h\r\nx-api-key: wrong\r\n\r\n";
  RawSocket socket(port, kLoopback);
  while (!stop) {
    std::string answer;
    if (socket.is_open() && socket.send(request)) answer = socket.response(milliseconds(2000));
    ++figures.guesses;
    if (answer.starts_with("HTTP/1.1 429")) ++figures.told_to_wait;
    if (answer.starts_with("HTTP/1.1 200")) throw std::runtime_error("a wrong key was let in");
    if (!answer.starts_with("HTTP/1.1 401")) socket = RawSocket(port, kLoopback);
  }
}

// Bodies that are announced, and sent but for their last byte.
void send_bodies(std::uint16_t port, const std::atomic<bool>& stop, Figures& figures) {
  const std::string head = fmt::format(
      "POST /api/v1/recognitions/batch HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\n"
      "content-length: {}\r\n\r\n",
      kBodyBytes);
  const std::string part(64UL * 1024, ' ');
  struct Sending {
    RawSocket socket;
    std::size_t sent = 0;
  };
  std::vector<Sending> all;
  while (!stop) {
    while (all.size() < kBodies && !stop) {
      Sending one{RawSocket(port, kLoopback)};
      if (!one.socket.is_open()) break;
      one.socket.send(head);
      all.push_back(std::move(one));
    }
    for (Sending& one : all) {
      if (stop) return;
      if (one.sent + part.size() < kBodyBytes && !one.socket.closed_by_peer() && one.socket.send(part)) {
        one.sent += part.size();
        figures.body_bytes += part.size();
      } else {
        one = Sending{RawSocket(port, kLoopback)};
        if (one.socket.is_open()) one.socket.send(head);
      }
    }
    std::this_thread::sleep_for(milliseconds(1));
  }
}

// Durations in milliseconds of requests with the key: on one connection, and on a new one each.
std::vector<double> good_client(std::uint16_t port, const std::string& body, Clock::time_point until,
                                std::size_t& failed) {
  const std::string list =
      fmt::format("GET /api/v1/persons HTTP/1.1\r\nhost: h\r\nx-api-key: {}\r\n\r\n", kKey);
  const std::string mark = fmt::format(
      "POST /api/v1/recognitions HTTP/1.1\r\nhost: h\r\nx-api-key: {}\r\ncontent-length: {}\r\n\r\n{}", kKey,
      body.size(), body);
  std::vector<double> took;
  RawSocket kept(port, kLoopback);
  for (std::size_t i = 0; Clock::now() < until; ++i) {
    const auto started = Clock::now();
    const std::string& request = i % 4 < 2 ? list : mark;
    std::string answer;
    if (i % 2 == 0) {
      if (kept.send(request)) answer = kept.response(milliseconds(10'000));
    } else {
      RawSocket fresh(port, kLoopback);
      if (fresh.is_open() && fresh.send(request)) answer = fresh.response(milliseconds(10'000));
    }
    took.push_back(std::chrono::duration<double, std::milli>(Clock::now() - started).count());
    if (!answer.starts_with("HTTP/1.1 200")) {
      ++failed;
      if (i % 2 == 0) kept = RawSocket(port, kLoopback);
    }
    std::this_thread::sleep_for(milliseconds(5));
  }
  return took;
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1,
                         static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

}  // namespace

bool lockout(const LockoutOptions& options) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  test::TestServer server(test::Environment{{"API_KEY", kKey}});
  test::SyntheticFaces faces(1);
  const Embedding face = faces.identity();
  test::enrol(*server.client(), "1", "Ada", face);
  const std::string body = R"({"camera_id":"gate-1","vector":)" + test::vector_json(face) + "}";
  const auto port = static_cast<std::uint16_t>(std::stoul(server.port()));
  std::size_t failed = 0;
  const auto calm = good_client(port, body, Clock::now() + std::chrono::seconds(1), failed);
  const double before = memory_mb(server.process().pid());

  Figures figures;
  std::atomic<bool> stop{false};
  std::atomic<double> highest{before};
  std::vector<std::thread> attackers;
  attackers.reserve(4);
  attackers.emplace_back([&] { hold_idle(port, options.idle_connections, stop, figures); });
  attackers.emplace_back([&] { guess(port, stop, figures); });
  attackers.emplace_back([&] { send_bodies(port, stop, figures); });
  attackers.emplace_back([&] {
    while (!stop) {
      highest = std::max(highest.load(), memory_mb(server.process().pid()));
      std::this_thread::sleep_for(milliseconds(100));
    }
  });
  const auto took = good_client(port, body, Clock::now() + std::chrono::seconds(options.seconds), failed);
  stop = true;
  for (std::thread& attacker : attackers) attacker.join();
  const std::string metrics = server.client()->get("/metrics").body;
  const bool counted = metrics.find("authentication_failures_total{shown=\"key\"}") != std::string::npos;

  const double p99 = percentile(took, 0.99);
  const double grown = highest - before;
  std::cout << fmt::format(
      "{} s: {} connections opened, {} wrong keys ({} told to wait), {:.0f} MiB of bodies without a key\n"
      "client with the key: {} requests, {} failed, p50 {:.1f} ms, p99 {:.1f} ms, longest {:.1f} ms (calm: "
      "p99 "
      "{:.1f} ms)\nthe server's memory: {:.0f} MiB, and {:.0f} MiB more at most\n",
      options.seconds, figures.opened.load(), figures.guesses.load(), figures.told_to_wait.load(),
      static_cast<double>(figures.body_bytes) / 1048576, took.size(), failed, percentile(took, 0.5), p99,
      percentile(took, 1), percentile(calm, 0.99), before, grown);
  const bool held = failed == 0 && (options.p99_ms == 0 || p99 <= options.p99_ms) &&
                    grown <= options.memory_mb && figures.told_to_wait > 0 && counted &&
                    server.process().running();
  if (!held) std::cout << "the server did not hold\n";
  return held;
}

}  // namespace sas::attack
