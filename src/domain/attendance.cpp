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

}  // namespace

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
