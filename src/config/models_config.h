#pragma once
// Where model packs are and which are used: the same names for server, edge and the commands that manage
// packs.

#include <filesystem>
#include <string>

#include "config/settings.h"

namespace sas::config {

struct ModelsConfig {
  std::filesystem::path models_dir;
  std::string model_pack;
  std::string liveness_pack;  // whose liveness models judge; empty: the model pack's own
  std::string mirror;         // asked for zip files instead of the address in the manifest; empty: none
};

// MODELS_DIR (models in DATA_DIR), MODEL_PACK, LIVENESS_PACK, MODELS_MIRROR. Notes every problem in
// `settings`.
[[nodiscard]] ModelsConfig read_models_config(Settings& settings);

}  // namespace sas::config
