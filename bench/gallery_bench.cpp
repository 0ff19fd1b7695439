// Recall beside latency and memory, for the gallery in memory and for what else one could take. Every
// engine's answers are compared with a scan of every vector in float32 before anything is timed; an exact
// engine that misses ends the program with status 1.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "bench_report.h"
#include "engine.h"
#include "engine_ours.h"
#include "float_scan.h"
#include "gallery/memory/kernels.h"
#include "gallery/memory/scan.h"

namespace sas::bench {
namespace {

// The bar of the exact engines: at most one in ten thousand differs from the full scan.
constexpr double kLeastRecall = 0.9999;
constexpr float kLargestDifference = 1e-4F;

struct Options {
  std::vector<std::size_t> people{1000, 10000, 50000, 100000, 1000000};
  std::vector<std::size_t> dims{64, 128, 512};
  std::vector<double> cosines{0.45, 0.6, 0.8};
  std::vector<std::string> engines{"ours", "float32", "hnswlib", "faiss-flat", "faiss-hnsw"};
  std::size_t queries = 400;
  std::size_t repeats = 5;
  std::size_t graph_limit = 100000;
  std::size_t slow_queries = 50;
  std::uint64_t seed = 1;
  std::string json;
  std::string markdown;
  bool quick = false;
};

using EngineMaker = std::unique_ptr<Engine> (*)();

std::map<std::string, EngineMaker> engine_makers() {
  std::map<std::string, EngineMaker> makers{{"ours", make_ours}, {"float32", make_float32}};
#ifdef SAS_WITH_HNSWLIB
  makers["hnswlib"] = make_hnswlib;
#endif
#ifdef SAS_WITH_FAISS
  makers["faiss-flat"] = make_faiss_flat;
  makers["faiss-hnsw"] = make_faiss_hnsw;
#endif
  return makers;
}

double wall_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double cpu_ms() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

template <class Work>
double seconds_of(const Work& work) {
  const double start = wall_ms();
  work();
  return (wall_ms() - start) / 1e3;
}

struct Queries {
  double cosine = 0;
  std::vector<Embedding> probes;
  std::vector<NearestTwo> truth;
};

std::string machine() {
  std::ifstream info("/proc/cpuinfo");
  std::string model = "unknown CPU";
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) {
      model = line.substr(line.find(':') + 2);
      break;
    }
  return fmt::format("{}, {} cores, kernels {}", model, std::thread::hardware_concurrency(),
                     gallery::kernel_target());
}

void say(const std::string& line) { std::cerr << line << '\n'; }

// Times the first `count` queries; their answers have been checked.
void time_searches(Engine& engine, const Queries& queries, std::size_t count, std::size_t repeats,
                   Measurement& into) {
  std::vector<double> wall;
  std::vector<double> cpu;
  std::size_t sink = 0;
  for (std::size_t i = 0; i < count; ++i) {
    double best_wall = HUGE_VAL;
    double best_cpu = HUGE_VAL;
    for (std::size_t r = 0; r < repeats; ++r) {
      const double wall_start = wall_ms();
      const double cpu_start = cpu_ms();
      sink += engine.nearest(queries.probes[i]);
      best_cpu = std::min(best_cpu, cpu_ms() - cpu_start);
      best_wall = std::min(best_wall, wall_ms() - wall_start);
    }
    wall.push_back(best_wall);
    cpu.push_back(best_cpu);
  }
  if (sink == static_cast<std::size_t>(-1)) say("");  // the answers are used
  into.wall = latency_of(wall);
  into.cpu = latency_of(cpu);
}

// Best and runner-up, and what they report, against the full scan.
void verify_ours(const Ours& ours, const Queries& queries, Measurement& into) {
  std::size_t best = 0;
  std::size_t second = 0;
  const auto answers = ours.gallery().search_now(Ours::partition(), queries.probes);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const NearestTwo found = Ours::found(answers[i]);
    const NearestTwo& truth = queries.truth[i];
    // Two people whose cosines differ by less than what twelve bits resolve may stand in either order.
    const auto level = [](float a, float b) { return std::fabs(a - b) <= kLargestDifference; };
    if (found.best == truth.best) ++best;
    if (found.second == truth.second || level(found.second_similarity, truth.second_similarity)) ++second;
    if (found.best == truth.best && !level(found.best_similarity, truth.best_similarity))
      throw std::runtime_error(fmt::format("the gallery says {} where the cosine is {}",
                                           found.best_similarity, truth.best_similarity));
  }
  const auto count = static_cast<double>(answers.size());
  into.recall = static_cast<double>(best) / count;
  into.runner_up_recall = static_cast<double>(second) / count;
}

