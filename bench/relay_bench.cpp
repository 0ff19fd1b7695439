// Measures the live relay in realistic use: a real attendd on one core, publishing cameras, and viewers, some
// of which never read. Checks what arrives: every frame byte by byte, that each viewer's frames are in
// publishing order, that each viewer has the last frame at the end, and that a viewer that never read then
// gets only what was in the kernel's buffers and after it the last frame, so that nothing was queued for it.

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
  int stalled_each = 5;  // one in this many viewers never reads; 0: none
  double fps = 15;
  std::size_t frame_bytes = 40'000;  // 640x480 as a JPEG
  double seconds = 60;
  int core = 0;
  std::string json;
};

// Identifies a frame and what it must contain.
struct Stamp {
  std::uint64_t camera = 0;
  std::uint64_t number = 0;
  std::int64_t made_ns = 0;
};
constexpr std::size_t kStampAt = 3;  // after FF D8 FF

// The content after a frame's stamp: a slice of one endless sequence, starting at a position given by the
// stamp.
class Filler {
 public:
  explicit Filler(std::size_t most) : row_(most + kPeriod) {
    for (std::size_t i = 0; i < row_.size(); ++i) row_[i] = static_cast<char>(i % kPeriod);
  }
  [[nodiscard]] const char* of(const Stamp& stamp) const {
    return row_.data() + (stamp.camera * 31 + stamp.number * 7) % kPeriod;
  }

 private:
  static constexpr std::size_t kPeriod = 251;
  std::vector<char> row_;
};

constexpr std::size_t kHeadBytes = kStampAt + sizeof(Stamp);

std::string make_frame(const Stamp& stamp, const Filler& filler, std::size_t size) {
  std::string frame(size, '\0');
  std::memcpy(frame.data(), "\xFF\xD8\xFF", kStampAt);
  std::memcpy(frame.data() + kStampAt, &stamp, sizeof stamp);
  std::memcpy(frame.data() + kHeadBytes, filler.of(stamp), size - kHeadBytes - 2);
  frame[size - 2] = '\xFF';
  frame[size - 1] = '\xD9';
  return frame;
}

// Whether the frame has `expected` bytes and is unchanged.
bool read_frame(const char* bytes, std::size_t size, const Filler& filler, std::size_t expected,
                Stamp& stamp) {
  if (size != expected || std::memcmp(bytes + size - 2, "\xFF\xD9", 2) != 0) return false;
  std::memcpy(&stamp, bytes + kStampAt, sizeof stamp);
  return std::memcmp(bytes + kHeadBytes, filler.of(stamp), size - kHeadBytes - 2) == 0;
}

struct Viewer {
  std::uint64_t frames = 0;
  std::uint64_t skipped = 0;  // between the first and the last frame it received
  std::uint64_t last = 0;
};

class Bench {
 public:
  Bench(const Load& load, const tcp::endpoint& server)
      : load_(load), server_(server), filler_(load.frame_bytes) {}

  void run() {
    viewers_.resize(static_cast<std::size_t>(load_.cameras * load_.viewers));
    final_.resize(static_cast<std::size_t>(load_.cameras));
    watching_ = load_.cameras * load_.viewers;
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
    context_.run_until(end_ + kToFinish);
  }

