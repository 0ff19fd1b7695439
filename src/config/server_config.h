#pragma once
// What attendd needs to start, from Settings.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/logging.h"
#include "config/cache_config.h"
#include "config/database_config.h"
#include "config/models_config.h"
#include "config/settings.h"

namespace sas::config {

struct ServerConfig {
  std::string host;  // an IP address or "localhost"
  std::uint16_t port = 0;
  int threads = 0;  // 0: one a core
  std::optional<std::string> api_key;
  std::vector<std::string>
      allowed_hosts;  // Host names, beside loopback's, that may be asked for without a key
  std::optional<std::filesystem::path> tls_cert_file;  // both or neither
  std::optional<std::filesystem::path> tls_key_file;

  std::filesystem::path data_dir;
  DatabaseConfig database;
  ModelsConfig models;

  std::optional<float> similarity_threshold;  // none: the pack's own
  float ambiguity_margin = 0;
  std::optional<float> liveness_threshold;  // none: the liveness pack's own
  std::chrono::seconds cooldown{0};
  CacheConfig cache;

  LoggingOptions logging;
};

// Notes every problem in `settings`; the caller asks settings.check() before it uses the result.
[[nodiscard]] ServerConfig read_server_config(Settings& settings);

// 127.0.0.0/8, ::1 and "localhost".
[[nodiscard]] bool is_loopback(std::string_view host);

// LOG_LEVEL and LOG_FILE ("off": console only).
[[nodiscard]] LoggingOptions read_logging(Settings& settings, std::string_view default_file);

}  // namespace sas::config
