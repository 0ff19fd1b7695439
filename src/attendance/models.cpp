#include "attendance/models.h"

#include <string>

#include <boost/json/array.hpp>

namespace sas::attendance {

Result<ModelPolicy> ModelPolicies::of(const std::optional<ModelId>& model) const {
  if (!model) return policies_.front();
  for (const ModelPolicy& policy : policies_)
    if (policy.id == *model) return policy;
  boost::json::array known;
  std::string names;
  for (const ModelPolicy& policy : policies_) {
    known.emplace_back(policy.id.value);
    names += (names.empty() ? "" : ", ") + policy.id.value;
  }
  return Error::of(ErrorKind::invalid_argument, "unknown_model",
                   "this server does not know the model \"" + model->value.substr(0, 64) +
                       "\": vectors of different models cannot be compared. It knows: " + names +
                       ". Use the same model pack on both sides (MODEL_PACK).",
                   {{"known", std::move(known)}});
}

}  // namespace sas::attendance