  const Load& load_;
  const tcp::endpoint server_;
  std::vector<Viewer> viewers_;
  std::vector<std::size_t> active_;
  int stalled_ = 0;
  int stalled_cut_ = 0;  // how often the server disconnected a stalled viewer, which then reconnected
  std::uint64_t published_ = 0;
  std::uint64_t damaged_ = 0;
  std::uint64_t disordered_ = 0;
  std::uint64_t lost_connections_ = 0;
  std::uint64_t stalled_got_ = 0;  // the most frames a stalled viewer found waiting at the end
  int watching_ = 0;               // viewers that have not seen the last frame of their camera
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
    // Stagger the cameras.
    auto next = Steady::now() + std::chrono::milliseconds(1000 * camera / load_.cameras);
    const auto pause = std::chrono::duration_cast<Steady::duration>(duration<double>(1 / load_.fps));
    Stamp stamp{static_cast<std::uint64_t>(camera), 0, 0};
    error_code ec;
    for (bool is_last = false; !is_last;) {
      timer.expires_at(next);
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
      next = std::max(next + pause, Steady::now() - pause);
      is_last = next >= end_;
      ++stamp.number;
      if (is_last) final_[static_cast<std::size_t>(camera)] = stamp.number;
      stamp.made_ns = Steady::now().time_since_epoch().count();
      const std::string frame = make_frame(stamp, filler_, load_.frame_bytes);
      co_await socket.async_write(asio::buffer(frame), asio::redirect_error(asio::use_awaitable, ec));
      if (ec) {
        ++lost_connections_;
        co_return;
      }
      ++published_;
    }
    // Keep the camera open: ended publications are not shown.
    timer.expires_at(end_ + kToFinish);
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
  }

  // The viewer has seen the final frame.
  bool is_done(int camera, const Viewer& viewer) {
    const std::uint64_t last = final_[static_cast<std::size_t>(camera)];
    if (last == 0 || viewer.last != last) return false;
    if (--watching_ == 0) context_.stop();
    return true;
  }

  // False: the connection has ended.
  asio::awaitable<bool> read_one(Socket& socket, int camera, Viewer& viewer, std::int64_t& made_ns) {
    boost::beast::flat_buffer buffer;
    error_code ec;
    co_await socket.async_read(buffer, asio::redirect_error(asio::use_awaitable, ec));
    if (ec) co_return false;
    Stamp stamp;
    if (!read_frame(static_cast<const char*>(buffer.data().data()), buffer.size(), filler_, load_.frame_bytes,
                    stamp) ||
        stamp.camera != static_cast<std::uint64_t>(camera)) {
      ++damaged_;
      co_return true;
    }
    if (stamp.number <= viewer.last) ++disordered_;
    if (viewer.frames > 0 && stamp.number > viewer.last) viewer.skipped += stamp.number - viewer.last - 1;
    viewer.last = stamp.number;
    ++viewer.frames;
    made_ns = stamp.made_ns;
    co_return true;
  }

  asio::awaitable<void> view(int camera, Viewer& viewer) {
    Socket socket(context_);
    const bool opened = co_await open(socket, fmt::format("/api/v1/live/camera-{}", camera));
    while (opened) {
      std::int64_t made_ns = 0;
      const bool got = co_await read_one(socket, camera, viewer, made_ns);
      if (!got) break;
      const std::int64_t now_ns = Steady::now().time_since_epoch().count();
      if (made_ns != 0) delays_ms_.push_back(static_cast<float>(static_cast<double>(now_ns - made_ns) / 1e6));
      if (is_done(camera, viewer)) co_return;
    }
    ++lost_connections_;
  }

  // Requests frames but does not read. The server disconnects it after a while; then it reconnects. At the
  // end it reads what is there.
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
        // A reset by the peer is visible on the socket without reading.
        int problem = 0;
        socklen_t size = sizeof problem;
        ::getsockopt(socket.next_layer().native_handle(), SOL_SOCKET, SO_ERROR, &problem, &size);
        tcp_info info{};
        size = sizeof info;
        ::getsockopt(socket.next_layer().native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size);
        constexpr std::uint8_t kEstablished = 1;
        cut = problem != 0 || info.tcpi_state != kEstablished;
      }
      if (cut) {
        ++stalled_cut_;
        continue;
      }
      Viewer viewer;
      std::int64_t made_ns = 0;
      bool done = false;
      bool got = true;
      while (got && !done) {
        got = co_await read_one(socket, camera, viewer, made_ns);
        done = got && is_done(camera, viewer);
      }
      stalled_got_ = std::max(stalled_got_, viewer.frames);
      if (done) co_return;
    }
    // Disconnected during the shutdown: there is no last frame to wait for.
    if (--watching_ == 0) context_.stop();
  }

  static constexpr auto kToFinish = std::chrono::seconds(10);

  const Filler filler_;
  asio::io_context context_{1};
  Steady::time_point end_;
  std::vector<std::uint64_t> final_;  // the number of each camera's last frame; 0: not sent yet
};

