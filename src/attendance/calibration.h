#pragma once
// The threshold for corrected scores (gallery/csls.h) at which strangers are misnamed at a wanted rate.

#include <cstddef>
#include <vector>

#include "domain/score_prior.h"

namespace sas::attendance {

// What a gallery says about itself.
struct GalleryScores {
  std::size_t people = 0;
  // For enrolled people as strangers (everything of their own left out): the corrected score of whom they resemble
  // most. In any order; finite.
  std::vector<float> strangers;
  // For people with several templates: the corrected score of one template as the probe. In any order; finite.
  std::vector<float> genuine;
};

struct Calibration {
  float threshold = 0;              // a corrected score; at or above it a face is known
  double false_identification = 0;  // the rate it was made for: the share of strangers who are misnamed
  double expected_miss = 0;         // share of enrolled people's walk-pasts that score below the threshold
  std::size_t people = 0;           // the size of the gallery it was made for
  std::size_t strangers = 0;        // scores it was fitted to; 0: only the prior
  std::size_t genuine = 0;          // scores the expected miss was counted in; 0: only the prior
};

// `rate`: above 0, below 0.5.
//
// A stranger is taken for somebody if the best of N scores passes, so the law of maxima applies: the best score follows
// a Gumbel law, P(score <= x) = exp(-exp(-(x - location) / scale)) (Coles, "An Introduction to Statistical Modeling of
// Extreme Values", 2001, chapter 3), and the threshold is location - scale ln(-ln(1 - rate)). The law is fitted to the
// upper half of the scores by a line through their quantile plot. The highest 2 % are left out: among them are people
// who were enrolled twice and relatives, who say nothing about strangers and would raise the threshold for everybody.
//
// The prior counts as much as kPriorWeight scores, so it decides in a small gallery and fades as the gallery grows. The
// gallery's own scores can raise the threshold without limit, but lower it by no more than two of the prior's scales:
// a gallery of copies of one face has scores without any spread.
[[nodiscard]] Calibration calibrate(const GalleryScores& scores, const ScorePrior& prior, double rate);

inline constexpr double kPriorWeight = 25;

}  // namespace sas::attendance
