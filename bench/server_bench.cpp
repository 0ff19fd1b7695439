// Recognitions per second and their latencies, for attendd and for peers measured in the same run.

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include "fixtures/server.h"
#include "fixtures/temp_dir.h"
#include "load_generator.h"
#include "recognition_load.h"

namespace sas::bench {
namespace {

constexpr std::size_t kConnections = 16;
constexpr std::size_t kManyConnections = 64;
constexpr std::size_t kMostConnections = 256;
// Closed loop: more connections until throughput stops growing.
constexpr std::array<std::size_t, 4> kClosedLoopConnections{1, kConnections, kManyConnections,
                                                            kMostConnections};
const std::string kPeer = "seed_fastapi";
constexpr std::array<double, 5> kSharesOfCapacity{0.1, 0.25, 0.5, 0.75, 0.9};

struct Options {
  std::size_t people = 10000;
  double seconds = 5;
  std::size_t rounds = 5;
  std::vector<std::size_t> threads;
  std::string peer;
  std::string peer_every_mark;
  std::string json;
  std::string copy_rows;
  std::string database;  // of the full deployment; everybody is already enrolled there
  std::string redis;
  std::string gallery = "memory";
  bool quick = false;
};

// A server under test: its answer format, its address, and its cooldown setting.
struct System {
  std::string name;
  LoadTarget target;
  Dialect dialect = Dialect::ours;
  bool every_mark = true;  // cooldown off: each correct answer is a durable record
  std::size_t threads = 0;
  pid_t pid = 0;  // 0: several processes
};

struct Row {
  System system;
  Wire wire = Wire::compact;
  LoadOptions load;
  std::size_t round = 0;
  LoadResult result;
  double cpu_us = 0;       // the server's CPU time per answer; 0: unknown
  double load_cpu_us = 0;  // the load generator's
};

double quantile(const std::vector<double>& sorted, double q) {
  return sorted.empty() ? 0 : sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}

// The CPU time a process has used, in seconds (proc(5)).
double cpu_seconds(pid_t pid) {
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  std::string text((std::istreambuf_iterator<char>(in)), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double own_cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

const char* name_of(Wire wire) { return wire == Wire::vector ? "vector" : "compact"; }

LoadTarget target_of(const std::string& text) {
  const auto url = boost::urls::parse_uri(text);
  if (!url || url->scheme() != "http" || !url->has_port())
    throw std::runtime_error(text + ": the address must have the form http://127.0.0.1:8100");
  return {std::string(url->host_address()), url->port_number()};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// About what a group of ten marks adds to the database's log.
constexpr std::size_t kDiskBytes = 64UL * 1024;
using Disk = std::vector<double>;  // milliseconds, ascending

// Repeatedly appends kDiskBytes to a file where the server's data would be and waits for the disk.
Disk flush_times(std::chrono::duration<double> how_long) {
  const test::TempDir folder;
  const std::string path = folder / "flushed";
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) throw std::system_error(errno, std::generic_category(), path);
  const std::vector<char> bytes(kDiskBytes, 'x');
  constexpr off_t kAgainAfter = 4L * 1024 * 1024;  // like the log: mostly overwritten, seldom extended
  Disk times;
  off_t at = 0;
  const auto end = std::chrono::steady_clock::now() + how_long;
  for (auto now = std::chrono::steady_clock::now(); now < end;) {
    if (::pwrite(file, bytes.data(), bytes.size(), at) != static_cast<ssize_t>(bytes.size()) ||
        ::fdatasync(file) != 0) {
      const int problem = errno;
      ::close(file);
      throw std::system_error(problem, std::generic_category(), path);
    }
    at = (at + static_cast<off_t>(bytes.size())) % kAgainAfter;
    const auto written = std::chrono::steady_clock::now();
    times.push_back(std::chrono::duration<double, std::milli>(written - now).count());
    now = written;
  }
  ::close(file);
  std::sort(times.begin(), times.end());
  return times;
}

// attendd in its usual configuration.
class Server {
 public:
  // In the full deployment, with its existing data.
  explicit Server(const Options& options)
      : server_(test::Environment{{"DATABASE_URL", options.database},
                                  {"REDIS_URL", options.redis},
                                  {"GALLERY", options.gallery},
                                  {"SIGHTINGS_PER_CAMERA", "1000000"},
                                  {"DATABASE_START_TIMEOUT", "600"}}) {
    system_ = {"attendd, " + options.gallery, target_of(server_->url()), Dialect::ours, false, 0,
               server_->process().pid()};
  }
  // Stand-alone, with everybody enrolled over HTTP.
  Server(const Crowd& crowd, bool every_mark, std::size_t threads) {
    test::Environment environment;
    if (every_mark) environment["COOLDOWN_SECONDS"] = "0";
    // One camera stands for many.
    environment["SIGHTINGS_PER_CAMERA"] = "1000000";
    if (threads > 0) environment["THREADS"] = std::to_string(threads);
    server_.emplace(environment);
    system_ = {"attendd", target_of(server_->url()), Dialect::ours, every_mark,
               threads,   server_->process().pid()};
    LoadOptions enrol;
    enrol.connections = 8;
    enrol.warm_up = std::chrono::milliseconds(0);
    enrol.duration = std::chrono::minutes(10);
    enrol.most_requests = crowd.people();
    const LoadResult enrolled = put_under_load(system_.target, enrol, crowd.enrolments(system_.target));
    if (enrolled.right < crowd.people())
      throw std::runtime_error("enrolment failed:  " + enrolled.first_refusal);
  }
  [[nodiscard]] const System& system() const { return system_; }

 private:
  std::optional<test::TestServer> server_;
  System system_;
};

class Run {
 public:
  explicit Run(const Options& options) : options_(options), crowd_({.people = options.people}) {
    CrowdOptions everyday{.people = options.people};
    everyday.strangers = 0.1;
    everyday_.emplace(everyday);
  }

  // Measures one server with a database and a cache: one camera, many at once, and many that send at
  // independent times. A tenth of the sightings are of strangers.
  bool measure_deployment() {
    const Server server(options_);
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      measure_one(server.system(), Wire::compact, closed(1), round);
      for (const double rate : {10.0, 50.0, 200.0}) {
        if (rate > 10 && options_.gallery == "pgvector" && options_.people > 10000) break;
        measure_one(server.system(), Wire::compact, open(rate, kManyConnections), round);
      }
      measure_one(server.system(), Wire::compact, closed(kConnections), round);
    }
    return ok_;
  }

  // False if an answer was wrong.
  bool measure() {
    const Server marks(crowd_, true, 0);
    const Server everyday(crowd_, false, 0);
    std::vector<System> peers;
    if (!options_.peer.empty()) peers.push_back({kPeer, target_of(options_.peer), Dialect::seed, false, 0});
    if (!options_.peer_every_mark.empty())
      peers.push_back({kPeer, target_of(options_.peer_every_mark), Dialect::seed, true, 0});

    measure_disk();
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      measure_one(marks.system(), Wire::vector, closed(kConnections), round);
      for (const std::size_t connections : kClosedLoopConnections) {
        measure_one(marks.system(), Wire::compact, closed(connections), round);
        measure_one(everyday.system(), Wire::compact, closed(connections), round);
        // Its eight database connections are the limit: more of our connections would only queue.
        if (connections > kManyConnections) continue;
        for (const System& peer : peers) measure_one(peer, Wire::vector, closed(connections), round);
      }
    }
    measure_disk();
    const double ours = capacity("attendd", true, Wire::compact);
    const double everyday_half = capacity("attendd", false, Wire::compact) / 2;
    std::vector<double> theirs;
    for (const System& peer : peers) {
      theirs.push_back(capacity(kPeer, peer.every_mark, Wire::vector));
      std::cout << fmt::format("attendd {:.0f} durable marks/s, the peer {:.0f} {}/s: {:.1f} times\n", ours,
                               theirs.back(), peer.every_mark ? "durable marks" : "answers",
                               ours / theirs.back());
    }
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      for (const double share : kSharesOfCapacity) {
        measure_one(marks.system(), Wire::compact, open(ours * share, kMostConnections), round);
        for (std::size_t i = 0; i < peers.size(); ++i)
          measure_one(peers[i], Wire::vector, open(theirs[i] * share, kManyConnections), round);
      }
      measure_one(everyday.system(), Wire::compact, open(everyday_half, kMostConnections), round);
    }
    for (const std::size_t threads : options_.threads) {
      const Server pinned(crowd_, true, threads);
      for (std::size_t round = 0; round < options_.rounds; ++round)
        measure_one(pinned.system(), Wire::compact, closed(kConnections), round);
    }
    return ok_;
  }

