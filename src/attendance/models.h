#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "domain/attendance.h"
#include "domain/ids.h"
#include "domain/score_prior.h"

namespace sas::attendance {

// What the server needs to know about an embedder to judge its vectors.
struct ModelPolicy {
  ModelId id;
  float threshold = 0;                   // cosine, -1..1, set by the model pack or the operator
  bool fixed = false;                    // by the operator
  std::optional<ScorePrior> prior = {};  // from the pack; none: it has none

  // The operator has the last word; without a prior nothing is calibrated.
  [[nodiscard]] ThresholdSource source() const {
    if (fixed) return ThresholdSource::fixed;
    return prior ? ThresholdSource::calibrated : ThresholdSource::pack;
  }
};

// The models whose vectors this server accepts; never empty. The first is the default if a client names none.
class ModelPolicies {
 public:
  explicit ModelPolicies(std::vector<ModelPolicy> policies) : policies_(std::move(policies)) {}

  // invalid_argument "unknown_model" (details.known lists the known models).
  [[nodiscard]] Result<ModelPolicy> of(const std::optional<ModelId>& model) const;
  [[nodiscard]] const std::vector<ModelPolicy>& all() const { return policies_; }

 private:
  std::vector<ModelPolicy> policies_;
};

}  // namespace sas::attendance
