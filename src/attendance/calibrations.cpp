#include "attendance/calibrations.h"

#include <utility>

namespace sas::attendance {

std::optional<Calibration> Calibrations::of(const GalleryPartition& partition,
                                            const ModelPolicy& policy) const {
  if (policy.source() != ThresholdSource::calibrated) return std::nullopt;
  {
    const std::lock_guard lock(mutex_);
    const auto found = states_.find(partition);
    if (found != states_.end()) return found->second.calibration;
  }
  return calibrate({.people = gallery_.stats().people, .strangers = {}, .genuine = {}}, *policy.prior, rate_);
}

std::vector<LookAlikes> Calibrations::closest(const GalleryPartition& partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = states_.find(partition);
  return found == states_.end() ? std::vector<LookAlikes>() : found->second.closest;
}

void Calibrations::set(const GalleryPartition& partition, const Calibration& calibration,
                       std::vector<LookAlikes> closest) {
  const std::lock_guard lock(mutex_);
  states_[partition] = {calibration, std::move(closest)};
}

}  // namespace sas::attendance
