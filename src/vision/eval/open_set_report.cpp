#include <cmath>

#include <fmt/format.h>

#include "vision/eval/report.h"

namespace sas::vision {
namespace {

namespace json = boost::json;

std::string rate_in_words(const OpenSetRate& rate) {
  return fmt::format("{:.1f} % ({:.1f} to {:.1f})", 100 * rate.mean, 100 * rate.low, 100 * rate.high);
}

std::string_view score_name(const OpenSetResult& result) { return result.corrected ? "corrected" : "cosine"; }

json::object rate_as_json(const OpenSetRate& rate) {
  return {{"mean", rate.mean}, {"low_95", rate.low}, {"high_95", rate.high}};
}

void add_groups(std::string& text, const OpenSetResult& result) {
  if (result.groups.empty()) return;
  text += fmt::format("By group, {} of {} photograph{} enrolled, at that threshold:\n", score_name(result),
                      result.photographs, result.photographs == 1 ? "" : "s");
  text += fmt::format("  {:<18} {:>6} {:>26} {:>26}\n", "group", "people", "missed", "strangers misnamed");
  for (const auto& group : result.groups)
    text += fmt::format("  {:<18} {:>6} {:>26} {:>26}\n", group.name, group.people,
                        group.people == 0 ? "nobody to search for" : rate_in_words(group.missed),
                        rate_in_words(group.misidentified));
}

}  // namespace

std::string to_text(const OpenSetReport& report) {
  const double rate = report.options.false_identification_rate;
  std::string text = fmt::format(
      "Open set: {} people enrolled, everybody also searched for as a stranger; {} random choices of the "
      "enrolled photographs, 95 % intervals over people and choices\n"
      "  missed where {:.3g} % of strangers are misnamed (FNIR at that FPIR); corrected: for faces that "
      "resemble many (CSLS)\n"
      "  {:>11} {:>9} {:>7} {:>9} {:>10} {:>10} {:>26}\n",
      report.enrolled, report.options.splits, 100 * rate, "photographs", "score", "people", "searches",
      "strangers", "threshold", "missed");
  bool measurable = true;
  for (const auto& result : report.results) {
    text += fmt::format("  {:>11} {:>9} {:>7} {:>9} {:>10} {:>10.3f} {:>26}\n", result.photographs,
                        score_name(result), result.people, result.searches, result.strangers,
                        result.threshold, rate_in_words(result.missed));
    measurable = measurable && result.measurable;
  }
  if (!measurable)
    text += fmt::format(
        "  fewer than {:.0f} strangers cannot show that rate: the threshold rests on few faces, which are "
        "tried "
        "against every choice of photographs\n",
        std::ceil(1 / rate));
  for (const auto& result : report.results) add_groups(text, result);
  return text;
}

json::object to_json(const OpenSetReport& report) {
  json::array results;
  for (const auto& result : report.results) {
    json::array groups;
    for (const auto& group : result.groups)
      groups.push_back({{"group", group.name},
                        {"people", group.people},
                        {"missed", rate_as_json(group.missed)},
                        {"misidentified", rate_as_json(group.misidentified)}});
    results.push_back({{"photographs", result.photographs},
                       {"csls", result.corrected},
                       {"people", result.people},
                       {"searches", result.searches},
                       {"strangers", result.strangers},
                       {"measurable", result.measurable},
                       {"threshold", std::round(result.threshold * 10'000) / 10'000},
                       {"missed", rate_as_json(result.missed)},
                       {"groups", std::move(groups)}});
  }
  return {{"false_identification_rate", report.options.false_identification_rate},
          {"splits", report.options.splits},
          {"enrolled", report.enrolled},
          {"results", std::move(results)}};
}

}  // namespace sas::vision
