// The live relay as it is used: a real attendd on one core, cameras that publish, viewers of which some never
// read. What arrives is checked byte by byte before any figure is given.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <unistd.h>

#include "fixtures/server.h"

namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using Steady = std::chrono::steady_clock;
using Socket = websocket::stream<tcp::socket>;
using std::chrono::duration;

struct Load {
  int cameras = 20;
  int viewers = 5;       // of each camera
  int stalled_each = 5;  // one viewer in so many never reads; 0: none
  double fps = 15;
  std::size_t frame_bytes = 50'000;
  double seconds = 60;
  int core = 0;
  std::string out;
};

// Where a frame was made, and what it must look like.
struct Stamp {
  std::uint64_t camera = 0;
  std::uint64_t number = 0;
  std::int64_t made_ns = 0;
};
constexpr std::size_t kStampAt = 3;  // after FF D8 FF

unsigned char filler(const Stamp& stamp, std::size_t place) {
  return static_cast<unsigned char>((stamp.camera * 31 + stamp.number * 7 + place) % 251);
}

std::string make_frame(const Stamp& stamp, std::size_t size) {
  std::string frame(size, '\0');
  std::memcpy(frame.data(), "\xFF\xD8\xFF", kStampAt);
  std::memcpy(frame.data() + kStampAt, &stamp, sizeof stamp);
  for (std::size_t i = kStampAt + sizeof stamp; i < size - 2; ++i)
    frame[i] = static_cast<char>(filler(stamp, i));
  frame[size - 2] = '\xFF';
  frame[size - 1] = '\xD9';
  return frame;
}

// The whole frame is as it was made.
bool read_frame(const unsigned char* bytes, std::size_t size, Stamp& stamp) {
  if (size < kStampAt + sizeof stamp + 2 || bytes[size - 1] != 0xD9) return false;
  std::memcpy(&stamp, bytes + kStampAt, sizeof stamp);
  for (std::size_t i = kStampAt + sizeof stamp; i < size - 2; ++i)
    if (bytes[i] != filler(stamp, i)) return false;
  return true;
}

struct Viewer {
  std::uint64_t frames = 0;
  std::uint64_t last = 0;
};

class Bench {
 public:
  Bench(const Load& load, const tcp::endpoint& server) : load_(load), server_(server) {}

  void run() {
    viewers_.resize(static_cast<std::size_t>(load_.cameras * load_.viewers));
    end_ = Steady::now() + std::chrono::duration_cast<Steady::duration>(duration<double>(load_.seconds));
    for (int camera = 0; camera < load_.cameras; ++camera) {
      asio::co_spawn(context_, publish(camera), asio::detached);
      for (int viewer = 0; viewer < load_.viewers; ++viewer) {
        const int index = camera * load_.viewers + viewer;
        const bool stalls = load_.stalled_each > 0 && index % load_.stalled_each == load_.stalled_each - 1;
        if (stalls) {
          ++stalled_;
          asio::co_spawn(context_, stall(camera), asio::detached);
        } else {
          active_.push_back(static_cast<std::size_t>(index));
          asio::co_spawn(context_, view(camera, viewers_[static_cast<std::size_t>(index)]), asio::detached);
        }
      }
    }
    context_.run_until(end_ + std::chrono::seconds(1));
  }

  const Load& load_;
  const tcp::endpoint server_;
  std::vector<Viewer> viewers_;
  std::vector<std::size_t> active_;
  int stalled_ = 0;
  int stalled_cut_ = 0;  // stalled viewers that the server cut off, and that came again
  std::uint64_t published_ = 0;
  std::uint64_t damaged_ = 0;
  std::uint64_t disordered_ = 0;
  std::uint64_t lost_connections_ = 0;
  std::vector<float> delays_ms_;

 private:
  [[nodiscard]] bool over() const { return Steady::now() >= end_; }

  asio::awaitable<bool> open(Socket& socket, std::string path) {
    error_code ec;
    co_await socket.next_layer().async_connect(server_, asio::redirect_error(asio::use_awaitable, ec));
    if (ec) co_return false;
    socket.next_layer().set_option(tcp::no_delay(true));
    socket.read_message_max(4UL * 1024 * 1024);
    socket.binary(true);
    socket.auto_fragment(false);
    co_await socket.async_handshake("127.0.0.1", path, asio::redirect_error(asio::use_awaitable, ec));
    co_return !ec;
  }

