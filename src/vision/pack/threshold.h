#pragma once

#include <string_view>

#include "vision/pack/json_fields.h"
#include "vision/pack/model_pack.h"

namespace sas::vision {

// What the operator measured, beside a pack's files.
inline constexpr std::string_view kThresholdFile = "threshold.json";

// The fields that a manifest's "threshold" and the operator's file share; the caller finishes the object.
[[nodiscard]] VerificationThreshold read_threshold(Fields& fields);

}  // namespace sas::vision
