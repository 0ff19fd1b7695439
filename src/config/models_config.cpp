#include "config/models_config.h"

#include "config/shared_config.h"

namespace sas::config {

Result<void> take_models_mirror(ModelsConfig& config, const std::string& url) {
  if (!url.starts_with("https://") && !url.starts_with("http://"))
    return Error::of(ErrorKind::invalid_argument,
                     "expected https://host/folder or http://host/folder with the zip files in it");
  config.mirror = url;
  return {};
}

ModelsConfig read_models_config(Settings& settings) {
  SharedConfig shared;
  settings.read(std::array{kDataDirSetting}, shared);
  ModelsConfig config;
  settings.read(kModelsSettings, config);
  if (config.models_dir.empty()) config.models_dir = shared.data_dir / "models";
  return config;
}

}  // namespace sas::config
