#pragma once
// How well templates distinguish people. Pure functions over embeddings; no images, no models.

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
  std::string name;  // of the photograph or template, for display
  Embedding embedding;
};

// A threshold and its error rates.
struct OperatingPoint {
  float threshold = 0;
  double false_accept_rate = 0;     // share of impostor pairs accepted
  double false_accept_rate_95 = 0;  // its upper bound with 95 % confidence
  double genuine_accept_rate = 0;   // share of genuine pairs accepted
};

// A template inconsistent with the other templates of its person.
struct Suspect {
  enum class Kind {
    // Similar to somebody else's template from the threshold on, and on average more similar to all of theirs
    // than to its own person's.
    mixed_up,
    weak  // reaches the threshold with no other template of its person
  } kind = Kind::weak;
  std::size_t sample = 0;
  float own = 0;    // highest cosine to a template of its own person
  float other = 0;  // highest cosine to a template of any other person
  std::size_t other_sample = 0;
};

// Two people the threshold cannot distinguish: one person enrolled twice, a mixed-up photograph, or
// lookalikes.
struct Lookalike {
  std::size_t sample = 0;
  std::size_t other_sample = 0;
  float cosine = 0;  // the highest of all their pairs
};

// The risk that a search among `people` accepts a stranger as any of them.
struct SearchRisk {
  std::uint64_t people = 0;
  double expected = 0;  // share of strangers accepted at the threshold in use, extrapolated from the tail
  // The threshold at which one stranger in a thousand is accepted (also extrapolated), and the share of
  // genuine pairs accepted at it.
  float threshold_for_1_in_1000 = 0;
  double genuine_accept_rate = 0;
};

struct AccuracyReport {
  std::size_t people = 0;
  std::size_t samples = 0;
  ScoreHistogram genuine;
  ScoreHistogram impostor;
  double wanted_rate = 0;
  OperatingPoint wanted;          // for the requested false accept rate
  bool wanted_measurable = true;  // false: too few impostor pairs to observe one false accept
  OperatingPoint current;         // at the threshold in use
  // `wanted` if the mixed-up photographs are left out; none: there are none. Labels are wrong more often than
  // the model is, and a single photograph of somebody else spoils all its pairs.
  std::optional<OperatingPoint> wanted_without_mixed_up;
  float equal_error_threshold = 0;
  double equal_error_rate = 0;
  std::size_t searched = 0;           // samples whose person has at least one other sample
  std::size_t rank_1 = 0;             // of those, samples whose nearest other sample is of the same person
  std::vector<Suspect> suspects;      // worst first
  std::vector<Lookalike> lookalikes;  // most alike first, at most kMostLookalikes
  std::vector<SearchRisk> searches;   // at the threshold in use
};
inline constexpr std::size_t kMostLookalikes = 1000;

// Compares every sample with every other. invalid_argument "too_few_samples": fewer than two people.
[[nodiscard]] Result<AccuracyReport> measure_accuracy(std::span<const Sample> samples, float threshold,
                                                      double wanted_rate);

// The share of impostor pairs accepted at `threshold`, extrapolated where too few pairs were measured to
// count them: above the highest 1 % of the scores the tail is assumed to fall exponentially (peaks over
// threshold with shape 0: cosines are bounded and fall faster, so the estimate is conservative). Below that,
// the measured share.
[[nodiscard]] double extrapolated_false_accept_rate(const ScoreHistogram& impostor, float threshold);
// The inverse function.
[[nodiscard]] float extrapolated_threshold(const ScoreHistogram& impostor, double rate);

}  // namespace sas::vision
