#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "vision/pack/model_pack.h"

namespace sas {

// The packs of `known`, for browsers, whose files are all in `models_dir` and match their manifests. As at the edge, each
// has the second opinion on landmarks and the liveness models (of `liveness_pack`, or the best there are if it is empty)
// of other packs in the folder. `first`: the server's default model.
[[nodiscard]] std::vector<api::BrowserPack> browser_packs(const std::vector<vision::ModelPack>& known,
                                                          const std::filesystem::path& models_dir,
                                                          const ModelId& first,
                                                          std::string_view liveness_pack);

}  // namespace sas
