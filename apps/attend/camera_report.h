#pragma once
// A run's summary, for people and for programs.

#include <string>
#include <vector>

#include "edge/camera_worker.h"

namespace sas::attend {

[[nodiscard]] std::string as_table(const edge::CameraReport& report);
// One camera: its object; several: {"cameras":[…]}.
[[nodiscard]] std::string as_json(const std::vector<edge::CameraReport>& reports);
// "entrance | 25 fps | 0 waiting | server up": one line of what is going on.
[[nodiscard]] std::string status_line(const edge::CameraState& state);

}  // namespace sas::attend
