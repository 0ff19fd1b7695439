#include "bench_report.h"

#include <algorithm>
#include <tuple>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace sas::bench {
namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;

double quantile(const std::vector<double>& sorted, double q) {
  return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}

std::string bytes_a_face(const Measurement& m) {
  return m.bytes == 0 ? "" : fmt::format("{}", m.bytes / m.people);
}

}  // namespace

Latency latency_of(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  return {.p50 = quantile(samples, 0.5), .p99 = quantile(samples, 0.99)};
}

void write_json_lines(const Report& report, std::ostream& out) {
  const auto line = [&](boost::json::object object) { out << boost::json::serialize(object) << '\n'; };
  line({{"kind", "run"}, {"machine", report.machine}, {"date", report.date}, {"command", report.command}});
  for (const auto& m : report.measurements)
    line({{"kind", "search"},
          {"engine", m.engine},
          {"setting", m.setting},
          {"people", m.people},
          {"effective_dims", m.effective_dims},
          {"cosine", m.cosine},
          {"queries", m.queries},
          {"recall", m.recall},
          {"runner_up_recall", m.runner_up_recall},
          {"p50_ms", m.wall.p50},
          {"p99_ms", m.wall.p99},
          {"cpu_p50_ms", m.cpu.p50},
          {"cpu_p99_ms", m.cpu.p99},
          {"build_s", m.build_seconds},
          {"bytes", m.bytes}});
  for (const auto& t : report.throughputs)
    line({{"kind", "together"},
          {"how", t.kind},
          {"people", t.people},
          {"together", t.together},
          {"searches_per_second", t.searches_per_second}});
  for (const auto& s : report.starts)
    line({{"kind", "start"},
          {"people", s.people},
          {"add_s", s.add_seconds},
          {"save_s", s.save_seconds},
          {"load_s", s.load_seconds},
          {"snapshot_bytes", s.snapshot_bytes},
          {"memory_bytes", s.memory_bytes}});
  for (const auto& r : report.recalls)
    line({{"kind", "recall"},
          {"people", r.people},
          {"effective_dims", r.effective_dims},
          {"cosine", r.cosine},
          {"queries", r.queries},
          {"missed", r.missed},
          {"runner_up_missed", r.runner_up_missed}});
}

void write_markdown(const Report& report, std::ostream& out) {
  out << fmt::format("Machine: {}  \nDate: {}  \nCommand: `{}`\n", report.machine, report.date,
                     report.command);
  auto rows = report.measurements;
  std::stable_sort(rows.begin(), rows.end(), [](const Measurement& a, const Measurement& b) {
    return std::tie(a.effective_dims, a.people, a.cosine) < std::tie(b.effective_dims, b.people, b.cosine);
  });
  out << "\n| effective dimension | people | cosine | search | recall@1 | runner-up | p50 ms | p99 ms | CPU "
         "p50 ms | "
         "build s | bytes a face |\n|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|\n";
  for (const auto& m : rows) {
    const std::string runner_up = m.runner_up_recall < 0 ? "" : fmt::format("{:.4f}", m.runner_up_recall);
    out << fmt::format(
        "| {} | {} | {:.2f} | {}{}{} | {:.4f} | {} | {:.3f} | {:.3f} | {:.3f} | {:.2f} | {} |\n",
        m.effective_dims, m.people, m.cosine, m.engine, m.setting.empty() ? "" : ", ", m.setting, m.recall,
        runner_up, m.wall.p50, m.wall.p99, m.cpu.p50, m.build_seconds, bytes_a_face(m));
  }
  if (!report.throughputs.empty()) {
    out << "\n| people | together | searches/s |\n|--:|---|--:|\n";
    for (const auto& t : report.throughputs)
      out << fmt::format("| {} | {} {} | {:.0f} |\n", t.people, t.together, t.kind, t.searches_per_second);
  }
  if (!report.starts.empty()) {
    out << "\n| people | add all s | save snapshot s | load snapshot s | snapshot MiB "
           "|\n|--:|--:|--:|--:|--:|\n";
    for (const auto& s : report.starts)
      out << fmt::format("| {} | {:.2f} | {:.2f} | {:.2f} | {:.0f} |\n", s.people, s.add_seconds,
                         s.save_seconds, s.load_seconds, s.snapshot_bytes / kMebibyte);
  }
}

}  // namespace sas::bench