  void write_json(std::ostream& out) const {
    for (const Disk& disk : disks_)
      out << boost::json::serialize(boost::json::object{{"kind", "disk"},
                                                        {"bytes", kDiskBytes},
                                                        {"p50_ms", quantile(disk, 0.5)},
                                                        {"p99_ms", quantile(disk, 0.99)},
                                                        {"p999_ms", quantile(disk, 0.999)},
                                                        {"max_ms", disk.back()}})
          << '\n';
    for (const Row& row : rows_) {
      std::vector<double> sorted = row.result.latencies_ms;
      std::sort(sorted.begin(), sorted.end());
      out << boost::json::serialize(
                 boost::json::object{{"kind", "server"},
                                     {"system", row.system.name},
                                     {"marks", row.system.every_mark ? "every" : "everyday"},
                                     {"threads", row.system.threads},
                                     {"people", options_.people},
                                     {"wire", name_of(row.wire)},
                                     {"body_bytes", crowd_.body_bytes(row.wire)},
                                     {"loop", row.load.rate > 0 ? "open" : "closed"},
                                     {"connections", row.load.connections},
                                     {"offered_per_second", row.load.rate},
                                     {"round", row.round},
                                     {"answered_per_second", row.result.per_second()},
                                     {"p50_ms", quantile(sorted, 0.5)},
                                     {"p90_ms", quantile(sorted, 0.9)},
                                     {"p99_ms", quantile(sorted, 0.99)},
                                     {"p999_ms", quantile(sorted, 0.999)},
                                     {"cpu_us", row.cpu_us},
                                     {"load_cpu_us", row.load_cpu_us},
                                     {"max_ms", sorted.empty() ? 0 : sorted.back()},
                                     {"right", row.result.right},
                                     {"wrong", row.result.wrong},
                                     {"refused", row.result.refused},
                                     {"unanswered", row.result.unanswered}})
          << '\n';
    }
  }

