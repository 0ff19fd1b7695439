#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "vision/eval/plot.h"
#include "vision/eval/report.h"

namespace sas::vision {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostShown = 20;  // entries per list in the text; the JSON has all

std::string point_in_words(const OperatingPoint& point) {
  return fmt::format(
      "cosine {:.4f}: false accepts {:.3g} (at most {:.2g} with 95 % confidence), genuine accepted {:.4f}",
      point.threshold, point.false_accept_rate, point.false_accept_rate_95, point.genuine_accept_rate);
}

void add_remarks(std::string& text, const std::string& title, const std::vector<Remark>& remarks) {
  if (remarks.empty()) return;
  text += title + "\n";
  for (const auto& remark : remarks) text += fmt::format("  {}: {}\n", remark.name, remark.reason);
}

void add_suspects(std::string& text, const AccuracyReport& report, std::span<const Sample> samples) {
  const auto title = [&](Suspect::Kind kind, const char* words) {
    const auto count = std::ranges::count(report.suspects, kind, &Suspect::kind);
    if (count == 0) return;
    text += fmt::format("{} ({}):\n", words, count);
    std::size_t shown = 0;
    for (const auto& suspect : report.suspects) {
      if (suspect.kind != kind || shown++ >= kMostShown) continue;
      text += fmt::format("  {}: own person {:.3f}, {} {:.3f}\n", samples[suspect.sample].name, suspect.own,
                          samples[suspect.other_sample].name, suspect.other);
    }
  };
  title(Suspect::Kind::mixed_up, "Mixed up: more similar to another person than to their own");
  title(Suspect::Kind::weak, "Weak: not recognised from any other face of the same person");
  if (report.lookalikes.empty()) return;
  text += fmt::format("Pairs of people the threshold does not distinguish ({}):\n", report.lookalikes.size());
  for (std::size_t i = 0; i < std::min(report.lookalikes.size(), kMostShown); ++i) {
    const auto& pair = report.lookalikes[i];
    text += fmt::format("  {:.3f}  {} and {}\n", pair.cosine, samples[pair.sample].name,
                        samples[pair.other_sample].name);
  }
}

// Printing a float as a double would show digits that were not measured.
double rounded(float value) { return std::round(static_cast<double>(value) * 10'000) / 10'000; }

json::object point_as_json(const OperatingPoint& point) {
  return {{"threshold", rounded(point.threshold)},
          {"false_accept_rate", point.false_accept_rate},
          {"false_accept_rate_95", point.false_accept_rate_95},
          {"genuine_accept_rate", point.genuine_accept_rate}};
}

json::object histogram_as_json(const ScoreHistogram& histogram) {
  constexpr std::size_t kParts = 200;
  json::object object{{"pairs", histogram.count()}};
  if (histogram.count() == 0) return object;
  object["lowest"] = rounded(histogram.lowest());
  object["highest"] = rounded(histogram.highest());
  object["mean"] = histogram.mean();
  object["p1"] = rounded(histogram.quantile(0.01));
  object["median"] = rounded(histogram.quantile(0.5));
  object["p99.9"] = rounded(histogram.quantile(0.999));
  object["shares"] = json::value_from(histogram.shares(-1, 1, kParts));
  return object;
}

json::array remarks_as_json(const std::vector<Remark>& remarks) {
  json::array list;
  for (const auto& remark : remarks) list.push_back({{"name", remark.name}, {"reason", remark.reason}});
  return list;
}

}  // namespace

std::string to_text(const AccuracyReport& report, const AccuracySubject& subject,
                    std::span<const Sample> samples) {
  std::string text = fmt::format("{}: {} people, {} faces, model {}\n", subject.what, report.people,
                                 report.samples, subject.embedder);
  if (subject.photographs > 0)
    text += fmt::format(
        "Failure to acquire: {} of {} photographs; {} more would be rejected at enrolment and {} in the "
        "figures; in {} the face nearest the middle was taken; landmarks checked by {}\n",
        subject.failures.size(), subject.photographs, subject.poor.size(),
        subject.with_poor ? "are" : "are not", subject.several_faces,
        subject.second_opinion ? "two models" : "one model");
  const auto& genuine = report.genuine;
  const auto& impostor = report.impostor;
  if (genuine.count() > 0)
    text += fmt::format("Genuine pairs   {:>9}: lowest {:.3f}, 1st percentile {:.3f}, median {:.3f}\n",
                        genuine.count(), genuine.lowest(), genuine.quantile(0.01), genuine.quantile(0.5));
  else
    text += "Genuine pairs   none: nobody has two faces, so only different people can be compared\n";
  text += fmt::format("Impostor pairs  {:>9}: median {:.3f}, 99.9th percentile {:.3f}, highest {:.3f}\n",
                      impostor.count(), impostor.quantile(0.5), impostor.quantile(0.999), impostor.highest());
  if (report.searched > 0)
    text += fmt::format("Rank-1: {} of {} are nearest to another face of the same person\n", report.rank_1,
                        report.searched);
  if (genuine.count() > 0)
    text += fmt::format("Equal error rate {:.4f} at cosine {:.3f}\n", report.equal_error_rate,
                        report.equal_error_threshold);
  text += "In use        " + point_in_words(report.current) + "\n";
  text += fmt::format("For {:<9.2g} ", report.wanted_rate) + point_in_words(report.wanted) + "\n";
  if (report.wanted_without_mixed_up)
    text += "  without those mixed up (below): " + point_in_words(*report.wanted_without_mixed_up) + "\n";
  if (!report.wanted_measurable)
    text += fmt::format(
        "  {} impostor pairs are too few to measure one false accept in {:.0f}: this threshold is above all "
        "of "
        "them, "
        "and the extrapolated one is {:.3f}\n",
        impostor.count(), 1 / report.wanted_rate, extrapolated_threshold(impostor, report.wanted_rate));
  text += fmt::format(
      "One stranger searched among many, at cosine {:.4f} (extrapolated from the highest 1 % of the "
      "impostors):\n"
      "  {:>9} {:>20} {:>26} {:>25}\n",
      report.current.threshold, "people", "taken for somebody", "threshold for 1 in 1,000",
      "genuine accepted there");
  for (const auto& search : report.searches)
    text += fmt::format("  {:>9} {:>20.3g} {:>26.3f} {:>25.4f}\n", search.people, search.expected,
                        search.threshold_for_1_in_1000, search.genuine_accept_rate);
  add_suspects(text, report, samples);
  add_remarks(text, "Left out, no face was acquired:", subject.failures);
  add_remarks(
      text, subject.with_poor ? "Would be rejected at enrolment:" : "Left out, enrolment would reject them:",
      subject.poor);
  add_remarks(text, "Left out, no photographs of a person:", subject.ignored);
  return text;
}

json::object to_json(const AccuracyReport& report, const AccuracySubject& subject,
                     std::span<const Sample> samples) {
  json::array suspects;
  for (const auto& suspect : report.suspects)
    suspects.push_back({{"kind", suspect.kind == Suspect::Kind::mixed_up ? "mixed_up" : "weak"},
                        {"person", samples[suspect.sample].person},
                        {"name", samples[suspect.sample].name},
                        {"own", rounded(suspect.own)},
                        {"other", rounded(suspect.other)},
                        {"other_person", samples[suspect.other_sample].person},
                        {"other_name", samples[suspect.other_sample].name}});
  json::array lookalikes;
  for (const auto& pair : report.lookalikes)
    lookalikes.push_back({{"person", samples[pair.sample].person},
                          {"name", samples[pair.sample].name},
                          {"other_person", samples[pair.other_sample].person},
                          {"other_name", samples[pair.other_sample].name},
                          {"cosine", rounded(pair.cosine)}});
  json::array searches;
  for (const auto& search : report.searches)
    searches.push_back({{"people", search.people},
                        {"false_accepts", search.expected},
                        {"threshold_for_1_in_1000", rounded(search.threshold_for_1_in_1000)},
                        {"genuine_accepted_there", search.genuine_accept_rate}});
  json::value without_mixed_up;
  if (report.wanted_without_mixed_up) without_mixed_up = point_as_json(*report.wanted_without_mixed_up);
  return {{"kind", "accuracy"},
          {"subject", subject.what},
          {"pack", subject.pack},
          {"embedder", subject.embedder},
          {"people", report.people},
          {"faces", report.samples},
          {"photographs", subject.photographs},
          {"failures_to_acquire", remarks_as_json(subject.failures)},
          {"refused_at_enrolment", remarks_as_json(subject.poor)},
          {"refused_are_compared", subject.with_poor},
          {"ignored_files", remarks_as_json(subject.ignored)},
          {"second_opinion", subject.second_opinion},
          {"genuine", histogram_as_json(report.genuine)},
          {"impostor", histogram_as_json(report.impostor)},
          {"rank_1", {{"right", report.rank_1}, {"searched", report.searched}}},
          {"equal_error",
           {{"rate", report.equal_error_rate}, {"threshold", rounded(report.equal_error_threshold)}}},
          {"in_use", point_as_json(report.current)},
          {"wanted_false_accept_rate", report.wanted_rate},
          {"wanted", point_as_json(report.wanted)},
          {"wanted_without_mixed_up", std::move(without_mixed_up)},
          {"wanted_measurable", report.wanted_measurable},
          {"searches", std::move(searches)},
          {"suspects", std::move(suspects)},
          {"lookalikes", std::move(lookalikes)}};
}

Result<void> plot_accuracy(const AccuracyReport& report, const AccuracySubject& subject,
                           const std::filesystem::path& folder) {
  std::error_code ignored;  // if the folder cannot be created, writing into it reports the error
  std::filesystem::create_directories(folder, ignored);
  constexpr std::size_t kParts = 120;
  constexpr float kFrom = -0.4F;
  Plot spread{.title = "Cosines, " + subject.what,
              .x_label = "cosine",
              .y_label = "share of pairs",
              .x_from = kFrom,
              .x_to = 1,
              .y_from = 0,
              .y_to = 0,
              .logarithmic = false,
              .series = {},
              .marks = {}};
  const auto shape = [&](const ScoreHistogram& histogram) {
    std::vector<std::pair<double, double>> points;
    const auto shares = histogram.shares(kFrom, 1, kParts);
    for (std::size_t i = 0; i < shares.size(); ++i) {
      points.emplace_back(kFrom + ((1 - kFrom) * (static_cast<double>(i) + 0.5) / kParts), shares[i]);
      spread.y_to = std::max(spread.y_to, shares[i] * 1.1);
    }
    return points;
  };
  spread.series.push_back({"impostor pairs", {43, 57, 192}, shape(report.impostor), true});
  if (report.genuine.count() > 0)
    spread.series.push_back({"genuine pairs", {96, 174, 39}, shape(report.genuine), true});
  spread.marks.emplace_back(fmt::format("in use {:.3f}", report.current.threshold), report.current.threshold);
  spread.marks.emplace_back(fmt::format("{:.2g}: {:.3f}", report.wanted_rate, report.wanted.threshold),
                            report.wanted.threshold);
  if (auto written = write_plot(spread, folder / "distributions.png"); !written) return written.error();
  if (report.genuine.count() == 0) return {};
  // A rate below one pair cannot be measured.
  const auto floor = [](const ScoreHistogram& histogram) {
    return std::pow(10, std::floor(std::log10(1 / static_cast<double>(histogram.count()))));
  };
  Plot trade{.title = "Error trade-off, " + subject.what,
             .x_label = "false accept rate (impostor pairs)",
             .y_label = "false reject rate (genuine pairs)",
             .x_from = floor(report.impostor),
             .x_to = 1,
             .y_from = floor(report.genuine),
             .y_to = 1,
             .logarithmic = true,
             .series = {},
             .marks = {}};
  PlotSeries curve{subject.embedder, {185, 128, 41}, {}, false};
  for (float threshold = -1; threshold <= 1; threshold += 0.001F)
    curve.points.emplace_back(report.impostor.share_from(threshold),
                              1 - report.genuine.share_from(threshold));
  trade.series.push_back(std::move(curve));
  return write_plot(trade, folder / "det.png");
}

}  // namespace sas::vision
