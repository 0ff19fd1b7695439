#pragma once

#include <string_view>

#include "vision/pack/json_fields.h"
#include "vision/pack/model_pack.h"

namespace sas::vision {

// The operator's measured threshold, next to a pack's files.
inline constexpr std::string_view kThresholdFile = "threshold.json";

// Reads the fields shared by a manifest's "threshold" and the operator's file; the caller finishes the
// object.
[[nodiscard]] VerificationThreshold read_threshold(Fields& fields);

}  // namespace sas::vision