 private:
  [[nodiscard]] LoadOptions closed(std::size_t connections) const {
    LoadOptions load;
    load.connections = connections;
    load.duration = std::chrono::milliseconds(static_cast<int>(options_.seconds * 1000));
    load.warm_up = load.duration / 5;
    return load;
  }
  [[nodiscard]] LoadOptions open(double rate, std::size_t connections) const {
    LoadOptions load = closed(connections);
    load.rate = rate;
    return load;
  }

  void measure_one(const System& system, Wire wire, const LoadOptions& load, std::size_t round) {
    const Crowd& crowd = system.every_mark ? crowd_ : *everyday_;
    const auto next = crowd.sightings(system.target, wire, system.dialect, !system.every_mark);
    const double cpu_before = system.pid > 0 ? cpu_seconds(system.pid) : 0;
    const double load_cpu_before = own_cpu_seconds();
    Row row{system, wire, load, round, put_under_load(system.target, load, next)};
    const std::size_t answers = row.result.right + row.result.wrong + row.result.refused;
    if (system.pid > 0 && answers > 0)
      row.cpu_us = (cpu_seconds(system.pid) - cpu_before) * 1e6 / static_cast<double>(answers);
    if (answers > 0)
      row.load_cpu_us = (own_cpu_seconds() - load_cpu_before) * 1e6 / static_cast<double>(answers);
    std::vector<double> sorted = row.result.latencies_ms;
    std::sort(sorted.begin(), sorted.end());
    std::cout << fmt::format(
                     "{:13} {:9} {:8} {:3} connections {:>11} {:9.0f}/s  p50 {:7.2f} ms  p99 {:7.2f} ms  cpu "
                     "{:5.1f} + {:4.1f} us  {}\n",
                     system.name, system.every_mark ? "marks" : "everyday", name_of(wire), load.connections,
                     load.rate > 0 ? fmt::format("{:.0f}/s", load.rate) : "closed", row.result.per_second(),
                     quantile(sorted, 0.5), quantile(sorted, 0.99), row.cpu_us, row.load_cpu_us,
                     row.result.wrong + row.result.refused == 0
                         ? ""
                         : fmt::format("{} wrong, {} refused", row.result.wrong, row.result.refused))
              << std::flush;
    // A peer may miss people: that is a result. Our server may not.
    if (system.dialect == Dialect::ours && row.result.wrong + row.result.refused > 0) {
      std::cerr << "server_bench: wrong or refused answers, the first: " << row.result.first_refusal << '\n';
      ok_ = false;
    }
    rows_.push_back(std::move(row));
  }

