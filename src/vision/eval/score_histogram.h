#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace sas::vision {

// Stores many cosines compactly: counts in steps of 1/10,000 from -1 to 1, so that a gallery of any size can
// be compared with itself. Thresholds are multiples of that step, and all results below are exact at them.
class ScoreHistogram {
 public:
  ScoreHistogram();

  void add(float cosine);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] float lowest() const { return lowest_; }
  [[nodiscard]] float highest() const { return highest_; }
  [[nodiscard]] double mean() const;
  // Number and share of scores at or above `threshold` (the share is 0 if empty).
  [[nodiscard]] std::uint64_t count_from(float threshold) const;
  [[nodiscard]] double share_from(float threshold) const;
  // The lowest threshold at which at most this share is accepted.
  [[nodiscard]] float threshold_for(double share) const;
  // The value below which this share of the scores is.
  [[nodiscard]] float quantile(double share) const;
  // The mean excess over `threshold` of the scores at or above it; 0 if there are none.
  [[nodiscard]] double mean_excess(float threshold) const;
  // The shares in `bins` equal intervals of low..high, for plotting.
  [[nodiscard]] std::vector<double> shares(float low, float high, std::size_t bins) const;

  static constexpr double kStep = 1e-4;
  // The nearest multiple of the step.
  [[nodiscard]] static float rounded(float threshold);

 private:
  std::vector<std::uint64_t> bins_;
  std::uint64_t count_ = 0;
  double sum_ = 0;
  float lowest_ = 1;
  float highest_ = -1;
};

// The upper 95 % confidence bound of a rate after `hits` in `trials` independent trials (Clopper and Pearson,
// 1934). 1 if there are no trials.
[[nodiscard]] double upper_bound_95(std::uint64_t hits, std::uint64_t trials);
// The 95 % confidence interval of that rate (Wilson, 1927). 0 and 1 if there are no trials.
[[nodiscard]] std::pair<double, double> wilson_95(std::uint64_t hits, std::uint64_t trials);

}  // namespace sas::vision
