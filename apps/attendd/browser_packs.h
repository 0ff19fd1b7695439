#pragma once

#include <filesystem>
#include <vector>

#include "api/api.h"
#include "vision/pack/model_pack.h"

namespace sas {

// The packs of `known` whose files all stand in `models_dir` as their manifests say, for browsers. `first`:
// the server's own model.
[[nodiscard]] std::vector<api::BrowserPack> browser_packs(const std::vector<vision::ModelPack>& known,
                                                          const std::filesystem::path& models_dir,
                                                          const ModelId& first);

}  // namespace sas
