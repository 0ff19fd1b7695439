// Measures recall, latency and memory of the in-memory gallery and its alternatives. Every engine's answers
// are compared with a float32 scan of every vector before anything is timed; if an exact engine misses, the
// program exits with status 1.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "bench_report.h"
#include "engine.h"
#include "engine_ours.h"
#include "float_scan.h"
#include "gallery/memory/kernels.h"
#include "graph_settings.h"
#include "ours_measurements.h"
#include "stopwatch.h"

namespace sas::bench {
namespace {

// Requirement for exact engines: at most one answer in ten thousand differs from the full scan.
constexpr double kLeastRecall = 0.9999;
constexpr std::size_t kFewestQueries = 5;
// The effective dimension of the default model pack; used for measurements made only once.
constexpr std::size_t kUsualDims = 128;

struct Options {
  std::vector<std::size_t> people{1000, 10000, 50000, 100000, 1000000};
  std::vector<std::size_t> dims{64, 128, 512};
  std::vector<double> cosines{0.45, 0.6, 0.8};
  std::vector<std::string> engines{"ours", "float32", "hnswlib", "faiss-flat", "faiss-hnsw", "pgvector"};
  std::size_t queries = 400;
  std::size_t repeats = 3;
  std::size_t graph_limit = 50000;
  std::size_t recall_queries = 20000;
  double seconds = 2;
  std::string pgvector;
  std::size_t pgvector_limit = 50000;
  std::size_t faiss_limit = 10000;
  std::uint64_t seed = 1;
  std::string json;
  std::string markdown;
  bool quick = false;
};

using EngineMaker = std::function<std::unique_ptr<Engine>()>;

std::map<std::string, EngineMaker> engine_makers([[maybe_unused]] const Options& options) {
  std::map<std::string, EngineMaker> makers{{"ours", make_ours}, {"float32", make_float32}};
#ifdef SAS_WITH_HNSWLIB
  makers["hnswlib"] = make_hnswlib;
#endif
#ifdef SAS_WITH_FAISS
  makers["faiss-flat"] = make_faiss_flat;
  makers["faiss-hnsw"] = make_faiss_hnsw;
#endif
#ifdef SAS_WITH_LIBPQ
  if (!options.pgvector.empty()) makers["pgvector"] = [&options] { return make_pgvector(options.pgvector); };
#endif
  return makers;
}

void say(const std::string& line) { std::cerr << line << '\n'; }

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

// Times the first `count` queries, whose answers have been checked, or as many as the time limit allows.
void time_searches(Engine& engine, const Queries& queries, std::size_t count, std::size_t repeats,
                   double most_seconds, Measurement& into) {
  std::vector<double> wall;
  std::vector<double> cpu;
  std::size_t sink = 0;
  const double start = wall_ms();
  const auto time_is_up = [&] { return wall_ms() - start >= most_seconds * 1e3; };
  for (std::size_t i = 0; i < count && (i < kFewestQueries || !time_is_up()); ++i) {
    double best_wall = HUGE_VAL;
    double best_cpu = HUGE_VAL;
    for (std::size_t r = 0; r < repeats && (r == 0 || !time_is_up()); ++r) {
      const double wall_start = wall_ms();
      const double cpu_start = cpu_ms();
      sink += engine.nearest(queries.probes[i]);
      best_cpu = std::min(best_cpu, cpu_ms() - cpu_start);
      best_wall = std::min(best_wall, wall_ms() - wall_start);
    }
    wall.push_back(best_wall);
    cpu.push_back(best_cpu);
  }
  if (sink == 0) say("every answer was the first person");  // uses the answers
  into.wall = latency_of(wall);
  into.cpu = engine.in_this_process() ? latency_of(cpu) : Latency{};
}

// Returns how many were asked within the time limit.
std::size_t verify(Engine& engine, const Queries& queries, double most_seconds, Measurement& into) {
  std::size_t right = 0;
  std::size_t asked = 0;
  const double start = wall_ms();
  while (asked < queries.probes.size() &&
         (asked < kFewestQueries || wall_ms() - start < most_seconds * 1e3)) {
    if (engine.nearest(queries.probes[asked]) == queries.truth[asked].best) ++right;
    ++asked;
  }
  into.recall = static_cast<double>(right) / static_cast<double>(asked);
  return asked;
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
    for (std::size_t i = 0; i < people; ++i) {
      const Embedding face = faces.identity();
      identities.values.insert(identities.values.end(), face.values().begin(), face.values().end());
      if (asked.size() < options_.queries) asked.push_back(face);
    }
    std::vector<Queries> all;
    for (const double cosine : options_.cosines) {
      Queries queries{.cosine = cosine, .probes = {}, .truth = {}};
      for (const Embedding& face : asked) queries.probes.push_back(faces.picture(face, cosine));
      queries.truth = float_scan_all(identities, queries.probes);
      all.push_back(std::move(queries));
    }
    const auto makers = engine_makers(options_);
    for (const std::string& name : options_.engines) {
      const auto maker = makers.find(name);
      if (maker == makers.end()) {
        say(name + (name == "pgvector" ? " needs --pgvector URL and libpq: left out"
                                       : " was not built in: left out"));
        continue;
      }
      if (const auto [limit, every_dims] = limits_of(name);
          people > limit || (!every_dims && dims != usual_dims())) {
        say(fmt::format("{}: only up to {} people{}", name, limit,
                        every_dims ? "" : fmt::format(" and at effective dimension {}", usual_dims())));
        continue;
      }
      const auto engine = maker->second();
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
        if (ours != nullptr) {
          const auto answers = ours->gallery().search_now(Ours::partition(), queries.probes);
          const Agreement agreement = compare(answers, queries.truth);
          m.recall = agreement.best;
          m.runner_up_recall = agreement.runner_up;
        } else {
          m.queries = verify(engine, queries, options_.seconds, m);
        }
        if (engine.exact() && std::min(m.recall, std::fabs(m.runner_up_recall)) < kLeastRecall) {
          ok_ = false;
          say(fmt::format("FAULT: {} at cosine {:.2f}: recall {:.4f}, runner-up {:.4f}; not timed", m.engine,
                          m.cosine, m.recall, m.runner_up_recall));
        } else {
          // A slow search need not be repeated for every query.
          time_searches(engine, queries, m.queries, options_.repeats,
                        ours != nullptr ? HUGE_VAL : options_.seconds, m);
        }
        say(fmt::format("  {} {} cosine {:.2f}: recall {:.4f}, p50 {:.3f} ms, p99 {:.3f} ms, CPU {:.3f} ms",
                        m.engine, m.setting, m.cosine, m.recall, m.wall.p50, m.wall.p99, m.cpu.p50));
        report_.measurements.push_back(m);
      }
    }
    if (ours == nullptr || dims != usual_dims()) return;
    measure_together(*ours, all.front().probes, options_.repeats, report_);
    measure_start(*ours, build_seconds, report_);
    if (identities.size() == *std::max_element(options_.people.begin(), options_.people.end()) &&
        !measure_recall(*ours, identities, dims, all.front().cosine, options_.recall_queries, kLeastRecall,
                        options_.seed, report_))
      fault("recall is below the requirement");
  }

