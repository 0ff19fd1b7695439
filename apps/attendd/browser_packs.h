#pragma once

#include <filesystem>
#include <vector>

#include "api/api.h"
#include "vision/pack/model_pack.h"

namespace sas {

// The packs of `known`, for browsers, whose files are all in `models_dir` and match their manifests. `first`: the
// server's default model.
[[nodiscard]] std::vector<api::BrowserPack> browser_packs(const std::vector<vision::ModelPack>& known,
                                                          const std::filesystem::path& models_dir,
                                                          const ModelId& first);

}  // namespace sas
