#include "vision/eval/score_histogram.h"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/beta.hpp>

namespace sas::vision {
namespace {

constexpr std::size_t kBins = 20'000;

std::size_t bin_of(float cosine) {
  const double at = std::floor((static_cast<double>(cosine) + 1) / ScoreHistogram::kStep);
  return static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(kBins - 1)));
}

// The lowest bin that a threshold accepts.
std::size_t first_bin(float threshold) {
  const double at = std::round((static_cast<double>(threshold) + 1) / ScoreHistogram::kStep);
  return static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(kBins)));
}

float threshold_at(std::size_t bin) {
  return static_cast<float>((static_cast<double>(bin) * ScoreHistogram::kStep) - 1);
}

}  // namespace

ScoreHistogram::ScoreHistogram() : bins_(kBins) {}

void ScoreHistogram::add(float cosine) {
  ++bins_[bin_of(cosine)];
  ++count_;
  sum_ += static_cast<double>(cosine);
  lowest_ = std::min(lowest_, cosine);
  highest_ = std::max(highest_, cosine);
}

double ScoreHistogram::mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }

std::uint64_t ScoreHistogram::count_from(float threshold) const {
  std::uint64_t found = 0;
  for (std::size_t bin = first_bin(threshold); bin < kBins; ++bin) found += bins_[bin];
  return found;
}

double ScoreHistogram::share_from(float threshold) const {
  return count_ == 0 ? 0 : static_cast<double>(count_from(threshold)) / static_cast<double>(count_);
}

float ScoreHistogram::threshold_for(double share) const {
  const auto allowed = static_cast<std::uint64_t>(share * static_cast<double>(count_));
  std::uint64_t accepted = 0;
  for (std::size_t bin = kBins; bin-- > 0;) {
    accepted += bins_[bin];
    if (accepted > allowed) return threshold_at(bin + 1);
  }
  return -1;
}

float ScoreHistogram::quantile(double share) const {
  const double wanted = share * static_cast<double>(count_);
  std::uint64_t below = 0;
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    below += bins_[bin];
    if (static_cast<double>(below) >= wanted && below > 0) return threshold_at(bin + 1);
  }
  return 1;
}

double ScoreHistogram::mean_excess(float threshold) const {
  double sum = 0;
  std::uint64_t found = 0;
  const std::size_t from = first_bin(threshold);
  for (std::size_t bin = from; bin < kBins; ++bin) {
    sum += static_cast<double>(bins_[bin]) * (static_cast<double>(bin - from) + 0.5) * kStep;
    found += bins_[bin];
  }
  return found == 0 ? 0 : sum / static_cast<double>(found);
}

std::vector<double> ScoreHistogram::shares(float low, float high, std::size_t bins) const {
  std::vector<double> parts(bins);
  if (count_ == 0) return parts;
  for (std::size_t i = 0; i < bins; ++i) {
    const auto edge = [&](std::size_t at) {
      return low + ((high - low) * static_cast<float>(at) / static_cast<float>(bins));
    };
    parts[i] =
        static_cast<double>(count_from(edge(i)) - count_from(edge(i + 1))) / static_cast<double>(count_);
  }
  return parts;
}

float ScoreHistogram::rounded(float threshold) { return threshold_at(first_bin(threshold)); }

double upper_bound_95(std::uint64_t hits, std::uint64_t trials) {
  if (hits >= trials) return 1;
  return boost::math::ibeta_inv(static_cast<double>(hits + 1), static_cast<double>(trials - hits), 0.95);
}

std::pair<double, double> wilson_95(std::uint64_t hits, std::uint64_t trials) {
  if (trials == 0) return {0, 1};
  constexpr double kZ = 1.959964;  // of a normal law, two-sided
  const auto n = static_cast<double>(trials);
  const double share = static_cast<double>(hits) / n;
  const double middle = share + kZ * kZ / (2 * n);
  const double reach = kZ * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n));
  const double whole = 1 + kZ * kZ / n;
  return {std::max(0.0, (middle - reach) / whole), std::min(1.0, (middle + reach) / whole)};
}

}  // namespace sas::vision
