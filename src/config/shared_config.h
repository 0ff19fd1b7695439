#pragma once
// What both programs need.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/logging.h"
#include "config/setting.h"

namespace sas::config {

struct SharedConfig {
  std::uint16_t port = 0;
  std::optional<std::string> api_key;
  std::filesystem::path data_dir;
  LoggingOptions logging;
};

[[nodiscard]] Result<void> take_log_file(SharedConfig& config, const std::string& file);
[[nodiscard]] Result<void> take_log_level(SharedConfig& config, const std::string& level);

// On its own too, since the default of MODELS_DIR depends on it.
inline constexpr auto kDataDirSetting = setting<&SharedConfig::data_dir>(
    {.name = "DATA_DIR",
     .readers = Readers::both,
     .initial = "data",
     .help = "The folder for the database, the gallery's snapshot and the outbox of an edge that has lost "
             "its server."});

inline constexpr std::array kSharedSettings{
    setting<&SharedConfig::port>(
        {.name = "PORT",
         .readers = Readers::both,
         .initial = "8000",
         .least = 0,
         .most = 65535,
         .help = "The server's port. With 0 attendd takes a free port and prints it."}),
    setting<&SharedConfig::api_key>(
        {.name = "API_KEY",
         .readers = Readers::both,
         .when_unset = "no authentication, which is allowed on 127.0.0.1 only",
         .secret = true,
         .help = "The key that clients send in the header X-API-Key. There is no built-in key; make one with "
                 "`openssl rand -hex 32`."}),
    kDataDirSetting,
    setting<&take_log_file>(
        {.name = "LOG_FILE",
         .readers = Readers::both,
         .initial = "app.log",
         .help = "The log file, written in addition to the console and rotated. off: none."}),
    setting<&take_log_level>({.name = "LOG_LEVEL",
                              .readers = Readers::both,
                              .initial = "info",
                              .choices = "trace|debug|info|warn|error|off",
                              .help = "The least severe messages that are logged."}),
};

}  // namespace sas::config
