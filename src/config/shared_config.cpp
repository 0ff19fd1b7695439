#include "config/shared_config.h"

namespace sas::config {

Result<void> take_log_file(SharedConfig& config, const std::string& file) {
  if (file != "off") config.logging.file = file;
  return {};
}

Result<void> take_log_level(SharedConfig& config, const std::string& level) {
  config.logging.level = spdlog::level::from_str(level);
  return {};
}

}  // namespace sas::config