  struct Limits {
    std::size_t people;
    bool every_dims;
  };
  // Building a graph takes most of the time.
  [[nodiscard]] Limits limits_of(const std::string& name) const {
    if (name == "hnswlib") return {options_.graph_limit, true};
    if (name == "faiss-hnsw") return {options_.faiss_limit, false};
    if (name == "pgvector") return {options_.pgvector_limit, false};
    return {std::numeric_limits<std::size_t>::max(), true};
  }
  // Measurements that do not depend on how faces are distributed are made once.
  [[nodiscard]] std::size_t usual_dims() const {
    const auto& dims = options_.dims;
    return std::find(dims.begin(), dims.end(), kUsualDims) == dims.end() ? dims.front() : kUsualDims;
  }
  void fault(const std::string& what) {
    ok_ = false;
    say("FAULT: " + what);
  }

  const Options& options_;
  Report report_;
  bool ok_ = true;
};

Options parse(int argc, char** argv) {
  Options options;
  CLI::App app("Measures the search for one face among many: recall, latency, memory, startup");
  app.add_option("--people", options.people, "Sizes of the gallery")->delimiter(',');
  app.add_option("--dims", options.dims, "Effective dimensions, 1 to 512")
      ->delimiter(',')
      ->check(CLI::Range(1, 512));
  app.add_option("--cosine", options.cosines, "Cosines of a query to its identity")
      ->delimiter(',')
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--engines", options.engines, "ours, float32, hnswlib, faiss-flat, faiss-hnsw, pgvector")
      ->delimiter(',')
      ->check(CLI::IsMember({"ours", "float32", "hnswlib", "faiss-flat", "faiss-hnsw", "pgvector"}));
  app.add_option("--queries", options.queries, "Queries of each kind, all of them verified")
      ->check(CLI::PositiveNumber);
  app.add_option("--recall-queries", options.recall_queries,
                 "Queries at the first cosine to measure recall in the largest gallery")
      ->check(CLI::Range(4, 10000000));
  app.add_option("--seconds", options.seconds,
                 "Time limit for verifying, and for timing, one setting of another engine")
      ->check(CLI::PositiveNumber);
  app.add_option("--pgvector", options.pgvector,
                 "postgresql://… URL of a database to measure pgvector in; creates and drops a table");
  app.add_option("--pgvector-limit", options.pgvector_limit, "Largest gallery for pgvector");
  app.add_option("--repeats", options.repeats, "Repetitions of each search; the fastest counts")
      ->check(CLI::PositiveNumber);
  app.add_option("--graph-limit", options.graph_limit, "Largest gallery for hnswlib");
  app.add_option("--faiss-limit", options.faiss_limit, "Largest gallery for FAISS's graph");
  app.add_option("--seed", options.seed, "Seed for the faces");
  app.add_option("--json", options.json, "Write the results here as lines of JSON");
  app.add_option("--markdown", options.markdown, "Write the tables here; - for the console");
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
    options.recall_queries = 200;
    options.seconds = 0.2;
    options.repeats = 1;
    options.graph_limit = 1000;
    options.faiss_limit = 1000;
  }
  return options;
}

// Without the output path and database URL, which are specific to this run.
std::string command_of(int argc, char** argv) {
  std::string command = "gallery_bench";
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool own = argument == "--json" || argument == "--markdown" || argument == "--pgvector";
    if (!own) command += " " + argument;
    if (argument == "--pgvector") command += " --pgvector URL";
    if (own) ++i;
  }
  return command;
}

int main_of(int argc, char** argv) {
  const Options options = parse(argc, argv);
  Run run(options);
  const bool ok = run.measure();
  Report& report = run.report();
  report.machine = machine();
  report.date = to_rfc3339(SystemClock().now()).substr(0, 10);
  report.command = command_of(argc, argv);
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
