#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "domain/ids.h"

namespace sas::attendance {

// What the server knows of an embedder: enough to judge its vectors.
struct ModelPolicy {
  ModelId id;
  float threshold = 0;  // cosine, -1..1: the pack's own or the operator's
};

// The models whose vectors this server takes; never empty. The first is taken where a client names none.
class ModelPolicies {
 public:
  explicit ModelPolicies(std::vector<ModelPolicy> policies) : policies_(std::move(policies)) {}

  // invalid_argument "unknown_model" (details.known lists those that are).
  [[nodiscard]] Result<ModelPolicy> of(const std::optional<ModelId>& model) const;
  [[nodiscard]] const std::vector<ModelPolicy>& all() const { return policies_; }

 private:
  std::vector<ModelPolicy> policies_;
};

}  // namespace sas::attendance
