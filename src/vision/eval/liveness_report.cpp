#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "vision/eval/plot.h"
#include "vision/eval/report.h"

namespace sas::vision {
namespace {

namespace json = boost::json;

struct Source {
  bool live = false;
  std::size_t frames = 0;
  float lowest = 1;
  float highest = 0;
  double sum = 0;
};

std::map<std::string, Source> by_source(std::span<const LivenessSample> samples) {
  std::map<std::string, Source> sources;
  for (const auto& sample : samples) {
    auto& source = sources[sample.source];
    source.live = sample.live;
    ++source.frames;
    source.lowest = std::min(source.lowest, sample.score);
    source.highest = std::max(source.highest, sample.score);
    source.sum += static_cast<double>(sample.score);
  }
  return sources;
}

std::string row(const LivenessPoint& point, std::string_view words = "") {
  return fmt::format("  {:>9.3f} {:>14.4f} (<= {:.3f}) {:>16.4f} (<= {:.3f})  {}\n", point.threshold,
                     point.live_refused, point.live_refused_95, point.spoof_accepted, point.spoof_accepted_95,
                     words);
}

std::string row(const LivenessKind& kind) {
  return fmt::format("  {:<6} {:<16} {:>4} of {:<4} {} ({:.1f} to {:.1f} %)\n", kind.live ? "live" : "spoof",
                     kind.name.empty() ? "not said" : kind.name, kind.wrong, kind.presentations,
                     kind.live ? "refused " : "accepted", 100 * kind.lowest_95, 100 * kind.highest_95);
}

double thousandths(float value) { return std::round(static_cast<double>(value) * 1000) / 1000; }

json::object as_json(const LivenessPoint& point) {
  return {{"threshold", thousandths(point.threshold)},
          {"live_refused", point.live_refused},
          {"live_refused_95", point.live_refused_95},
          {"spoof_accepted", point.spoof_accepted},
          {"spoof_accepted_95", point.spoof_accepted_95}};
}

}  // namespace

std::string to_text(const LivenessReport& report, const LivenessSubject& subject,
                    std::span<const LivenessSample> samples) {
  constexpr std::size_t kMostShown = 40;
  std::string text = fmt::format(
      "Liveness of {} with the models of {}: {} live faces of {} photographs and clips, {} spoofs of {}\n"
      "  {:>9} {:>25} {:>27}\n",
      subject.what, subject.pack, report.live, report.live_sources, report.spoofs, report.spoof_sources,
      "threshold", "live refused (95 %)", "spoofs accepted (95 %)");
  for (const auto& point : report.points)
    if (std::lround(point.threshold * 20) % 2 == 0) text += row(point);
  text += row(report.current, "in use") + row(report.best, "best here");
  text += fmt::format(
      "By kind at {:.3f}; a photograph or clip is one presentation, judged by the median of its frames (95 "
      "%, Wilson):\n",
      report.current.threshold);
  for (const auto& kind : report.kinds) text += row(kind);
  text += "Mean and range of the scores per photograph or clip:\n";
  std::size_t shown = 0;
  const auto sources = by_source(samples);
  for (const auto& [name, source] : sources) {
    if (shown++ == kMostShown) {
      text += fmt::format("  and {} more\n", sources.size() - kMostShown);
      break;
    }
    text += fmt::format("  {:.3f} ({:.3f} to {:.3f}, {} faces)  {}\n",
                        source.sum / static_cast<double>(source.frames), source.lowest, source.highest,
                        source.frames, name);
  }
  for (const auto& failure : subject.failures)
    text += fmt::format("Not used: {}: {}\n", failure.name, failure.reason);
  return text;
}

json::object to_json(const LivenessReport& report, const LivenessSubject& subject,
                     std::span<const LivenessSample> samples) {
  json::array points;
  for (const auto& point : report.points) points.push_back(as_json(point));
  json::array sources;
  for (const auto& [name, source] : by_source(samples))
    sources.push_back({{"name", name},
                       {"live", source.live},
                       {"faces", source.frames},
                       {"mean", source.sum / static_cast<double>(source.frames)},
                       {"lowest", thousandths(source.lowest)},
                       {"highest", thousandths(source.highest)}});
  json::array kinds;
  for (const auto& kind : report.kinds)
    kinds.push_back({{"live", kind.live},
                     {"kind", kind.name},
                     {"presentations", kind.presentations},
                     {"wrong", kind.wrong},
                     {"lowest_95", kind.lowest_95},
                     {"highest_95", kind.highest_95}});
  json::array failures;
  for (const auto& failure : subject.failures)
    failures.push_back({{"name", failure.name}, {"reason", failure.reason}});
  return {{"kind", "liveness"},
          {"subject", subject.what},
          {"pack", subject.pack},
          {"every_nth_frame", subject.step},
          {"live", report.live},
          {"spoofs", report.spoofs},
          {"points", std::move(points)},
          {"in_use", as_json(report.current)},
          {"best", as_json(report.best)},
          {"kinds", std::move(kinds)},
          {"sources", std::move(sources)},
          {"failures", std::move(failures)}};
}

Result<void> plot_liveness(const LivenessReport& report, const LivenessSubject& subject,
                           std::span<const LivenessSample> samples, const std::filesystem::path& folder) {
  std::error_code ignored;  // if the folder cannot be created, writing into it reports the error
  std::filesystem::create_directories(folder, ignored);
  Plot plot{.title = "Liveness errors by threshold, models of " + subject.pack,
            .x_label = "threshold",
            .y_label = "share",
            .x_from = 0,
            .x_to = 1,
            .y_from = 0,
            .y_to = 1,
            .logarithmic = false,
            .series = {},
            .marks = {}};
  PlotSeries refused{"live faces refused", {96, 174, 39}, {}, false};
  PlotSeries accepted{"spoofs accepted", {43, 57, 192}, {}, false};
  constexpr int kSteps = 500;
  for (int step = 0; step <= kSteps; ++step) {
    const float threshold = static_cast<float>(step) / kSteps;
    std::size_t below = 0;
    std::size_t above = 0;
    for (const auto& sample : samples) {
      below += sample.live && sample.score < threshold ? 1 : 0;
      above += !sample.live && sample.score >= threshold ? 1 : 0;
    }
    refused.points.emplace_back(threshold, static_cast<double>(below) / static_cast<double>(report.live));
    accepted.points.emplace_back(threshold, static_cast<double>(above) / static_cast<double>(report.spoofs));
  }
  plot.series = {std::move(refused), std::move(accepted)};
  plot.marks.emplace_back(fmt::format("in use {:.2f}", report.current.threshold), report.current.threshold);
  return write_plot(plot, folder / "liveness.png");
}

}  // namespace sas::vision