void verify(Engine& engine, const Queries& queries, Measurement& into) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < queries.probes.size(); ++i)
    if (engine.nearest(queries.probes[i]) == queries.truth[i].best) ++right;
  into.recall = static_cast<double>(right) / static_cast<double>(queries.probes.size());
}

class Run {
 public:
  explicit Run(const Options& options) : options_(options) {}

  // False: an exact engine missed somebody.
  bool measure() {
    for (const std::size_t dims : options_.dims)
      for (const std::size_t people : options_.people) measure_gallery(dims, people);
    return ok_;
  }
  [[nodiscard]] Report& report() { return report_; }

 private:
  void measure_gallery(std::size_t dims, std::size_t people) {
    say(fmt::format("{} people, effective dimension {}: making faces", people, dims));
    SyntheticFaces faces(dims, options_.seed);
    Identities identities;
    identities.values.reserve(people * kEmbeddingSize);
    std::vector<Embedding> asked;
    const std::size_t step = std::max<std::size_t>(1, people / options_.queries);
    for (std::size_t i = 0; i < people; ++i) {
      const Embedding face = faces.identity();
      identities.values.insert(identities.values.end(), face.values().begin(), face.values().end());
      if (i % step == 0 && asked.size() < options_.queries) asked.push_back(face);
    }
    std::vector<Queries> all;
    for (const double cosine : options_.cosines) {
      Queries queries{.cosine = cosine, .probes = {}, .truth = {}};
      for (const Embedding& face : asked) queries.probes.push_back(faces.picture(face, cosine));
      queries.truth = float_scan_all(identities, queries.probes);
      all.push_back(std::move(queries));
    }
    const auto makers = engine_makers();
    for (const std::string& name : options_.engines) {
      const auto maker = makers.find(name);
      if (maker == makers.end()) {
        say(name + " was not built in: left out");
        continue;
      }
      const auto engine = maker->second();
      if (!engine->exact() && people > options_.graph_limit) {
        say(fmt::format("{}: not built above {} people", name, options_.graph_limit));
        continue;
      }
      measure_engine(*engine, identities, all, dims);
    }
  }

  void measure_engine(Engine& engine, const Identities& identities, const std::vector<Queries>& all,
                      std::size_t dims) {
    const auto* ours = dynamic_cast<const Ours*>(&engine);
    const double build_seconds = seconds_of([&] { engine.build(identities); });
    const auto settings = engine.settings();
    for (std::size_t s = 0; s < settings.size(); ++s) {
      engine.select(s);
      for (const Queries& queries : all) {
        Measurement m;
        m.engine = engine.name();
        m.setting = settings[s];
        m.people = identities.size();
        m.effective_dims = dims;
        m.cosine = queries.cosine;
        m.queries = queries.probes.size();
        m.build_seconds = build_seconds;
        m.bytes = engine.bytes();
        if (ours != nullptr)
          verify_ours(*ours, queries, m);
        else
          verify(engine, queries, m);
        if (engine.exact() && std::min(m.recall, std::fabs(m.runner_up_recall)) < kLeastRecall) {
          ok_ = false;
          say(fmt::format("FAULT: {} at cosine {:.2f}: recall {:.4f}, runner-up {:.4f}; not timed", m.engine,
                          m.cosine, m.recall, m.runner_up_recall));
        } else {
          // A slow search need not be repeated for every query to be known as slow.
          const std::size_t all_of_them = queries.probes.size();
          time_searches(engine, queries,
                        ours != nullptr ? all_of_them : std::min(all_of_them, options_.slow_queries),
                        options_.repeats, m);
        }
        say(fmt::format("  {} {} cosine {:.2f}: recall {:.4f}, p50 {:.3f} ms, p99 {:.3f} ms, CPU {:.3f} ms",
                        m.engine, m.setting, m.cosine, m.recall, m.wall.p50, m.wall.p99, m.cpu.p50));
        report_.measurements.push_back(m);
      }
    }
    if (ours != nullptr && dims == options_.dims.front()) {
      measure_together(*ours, all.front(), identities.size());
      measure_start(*ours, identities.size(), build_seconds);
    }
  }

