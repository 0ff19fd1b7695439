#include "attendance/calibration.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace sas::attendance {
namespace {

constexpr double kFirstQuantile = 0.5;
constexpr double kLastQuantile = 0.98;
constexpr std::size_t kFewestFitted = 8;  // points of the line
constexpr double kMostBelowPrior = 2;     // of the prior's scales

struct Gumbel {
  double location = 0;
  double scale = 0;

  [[nodiscard]] double exceeded_by(double share) const {
    return location - scale * std::log(-std::log1p(-share));
  }
};

// Between the sizes of the prior's table by the logarithm of the number of people, outside as at its ends.
Gumbel prior_at(const ScorePrior& prior, std::size_t people) {
  const auto& table = prior.strangers;
  const auto above = std::find_if(table.begin(), table.end(),
                                  [&](const ScorePrior::Strangers& row) { return row.people >= people; });
  const auto law = [](const ScorePrior::Strangers& row) { return Gumbel{row.location, row.scale}; };
  if (above == table.end()) return law(table.back());
  if (above == table.begin()) return law(table.front());
  const auto logarithm = [](std::size_t count) {
    return std::log(static_cast<double>(std::max<std::size_t>(count, 1)));
  };
  const auto below = above - 1;
  const double along =
      (logarithm(people) - logarithm(below->people)) / (logarithm(above->people) - logarithm(below->people));
  return {std::lerp(double{below->location}, double{above->location}, along),
          std::lerp(double{below->scale}, double{above->scale}, along)};
}

// None: too few scores for a line.
std::optional<Gumbel> fit(std::vector<float> scores) {
  std::sort(scores.begin(), scores.end());
  double n = 0;
  double sum_x = 0;
  double sum_y = 0;
  double sum_xx = 0;
  double sum_xy = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    // Hosking's plotting position for laws of extremes.
    const double quantile = (static_cast<double>(i) + 0.65) / static_cast<double>(scores.size());
    if (quantile < kFirstQuantile || quantile > kLastQuantile) continue;
    const double x = -std::log(-std::log(quantile));
    const double y = scores[i];
    ++n;
    sum_x += x;
    sum_y += y;
    sum_xx += x * x;
    sum_xy += x * y;
  }
  if (n < kFewestFitted) return std::nullopt;
  const double scale = (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
  return Gumbel{(sum_y - scale * sum_x) / n, scale};
}

double normal_below(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

}  // namespace

Calibration calibrate(const GalleryScores& scores, const ScorePrior& prior, double rate) {
  Calibration calibration{.false_identification = rate, .people = scores.people};
  const Gumbel before = prior_at(prior, scores.people);
  double threshold = before.exceeded_by(rate);
  if (const auto own = fit(scores.strangers)) {
    calibration.strangers = scores.strangers.size();
    const auto count = static_cast<double>(scores.strangers.size());
    const double share = count / (count + kPriorWeight);
    const Gumbel both{std::lerp(before.location, own->location, share),
                      std::lerp(before.scale, own->scale, share)};
    threshold = std::max(both.exceeded_by(rate), threshold - kMostBelowPrior * before.scale);
  }
  calibration.threshold = static_cast<float>(threshold);

  double missed =
      kPriorWeight * normal_below((threshold - prior.genuine_mean) / double{prior.genuine_deviation});
  for (const float score : scores.genuine) missed += score < calibration.threshold ? 1 : 0;
  calibration.genuine = scores.genuine.size();
  calibration.expected_miss = missed / (kPriorWeight + static_cast<double>(scores.genuine.size()));
  return calibration;
}

}  // namespace sas::attendance