  asio::awaitable<void> publish(int camera) {
    Socket socket(context_);
    const bool opened = co_await open(socket, fmt::format("/api/v1/live/camera-{}/publish", camera));
    if (!opened) {
      ++lost_connections_;
      co_return;
    }
    asio::steady_timer timer(context_);
    // Cameras are not in step.
    auto next = Steady::now() + std::chrono::milliseconds(1000 * camera / load_.cameras);
    const auto pause = std::chrono::duration_cast<Steady::duration>(duration<double>(1 / load_.fps));
    Stamp stamp{static_cast<std::uint64_t>(camera), 0, 0};
    error_code ec;
    while (!over()) {
      timer.expires_at(next);
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
      next = std::max(next + pause, Steady::now() - pause);
      ++stamp.number;
      stamp.made_ns = Steady::now().time_since_epoch().count();
      const std::string frame = make_frame(stamp, load_.frame_bytes);
      co_await socket.async_write(asio::buffer(frame), asio::redirect_error(asio::use_awaitable, ec));
      if (ec) {
        ++lost_connections_;
        co_return;
      }
      ++published_;
    }
  }

  asio::awaitable<void> view(int camera, Viewer& viewer) {
    Socket socket(context_);
    const bool opened = co_await open(socket, fmt::format("/api/v1/live/camera-{}", camera));
    boost::beast::flat_buffer buffer;
    error_code ec;
    while (opened && !over()) {
      co_await socket.async_read(buffer, asio::redirect_error(asio::use_awaitable, ec));
      if (ec) break;
      Stamp stamp;
      if (!read_frame(static_cast<const unsigned char*>(buffer.data().data()), buffer.size(), stamp) ||
          stamp.camera != static_cast<std::uint64_t>(camera)) {
        ++damaged_;
      } else {
        if (stamp.number <= viewer.last) ++disordered_;
        viewer.last = stamp.number;
        ++viewer.frames;
        delays_ms_.push_back(static_cast<float>(
            static_cast<double>(Steady::now().time_since_epoch().count() - stamp.made_ns) / 1e6));
      }
      buffer.clear();
    }
    if (!over()) ++lost_connections_;
  }

  // Asks for frames and takes none. The server cuts it off after a while; then it comes again.
  asio::awaitable<void> stall(int camera) {
    while (!over()) {
      Socket socket(context_);
      const bool opened = co_await open(socket, fmt::format("/api/v1/live/camera-{}", camera));
      if (!opened) {
        ++lost_connections_;
        co_return;
      }
      asio::steady_timer timer(context_);
      error_code ec;
      bool cut = false;
      while (!cut && !over()) {
        timer.expires_after(std::chrono::milliseconds(200));
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        // A socket that the peer has reset says so without being read.
        int problem = 0;
        socklen_t size = sizeof problem;
        ::getsockopt(socket.next_layer().native_handle(), SOL_SOCKET, SO_ERROR, &problem, &size);
        tcp_info info{};
        size = sizeof info;
        ::getsockopt(socket.next_layer().native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size);
        constexpr std::uint8_t kEstablished = 1;
        cut = problem != 0 || info.tcpi_state != kEstablished;
      }
      if (cut) ++stalled_cut_;
    }
  }

  asio::io_context context_{1};
  Steady::time_point end_;
};

// Of a running process: kilobytes that are its own, and seconds of processor time.
struct Footprint {
  std::int64_t rss_kb = 0;
  double cpu_seconds = 0;
};