// A running process's private memory in kilobytes, and its CPU time in seconds.
struct Footprint {
  double at_seconds = 0;  // since the load began
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

constexpr int kSamples = 60;  // of the server's memory, over a run

struct Summary {
  std::uint64_t delivered = 0;  // to the viewers that read
  std::uint64_t skipped = 0;    // by those viewers
  double share = 0;             // delivered, as a share of what was published to them
  double worst_share = 0;       // of one viewer
  double p50_ms = 0;
  double p99_ms = 0;
  double server_cores = 0;
  double before_mb = 0;       // the server's memory
  double first_half_mb = 0;   // its maximum in the first half, once all were connected
  double second_half_mb = 0;  // its maximum in the second half
};

Summary summarise(const Load& load, Bench& bench, const std::vector<Footprint>& footprints,
                  const Footprint& before, const Footprint& after, double seconds) {
  Summary found;
  std::uint64_t least = UINT64_MAX;
  for (const auto index : bench.active_) {
    found.delivered += bench.viewers_[index].frames;
    found.skipped += bench.viewers_[index].skipped;
    least = std::min(least, bench.viewers_[index].frames);
  }
  const double each = std::max(1.0, static_cast<double>(bench.published_) / load.cameras);
  const double readers = std::max(1.0, static_cast<double>(bench.active_.size()));
  found.share = static_cast<double>(found.delivered) / (each * readers);
  found.worst_share = bench.active_.empty() ? 0 : static_cast<double>(least) / each;
  found.p50_ms = percentile(bench.delays_ms_, 0.5);
  found.p99_ms = percentile(bench.delays_ms_, 0.99);
  found.server_cores = (after.cpu_seconds - before.cpu_seconds) / seconds;
  found.before_mb = static_cast<double>(before.rss_kb) / 1e3;
  for (std::size_t i = footprints.size() / 10; i < footprints.size(); ++i) {
    double& most = i < footprints.size() / 2 ? found.first_half_mb : found.second_half_mb;
    most = std::max(most, static_cast<double>(footprints[i].rss_kb) / 1e3);
  }
  return found;
}

void print(const Load& load, const Bench& bench, const Summary& found) {
  fmt::print("{} cameras x {:g} frames/s of {} bytes, {} viewers each, {} of {} stalled, {:.0f} s\n",
             load.cameras, load.fps, load.frame_bytes, load.viewers, bench.stalled_,
             load.cameras * load.viewers, load.seconds);
  fmt::print("published  {:10} frames, {:.1f} a second and camera\n", bench.published_,
             static_cast<double>(bench.published_) / load.cameras / load.seconds);
  fmt::print(
      "delivered  {:10} frames, {:.2f} % of the frames published to reading viewers, the worst {:.2f} %\n",
      found.delivered, 100 * found.share, 100 * found.worst_share);
  fmt::print("skipped    {:10} frames\n", found.skipped);
  fmt::print("publisher to viewer: p50 {:.2f} ms, p99 {:.2f} ms\n", found.p50_ms, found.p99_ms);
  fmt::print(
      "server: {:.0f} % of one core; memory {:.1f} MB before, at most {:.1f} and {:.1f} MB by halves\n",
      100 * found.server_cores, found.before_mb, found.first_half_mb, found.second_half_mb);
  fmt::print("stalled viewers: disconnected {} times; at the end at most {} frames were waiting\n",
             bench.stalled_cut_, bench.stalled_got_);
  fmt::print("damaged {}, out of order {}, connections lost {}, without the last frame {}\n", bench.damaged_,
             bench.disordered_, bench.lost_connections_, bench.watching_);
}

// The fields are documented in bench/plot.
void write_json(const Load& load, const Bench& bench, const std::vector<Footprint>& footprints,
                const Summary& found) {
  std::ofstream out(load.json, std::ios::app);
  out << fmt::format(
      R"({{"kind":"relay","cameras":{},"fps":{},"frame_bytes":{},"viewers":{},"stalled":{},"seconds":{},)"
      R"("published":{},"delivered":{},"skipped":{},"share":{:.5f},"worst_share":{:.5f},"p50_ms":{:.3f},)"
      R"("p99_ms":{:.3f},"server_cores":{:.3f},"before_mb":{:.1f},"first_half_mb":{:.1f},)"
      R"("second_half_mb":{:.1f},"stalled_cut":{},"stalled_got":{},"damaged":{},"disordered":{},"lost":{},)"
      R"("behind":{}}})",
      load.cameras, load.fps, load.frame_bytes, load.viewers, bench.stalled_, load.seconds, bench.published_,
      found.delivered, found.skipped, found.share, found.worst_share, found.p50_ms, found.p99_ms,
      found.server_cores, found.before_mb, found.first_half_mb, found.second_half_mb, bench.stalled_cut_,
      bench.stalled_got_, bench.damaged_, bench.disordered_, bench.lost_connections_, bench.watching_);
  out << "\n";
  for (const Footprint& one : footprints)
    out << fmt::format(R"({{"kind":"memory","at_s":{:.1f},"rss_mb":{:.2f}}})", one.at_seconds,
                       static_cast<double>(one.rss_kb) / 1e3)
        << "\n";
}

// Checks that everybody received what they should and that nothing was kept for those that did not read.
// Speed is not checked.
bool is_right(const Bench& bench, const Summary& found) {
  // Malloc's retained memory may vary by this much without anything being kept for a viewer.
  constexpr double kNoise = 1.1;
  constexpr double kNoiseMb = 4;
  const bool flat = found.second_half_mb <= found.first_half_mb * kNoise + kNoiseMb;
  const bool right = bench.damaged_ == 0 && bench.disordered_ == 0 && bench.lost_connections_ == 0 &&
                     bench.watching_ == 0 && found.worst_share > 0;
  if (!right) fmt::print(stderr, "relay_bench: frames were damaged, disordered or lost, see above\n");
  if (!flat) fmt::print(stderr, "relay_bench: the server's memory grew, see above\n");
  return right && flat;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli("Live relay benchmark: 20 cameras x 15 frames/s to 5 viewers each on one core");
  Load load;
  bool quick = false;
  cli.add_option("--cameras", load.cameras)->capture_default_str()->check(CLI::Range(1, 200));
  cli.add_option("--viewers", load.viewers, "Of each camera")
      ->capture_default_str()
      ->check(CLI::Range(1, 50));
  cli.add_option("--stalled", load.stalled_each, "One in this many viewers never reads; 0: none")
      ->capture_default_str();
  cli.add_option("--fps", load.fps)->capture_default_str()->check(CLI::Range(1.0, 30.0));
  cli.add_option("--frame-bytes", load.frame_bytes)->capture_default_str()->check(CLI::Range(100, 1'000'000));
  cli.add_option("--seconds", load.seconds)->capture_default_str()->check(CLI::Range(1.0, 86400.0));
  cli.add_option("--core", load.core, "The core the server may use")->capture_default_str();
  cli.add_option("--json", load.json, "Append the result here as lines of JSON");
  cli.add_flag("--quick", quick, "Seconds instead of minutes: checks correctness, not speed");
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
  // All its threads; threads started later inherit the setting.
  for (const auto& thread : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", pid)))
    ::sched_setaffinity(std::stoi(thread.path().filename()), sizeof cores, &cores);
  // The load avoids that core if possible.
  if (std::thread::hardware_concurrency() > 1) {
    CPU_ZERO(&cores);
    for (unsigned core = 0; core < std::thread::hardware_concurrency(); ++core)
      if (static_cast<int>(core) != load.core) CPU_SET(core, &cores);
    ::sched_setaffinity(0, sizeof cores, &cores);
  }

  Bench bench(load, tcp::endpoint(asio::ip::make_address("127.0.0.1"),
                                  static_cast<std::uint16_t>(std::stoi(server.port()))));
  std::atomic<bool> done{false};
  std::vector<Footprint> footprints;
  const Footprint before = footprint_of(pid);
  const auto began = Steady::now();
  std::thread watcher([&] {
    for (int i = 1; i <= kSamples && !done; ++i) {
      const auto at = duration<double>(load.seconds * i / kSamples);
      std::this_thread::sleep_until(began + std::chrono::duration_cast<Steady::duration>(at));
      footprints.push_back(footprint_of(pid));
      footprints.back().at_seconds = at.count();
    }
  });
  bench.run();
  done = true;
  watcher.join();
  const Summary summary = summarise(load, bench, footprints, before, footprint_of(pid),
                                    duration<double>(Steady::now() - began).count());
  print(load, bench, summary);
  if (!load.json.empty()) write_json(load, bench, footprints, summary);
  return is_right(bench, summary) ? 0 : 1;
}
