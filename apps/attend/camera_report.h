#pragma once
// What a run says of itself, to people and to programs.

#include <string>
#include <vector>

#include "edge/camera_worker.h"
#include "vision/face_engine.h"

namespace sas::attend {

[[nodiscard]] std::string as_table(const edge::CameraReport& report);
// One camera: its object; several: {"cameras":[…]}.
[[nodiscard]] std::string as_json(const std::vector<edge::CameraReport>& reports);
// "entrance | 25 fps | 0 waiting | server up": one line of what is going on.
[[nodiscard]] std::string status_line(const edge::CameraState& state);

// What liveness is worth on these cameras, where that is little; empty: nothing to say.
[[nodiscard]] std::string liveness_warning(const std::vector<edge::CameraSpec>& cameras,
                                           const vision::FaceEngine& engine);

}  // namespace sas::attend