Footprint footprint_of(pid_t pid) {
  Footprint found;
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) found.rss_kb = std::stoll(line.substr(6));
  std::ifstream stat(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(stat, text);
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skip;
  for (int i = 0; i < 11; ++i) fields >> skip;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  found.cpu_seconds = (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  return found;
}

float percentile(std::vector<float>& values, double share) {
  if (values.empty()) return 0;
  const auto place =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli("The bar of the live relay: 20 cameras x 15 frames/s to 5 viewers each on one core");
  Load load;
  bool quick = false;
  cli.add_option("--cameras", load.cameras)->capture_default_str()->check(CLI::Range(1, 200));
  cli.add_option("--viewers", load.viewers, "Of each camera")
      ->capture_default_str()
      ->check(CLI::Range(1, 50));
  cli.add_option("--stalled", load.stalled_each, "One viewer in so many never reads; 0: none")
      ->capture_default_str();
  cli.add_option("--fps", load.fps)->capture_default_str()->check(CLI::Range(1.0, 30.0));
  cli.add_option("--frame-bytes", load.frame_bytes)->capture_default_str()->check(CLI::Range(100, 1'000'000));
  cli.add_option("--seconds", load.seconds)->capture_default_str()->check(CLI::Range(1.0, 86400.0));
  cli.add_option("--core", load.core, "The core that the server may use")->capture_default_str();
  cli.add_option("--out", load.out, "Append the result here as a line of JSON");
  cli.add_flag("--quick", quick, "Seconds instead of minutes: whether it works, not how fast");
  CLI11_PARSE(cli, argc, argv);
  if (quick) {
    load.cameras = 4;
    load.seconds = 4;
  }

  sas::test::TestServer server(sas::test::Environment{{"THREADS", "1"}});
  const pid_t pid = server.process().pid();
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(load.core), &cores);
  // Every thread that it has; those that it starts later inherit it.
  for (const auto& thread : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", pid)))
    ::sched_setaffinity(std::stoi(thread.path().filename()), sizeof cores, &cores);

  Bench bench(load, tcp::endpoint(asio::ip::make_address("127.0.0.1"),
                                  static_cast<std::uint16_t>(std::stoi(server.port()))));
  std::atomic<bool> done{false};
  std::vector<std::int64_t> memory;  // kB, ten times a run
  const Footprint before = footprint_of(pid);
  const auto began = Steady::now();
  std::thread watcher([&] {
    for (int i = 1; i <= 10 && !done; ++i) {
      std::this_thread::sleep_until(began + std::chrono::duration_cast<Steady::duration>(
                                                duration<double>(load.seconds * i / 10.0 - 0.05)));
      memory.push_back(footprint_of(pid).rss_kb);
    }
  });
  bench.run();
  done = true;
  watcher.join();
  const Footprint after = footprint_of(pid);
  const double took = duration<double>(Steady::now() - began).count();

  std::uint64_t delivered = 0;
  std::uint64_t least = bench.active_.empty() ? 0 : UINT64_MAX;
  for (const auto index : bench.active_) {
    delivered += bench.viewers_[index].frames;
    least = std::min(least, bench.viewers_[index].frames);
  }
  const double wanted = static_cast<double>(bench.published_) * static_cast<double>(bench.active_.size()) /
                        static_cast<double>(load.cameras);
  const double each = static_cast<double>(bench.published_) / load.cameras;
  const double p50 = percentile(bench.delays_ms_, 0.5);
  const double p99 = percentile(bench.delays_ms_, 0.99);
  const double cpu = (after.cpu_seconds - before.cpu_seconds) / took;
  fmt::print("{} cameras x {:g} frames/s of {} bytes, {} viewers each, {} of {} stalled, {:.0f} s\n",
             load.cameras, load.fps, load.frame_bytes, load.viewers, bench.stalled_,
             load.cameras * load.viewers, load.seconds);
  fmt::print("published        {:10} frames, {:.1f} a second and camera\n", bench.published_,
             each / load.seconds);
  fmt::print(
      "delivered        {:10} frames, {:.2f} % of what the reading viewers could get, the worst {:.2f} %\n",
      delivered, 100 * static_cast<double>(delivered) / std::max(1.0, wanted),
      100 * static_cast<double>(least) / std::max(1.0, each));
  fmt::print("publisher to viewer: p50 {:.2f} ms, p99 {:.2f} ms\n", p50, p99);
  fmt::print("server           {:.0f} % of one core; stalled viewers cut off {} times\n", 100 * cpu,
             bench.stalled_cut_);
  fmt::print("memory (MB)      before {:.1f}; tenths of the run", static_cast<double>(before.rss_kb) / 1e3);
  for (const auto kb : memory) fmt::print(" {:.1f}", static_cast<double>(kb) / 1e3);
  fmt::print("\n");
  fmt::print("damaged {}, out of order {}, connections lost {}\n", bench.damaged_, bench.disordered_,
             bench.lost_connections_);
  if (!load.out.empty()) {
    std::string tenths;
    for (const auto kb : memory) tenths += (tenths.empty() ? "" : ",") + std::to_string(kb);
    std::ofstream(load.out, std::ios::app)
        << fmt::format(
               R"({{"cameras":{},"fps":{},"frame_bytes":{},"viewers":{},"stalled":{},"seconds":{},"published":{},"delivered":{},)"
               R"("delivered_share":{:.4f},"worst_share":{:.4f},"p50_ms":{:.3f},"p99_ms":{:.3f},"server_cores":{:.3f},"rss_kb":[{}],)"
               R"("stalled_cut":{},"damaged":{},"disordered":{},"lost":{}}})",
               load.cameras, load.fps, load.frame_bytes, load.viewers, bench.stalled_, load.seconds,
               bench.published_, delivered, static_cast<double>(delivered) / std::max(1.0, wanted),
               static_cast<double>(least) / std::max(1.0, each), p50, p99, cpu, tenths, bench.stalled_cut_,
               bench.damaged_, bench.disordered_, bench.lost_connections_)
        << "\n";
  }
  const bool right =
      bench.damaged_ == 0 && bench.disordered_ == 0 && bench.lost_connections_ == 0 && least > 0;
  if (!right) fmt::print(stderr, "relay_bench: frames were damaged, disordered or lost, see above\n");
  return right ? 0 : 1;
}
