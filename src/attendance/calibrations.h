#pragma once
// The thresholds in use, one for each organisation and model.

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "attendance/calibration.h"
#include "attendance/models.h"
#include "gallery/gallery.h"

namespace sas::attendance {

// Two enrolled people who are close to each other: one of their templates and the other's nearest.
struct LookAlikes {
  PersonId one;
  PersonId other;
  float similarity = 0;  // raw cosine
  float score = 0;       // corrected

  bool operator==(const LookAlikes&) const = default;
};

// Thread-safe.
class Calibrations {
 public:
  // `rate`: as for calibrate(). `gallery` must outlive it.
  Calibrations(double rate, const Gallery& gallery) : rate_(rate), gallery_(gallery) {}

  // None: the model is judged by the raw cosine, because the operator fixed the threshold or the pack has no prior.
  // Before the first set() the prior alone decides, for the gallery's present size.
  [[nodiscard]] std::optional<Calibration> of(const GalleryPartition& partition,
                                              const ModelPolicy& policy) const;
  // The closest pairs of the partition, closest first.
  [[nodiscard]] std::vector<LookAlikes> closest(const GalleryPartition& partition) const;
  void set(const GalleryPartition& partition, const Calibration& calibration,
           std::vector<LookAlikes> closest);

  [[nodiscard]] double rate() const { return rate_; }

 private:
  struct State {
    Calibration calibration;
    std::vector<LookAlikes> closest;
  };

  const double rate_;
  const Gallery& gallery_;
  mutable std::mutex mutex_;
  std::map<GalleryPartition, State> states_;  // guarded by mutex_
};

}  // namespace sas::attendance
