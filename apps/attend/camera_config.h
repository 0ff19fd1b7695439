#pragma once
// Several cameras in one file, as a person writes it (TOML). docs/edge.md shows one.

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "edge/camera_worker.h"

namespace sas::attend {

// invalid_argument "invalid_cameras" names the file, the line, what is wrong and what would be right: what
// is not TOML, a key that is not known, a camera without a source, two cameras of one name or on one webcam.
// not_found "cameras_not_found".
[[nodiscard]] Result<std::vector<edge::CameraSpec>> load_cameras(const std::filesystem::path& file);
// `name` stands for the file in messages.
[[nodiscard]] Result<std::vector<edge::CameraSpec>> parse_cameras(std::string_view toml,
                                                                  std::string_view name);

}  // namespace sas::attend
