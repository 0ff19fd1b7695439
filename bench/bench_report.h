#pragma once
// The results of a run, as lines of JSON for programs and as a table for people.

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace sas::bench {

// Milliseconds. Each search is repeated and its fastest run counts, to reduce the effect of other load on the
// machine.
struct Latency {
  double p50 = 0;
  double p99 = 0;
};

// `samples` must not be empty.
[[nodiscard]] Latency latency_of(std::vector<double> samples);

struct Measurement {
  std::string engine;
  std::string setting;
  std::size_t people = 0;
  std::size_t effective_dims = 0;
  double cosine = 0;
  std::size_t queries = 0;
  double recall = 0;
  double runner_up_recall = -1;  // below 0: not measured
  Latency wall;
  Latency cpu;
  double build_seconds = 0;
  std::size_t bytes = 0;
};

// Throughput of concurrent searches: several probes per call, or several threads.
struct Throughput {
  std::string kind;  // "probes a call" or "threads"
  std::size_t people = 0;
  std::size_t together = 0;
  double searches_per_second = 0;
};

struct StartTime {
  std::size_t people = 0;
  double add_seconds = 0;
  double save_seconds = 0;
  double load_seconds = 0;
  double snapshot_bytes = 0;
  std::size_t memory_bytes = 0;
};

// Many queries compared with the full scan.
struct RecallCheck {
  std::size_t people = 0;
  std::size_t effective_dims = 0;
  double cosine = 0;
  std::size_t queries = 0;
  std::size_t missed = 0;  // the best person differs
  std::size_t runner_up_missed = 0;
};

struct Report {
  std::string machine;
  std::string date;
  std::string command;
  std::vector<Measurement> measurements;
  std::vector<Throughput> throughputs;
  std::vector<StartTime> starts;
  std::vector<RecallCheck> recalls;
};

void write_json_lines(const Report& report, std::ostream& out);
void write_markdown(const Report& report, std::ostream& out);

}  // namespace sas::bench
