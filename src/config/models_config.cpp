#include "config/models_config.h"

namespace sas::config {

ModelsConfig read_models_config(Settings& settings) {
  ModelsConfig config;
  const std::filesystem::path data_dir = settings.text("DATA_DIR", "data");
  config.models_dir = settings.text("MODELS_DIR", (data_dir / "models").string());
  config.model_pack = settings.text("MODEL_PACK", "faceplugin");
  config.liveness_pack = settings.text("LIVENESS_PACK", "");
  config.mirror = settings.text("MODELS_MIRROR", "");
  if (!config.mirror.empty() && !config.mirror.starts_with("https://") &&
      !config.mirror.starts_with("http://"))
    settings.problem("MODELS_MIRROR",
                     "MODELS_MIRROR=\"" + config.mirror +
                         "\": expected https://host/folder or http://host/folder, which holds "
                         "the zip files");
  return config;
}

}  // namespace sas::config