  void measure_together(const Ours& ours, const Queries& queries, std::size_t people) {
    const auto search = [&](std::size_t probes) {
      std::size_t done = 0;
      for (; done + probes <= queries.probes.size() && done < 64; done += probes)
        static_cast<void>(
            ours.gallery().search_now(Ours::partition(), {queries.probes.data() + done, probes}));
      return done;
    };
    for (const std::size_t probes : {1U, 4U, 16U, 64U}) {
      if (probes > queries.probes.size()) continue;
      double best = 0;
      for (std::size_t r = 0; r < options_.repeats; ++r) {
        std::size_t done = 0;
        const double seconds = seconds_of([&] { done = search(probes); });
        best = std::max(best, static_cast<double>(done) / seconds);
      }
      report_.throughputs.push_back({"probes a call", people, probes, best});
    }
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t threads = 1; threads <= cores; threads *= 2) {
      double best = 0;
      for (std::size_t r = 0; r < options_.repeats; ++r) {
        std::vector<std::size_t> done(threads);
        const double seconds = seconds_of([&] {
          std::vector<std::thread> pool;
          for (std::size_t t = 0; t < threads; ++t) pool.emplace_back([&, t] { done[t] = search(1); });
          for (auto& thread : pool) thread.join();
        });
        std::size_t sum = 0;
        for (const std::size_t d : done) sum += d;
        best = std::max(best, static_cast<double>(sum) / seconds);
      }
      report_.throughputs.push_back({"threads", people, threads, best});
    }
  }

  void measure_start(const Ours& ours, std::size_t people, double add_seconds) {
    const auto path =
        std::filesystem::temp_directory_path() / fmt::format("gallery-bench-{}.snapshot", ::getpid());
    StartTime start{.people = people, .add_seconds = add_seconds};
    start.save_seconds = seconds_of([&] { ours.gallery().save(path, "bench").value(); });
    start.snapshot_bytes = static_cast<double>(std::filesystem::file_size(path));
    MemoryGallery loaded;
    start.load_seconds = seconds_of([&] { loaded.load(path, "bench").value(); });
    std::filesystem::remove(path);
    if (loaded.stats().faces != people) throw std::runtime_error("the snapshot did not bring everyone back");
    report_.starts.push_back(start);
  }

  const Options& options_;
  Report report_;
  bool ok_ = true;
};

Options parse(int argc, char** argv) {
  Options options;
  CLI::App app("Measures finding one face among many: recall, latency, memory, start");
  app.add_option("--people", options.people, "Sizes of the gallery")->delimiter(',');
  app.add_option("--dims", options.dims, "Effective dimensions, 1 to 512")
      ->delimiter(',')
      ->check(CLI::Range(1, 512));
  app.add_option("--cosine", options.cosines, "Cosines of a query to its identity")
      ->delimiter(',')
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--engines", options.engines, "ours, float32, hnswlib, faiss-flat, faiss-hnsw")
      ->delimiter(',')
      ->check(CLI::IsMember({"ours", "float32", "hnswlib", "faiss-flat", "faiss-hnsw"}));
  app.add_option("--queries", options.queries, "Queries of each kind, all of them verified")
      ->check(CLI::PositiveNumber);
  app.add_option("--slow-queries", options.slow_queries, "How many of them are timed with the other engines")
      ->check(CLI::PositiveNumber);
  app.add_option("--repeats", options.repeats, "Repetitions of each search; the fastest counts")
      ->check(CLI::PositiveNumber);
  app.add_option("--graph-limit", options.graph_limit, "Largest gallery for which a graph is built");
  app.add_option("--seed", options.seed, "Other faces");
  app.add_option("--json", options.json, "Write the results here as lines of JSON");
  app.add_option("--markdown", options.markdown, "Write the tables here; - is the console");
  app.add_flag("--quick", options.quick, "Seconds instead of hours: small galleries, every check");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  if (options.quick) {
    options.people = {1000, 6000};
    options.dims = {128};
    options.queries = 60;
    options.slow_queries = 10;
    options.repeats = 1;
    options.graph_limit = 1000;
  }
  return options;
}

int main_of(int argc, char** argv) {
  const Options options = parse(argc, argv);
  Run run(options);
  const bool ok = run.measure();
  Report& report = run.report();
  report.machine = machine();
  report.date = to_rfc3339(SystemClock().now()).substr(0, 10);
  report.command = "gallery_bench";
  for (int i = 1; i < argc; ++i) report.command += std::string(" ") + argv[i];
  if (!options.json.empty()) {
    std::ofstream out(options.json);
    write_json_lines(report, out);
    if (!out) throw std::runtime_error("cannot write " + options.json);
  }
  if (options.markdown.empty() || options.markdown == "-") {
    write_markdown(report, std::cout);
  } else {
    std::ofstream out(options.markdown);
    write_markdown(report, out);
    if (!out) throw std::runtime_error("cannot write " + options.markdown);
  }
  return ok ? 0 : 1;
}

}  // namespace
}  // namespace sas::bench

int main(int argc, char** argv) {
  try {
    return sas::bench::main_of(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "gallery_bench: " << error.what() << '\n';
    return 1;
  }
}
