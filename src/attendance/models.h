#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "domain/ids.h"

namespace sas::attendance {

// What the server needs to know about an embedder to judge its vectors.
struct ModelPolicy {
  ModelId id;
  float threshold = 0;  // cosine, -1..1, set by the model pack or the operator
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
