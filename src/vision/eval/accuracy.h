#pragma once
// How well templates tell people apart. Pure functions over embeddings; no image, no model.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/embedding.h"
#include "vision/eval/score_histogram.h"

namespace sas::vision {

struct Sample {
  std::string person;
  std::string name;  // of the photograph or template, for people
  Embedding embedding;
};

// One threshold and what it does.
struct OperatingPoint {
  float threshold = 0;
  double false_accept_rate = 0;     // share of impostor pairs accepted
  double false_accept_rate_95 = 0;  // and the most it may be with 95 % confidence
  double genuine_accept_rate = 0;   // share of genuine pairs accepted
};

// A template that its own people do not bear out.
struct Suspect {
  enum class Kind {
    mixed_up,  // resembles somebody else's from the threshold on, and on average all of theirs more than its
               // own
    weak       // resembles nothing of its own person from the threshold on
  } kind = Kind::weak;
  std::size_t sample = 0;
  float own = 0;    // cosine to the nearest of its own person
  float other = 0;  // to the nearest of anybody else
  std::size_t other_sample = 0;
};

// Two people whom the threshold takes for one: one person twice, a mixed-up photograph, or lookalikes.
struct Lookalike {
  std::size_t sample = 0;
  std::size_t other_sample = 0;
  float cosine = 0;  // the highest of all their pairs
};

// A search among `people` accepts a stranger by any of them.
struct SearchRisk {
  std::uint64_t people = 0;
  double expected = 0;  // share of strangers accepted at the threshold in use, from the tail's extrapolation
  // From which one stranger in a thousand is accepted, likewise, and the share of genuine pairs accepted
  // there.
  float threshold_for_1_in_1000 = 0;
  double genuine_accept_rate = 0;
};

struct AccuracyReport {
  std::size_t people = 0;
  std::size_t samples = 0;
  ScoreHistogram genuine;
  ScoreHistogram impostor;
  double wanted_rate = 0;
  OperatingPoint wanted;          // for the wanted false accept rate
  bool wanted_measurable = true;  // false: fewer impostor pairs than one false accept needs
  OperatingPoint current;         // at the threshold in use
  float equal_error_threshold = 0;
  double equal_error_rate = 0;
  std::size_t searched = 0;           // samples whose person has another
  std::size_t rank_1 = 0;             // of these, whose nearest other sample is of their person
  std::vector<Suspect> suspects;      // worst first
  std::vector<Lookalike> lookalikes;  // most alike first, at most kMostLookalikes
  std::vector<SearchRisk> searches;   // at the threshold in use
};
inline constexpr std::size_t kMostLookalikes = 1000;

// Compares every sample with every other. invalid_argument "too_few_samples": fewer than two people.
[[nodiscard]] Result<AccuracyReport> measure_accuracy(std::span<const Sample> samples, float threshold,
                                                      double wanted_rate);

// The share of impostor pairs accepted at `threshold` where too few were measured to count them: beyond the
// highest 1 % of the scores the tail is taken to fall exponentially (peaks over threshold with shape 0:
// cosines are bounded and fall faster, so that this errs on the safe side). Below that, the measured share.
[[nodiscard]] double extrapolated_false_accept_rate(const ScoreHistogram& impostor, float threshold);
// The other way round.
[[nodiscard]] float extrapolated_threshold(const ScoreHistogram& impostor, double rate);

}  // namespace sas::vision