  // The latency of the disk alone: a lower bound for every durable mark.
  void measure_disk() {
    disks_.push_back(flush_times(std::chrono::duration<double>(options_.seconds)));
    const Disk& disk = disks_.back();
    std::cout << fmt::format(
        "the disk, {} KiB written and flushed: p50 {:.2f} ms  p99 {:.2f} ms  most {:.2f} ms\n",
        kDiskBytes / 1024, quantile(disk, 0.5), quantile(disk, 0.99), disk.back());
  }

  // The median over the rounds for the number of connections with the highest throughput.
  [[nodiscard]] double capacity(const std::string& name, bool every_mark, Wire wire) const {
    std::map<std::size_t, std::vector<double>> rates;
    for (const Row& row : rows_)
      if (row.system.name == name && row.system.every_mark == every_mark && row.wire == wire &&
          row.load.rate <= 0)
        rates[row.load.connections].push_back(row.result.per_second());
    double most = 0;
    for (const auto& [connections, measured] : rates) most = std::max(most, median(measured));
    return most;
  }

  const Options& options_;
  Crowd crowd_;
  std::optional<Crowd> everyday_;
  std::vector<Row> rows_;
  std::vector<Disk> disks_;
  bool ok_ = true;
};

Options parse(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Puts attendd, and a peer where one is named, under load: closed loop and open loop, every answer "
      "checked");
  app.add_option("--people", options.people, "Enrolled people")->check(CLI::PositiveNumber);
  app.add_option("--seconds", options.seconds, "How long each load lasts")->check(CLI::PositiveNumber);
  app.add_option("--rounds", options.rounds, "Repetitions, the systems taking turns")
      ->check(CLI::PositiveNumber);
  app.add_option("--threads", options.threads, "Also measure attendd with this many threads")->delimiter(',');
  app.add_option("--peer", options.peer,
                 "A running peers/seed_fastapi, http://127.0.0.1:PORT, with the same people");
  app.add_option("--peer-every-mark", options.peer_every_mark,
                 "Another one, with its shortest possible cooldown: each sighting is a durable mark");
  app.add_option("--write-people", options.copy_rows,
                 "Write the crowd for PostgreSQL's COPY into persons(id, embedding) and exit");
  app.add_option(
      "--database", options.database,
      "Measure the full deployment instead: a PostgreSQL with the people enrolled (bench/deployment)");
  app.add_option("--redis", options.redis, "Its Redis, redis://127.0.0.1:PORT")->needs("--database");
  app.add_option("--gallery", options.gallery, "Its GALLERY")
      ->check(CLI::IsMember({"memory", "pgvector"}))
      ->needs("--database");
  app.add_option("--json", options.json, "Append the results here as lines of JSON");
  app.add_flag("--quick", options.quick, "Seconds: few people, short loads, every check");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  if (options.quick) {
    options.people = 200;
    options.seconds = 0.5;
    options.rounds = 1;
  }
  return options;
}

int main_of(int argc, char** argv) {
  const Options options = parse(argc, argv);
  if (!options.copy_rows.empty()) {
    std::ofstream out(options.copy_rows);
    Crowd({.people = options.people}).write_copy_rows(out);
    if (!out) throw std::runtime_error("cannot write " + options.copy_rows);
    return 0;
  }
  Run run(options);
  const bool ok = options.database.empty() ? run.measure() : run.measure_deployment();
  if (!options.json.empty()) {
    std::ofstream out(options.json, std::ios::app);
    run.write_json(out);
    if (!out) throw std::runtime_error("cannot write " + options.json);
  }
  return ok ? 0 : 1;
}

}  // namespace
}  // namespace sas::bench

int main(int argc, char** argv) {
  try {
    return sas::bench::main_of(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "server_bench: " << error.what() << '\n';
    return 1;
  }
}
