#include "domain/attendance.h"

#include <array>
#include <utility>

namespace sas {
namespace {

constexpr std::array<std::pair<Outcome, std::string_view>, 5> kOutcomes{{{Outcome::marked, "marked"},
                                                                         {Outcome::cooldown, "cooldown"},
                                                                         {Outcome::unknown, "unknown"},
                                                                         {Outcome::ambiguous, "ambiguous"},
                                                                         {Outcome::spoof, "spoof"}}};

constexpr std::array<std::pair<ThresholdSource, std::string_view>, 3> kThresholdSources{
    {{ThresholdSource::fixed, "fixed"},
     {ThresholdSource::pack, "pack"},
     {ThresholdSource::calibrated, "calibrated"}}};

}  // namespace

std::string_view to_string(ThresholdSource source) {
  for (const auto& [value, name] : kThresholdSources)
    if (value == source) return name;
  return "fixed";
}

std::optional<ThresholdSource> parse_threshold_source(std::string_view text) {
  for (const auto& [value, name] : kThresholdSources)
    if (name == text) return value;
  return std::nullopt;
}

std::string_view to_string(Outcome outcome) {
  for (const auto& [value, name] : kOutcomes)
    if (value == outcome) return name;
  return "unknown";
}

std::optional<Outcome> parse_outcome(std::string_view text) {
  for (const auto& [value, name] : kOutcomes)
    if (name == text) return value;
  return std::nullopt;
}

}  // namespace sas
