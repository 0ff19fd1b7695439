#pragma once
// How well scores distinguish live faces from spoofs, in the terms of ISO/IEC 30107-3.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace sas::vision {

struct LivenessSample {
  bool live = false;
  std::string source;  // the photograph or clip it was taken from
  float score = 0;     // 0..1
  std::string kind{};  // of attack ("print", "mask") or of live faces; empty: not said
};

struct LivenessPoint {
  float threshold = 0;         // live at or above this score
  double live_refused = 0;     // BPCER: share of live faces classified as spoofs
  double live_refused_95 = 0;  // its upper bound with 95 % confidence, assuming independent faces
  double spoof_accepted = 0;   // APCER: share of spoofs classified as live
  double spoof_accepted_95 = 0;
};

// One kind of attack, or of live faces. A photograph or clip is one presentation, judged by the median of its frames,
// as the edge judges a walk-past.
struct LivenessKind {
  bool live = false;
  std::string name;
  std::size_t presentations = 0;
  std::size_t wrong = 0;  // live ones refused (BPCER), attacks accepted (APCER)
  // Of the share that is wrong, with 95 % confidence (Wilson).
  double lowest_95 = 0;
  double highest_95 = 0;
};

struct LivenessReport {
  std::size_t live = 0;
  std::size_t spoofs = 0;
  std::size_t live_sources = 0;
  std::size_t spoof_sources = 0;
  std::vector<LivenessPoint> points;  // at 0.05, 0.10 … 0.95
  LivenessPoint best;  // where the larger of the two errors is smallest; the middle of such thresholds
  LivenessPoint current;
  std::vector<LivenessKind> kinds;  // at the current threshold; live ones first, by name
};

// invalid_argument "too_few_samples": no live face or no spoof.
[[nodiscard]] Result<LivenessReport> measure_liveness(std::span<const LivenessSample> samples,
                                                      float threshold);

}  // namespace sas::vision
