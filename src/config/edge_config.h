#pragma once
// What attend needs to start, from Settings.

#include <filesystem>
#include <optional>
#include <string>

#include "base/logging.h"
#include "config/models_config.h"
#include "config/settings.h"

namespace sas::config {

struct EdgeConfig {
  std::string server_url;  // "http://127.0.0.1:8000", without a slash at its end
  std::string api_key;     // empty: none
  std::optional<std::filesystem::path> server_ca_file;
  std::optional<std::string> camera_id;
  std::filesystem::path data_dir;
  ModelsConfig models;
  LoggingOptions logging;  // to stderr: the programs' results go to stdout
};

// SERVER_URL, or SERVER_IP and PORT. Notes every problem in `settings`; the caller asks settings.check()
// before it uses the result.
[[nodiscard]] EdgeConfig read_edge_config(Settings& settings);

}  // namespace sas::config
