#pragma once

#include <cstdint>
#include <vector>

namespace sas::vision {

// Many cosines in little room: counts in steps of 1/10,000 from -1 to 1, so that a gallery of any size can be
// compared with itself. Thresholds are multiples of that step; everything below is exact at them.
class ScoreHistogram {
 public:
  ScoreHistogram();

  void add(float cosine);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] float lowest() const { return lowest_; }
  [[nodiscard]] float highest() const { return highest_; }
  [[nodiscard]] double mean() const;
  // How many are at `threshold` or above, and their share (0 of an empty one).
  [[nodiscard]] std::uint64_t count_from(float threshold) const;
  [[nodiscard]] double share_from(float threshold) const;
  // The lowest threshold at which at most this share is accepted.
  [[nodiscard]] float threshold_for(double share) const;
  // The value below which this share lies.
  [[nodiscard]] float quantile(double share) const;
  // How far, on average, those at or above `threshold` are above it; 0 when there are none.
  [[nodiscard]] double mean_excess(float threshold) const;
  // Shares in `bins` equal parts of low..high, for drawing.
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

// The rate that a sample of `trials` with `hits` does not rule out with 95 % confidence, from above (Clopper
// and Pearson, 1934); for independent trials. 1 for no trials.
[[nodiscard]] double upper_bound_95(std::uint64_t hits, std::uint64_t trials);

}  // namespace sas::vision
