#include "domain/attendance.h"

#include <array>
#include <utility>

namespace sas {
namespace {

constexpr std::array<std::pair<Outcome, std::string_view>, kOutcomes.size()> kOutcomeNames{
    {{Outcome::marked, "marked"},
     {Outcome::cooldown, "cooldown"},
     {Outcome::unknown, "unknown"},
     {Outcome::ambiguous, "ambiguous"},
     {Outcome::spoof, "spoof"},
     {Outcome::unproven, "unproven"}}};

constexpr std::array<std::pair<CameraDirection, std::string_view>, 4> kCameraDirections{
    {{CameraDirection::none, "none"},
     {CameraDirection::in, "in"},
     {CameraDirection::out, "out"},
     {CameraDirection::both, "both"}}};

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

std::string_view to_string(CameraDirection direction) {
  for (const auto& [value, name] : kCameraDirections)
    if (value == direction) return name;
  return "none";
}

std::optional<CameraDirection> parse_camera_direction(std::string_view text) {
  for (const auto& [value, name] : kCameraDirections)
    if (name == text) return value;
  return std::nullopt;
}

std::string_view to_string(Outcome outcome) {
  for (const auto& [value, name] : kOutcomeNames)
    if (value == outcome) return name;
  return "unknown";
}

std::optional<Outcome> parse_outcome(std::string_view text) {
  for (const auto& [value, name] : kOutcomeNames)
    if (name == text) return value;
  return std::nullopt;
}

}  // namespace sas
