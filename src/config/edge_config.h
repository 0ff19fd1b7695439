#pragma once
// What attend needs to start.

#include <array>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "config/models_config.h"
#include "config/settings.h"
#include "config/shared_config.h"

namespace sas::config {

// Logs go to stderr: the results of the commands go to stdout.
struct EdgeConfig : SharedConfig {
  std::string server_url;  // "http://127.0.0.1:8000", without a slash at its end
  std::string server_ip;   // server_url is made from it and the port if SERVER_URL is not set
  std::optional<std::filesystem::path> server_ca_file;
  std::string camera_id;
  std::chrono::seconds frozen_after{0};
  ModelsConfig models;
};

[[nodiscard]] Result<void> take_server_url(EdgeConfig& config, const std::string& url);

inline constexpr std::array kEdgeSettings{
    setting<&EdgeConfig::server_ip>({.name = "SERVER_IP",
                                     .readers = Readers::attend,
                                     .initial = "127.0.0.1",
                                     .help = "The server's address, used together with PORT."}),
    setting<&take_server_url>(
        {.name = "SERVER_URL",
         .readers = Readers::attend,
         .when_unset = "http://SERVER_IP:PORT",
         .help = "The server's whole URL, for example https://attendance.example.org. It takes precedence "
                 "over SERVER_IP and PORT."}),
    setting<&EdgeConfig::server_ca_file>(
        {.name = "SERVER_CA_FILE",
         .readers = Readers::attend,
         .when_unset = "the system's certificates",
         .file = true,
         .help = "Certificates (PEM) to trust for an https server that the system does not know."}),
    setting<&EdgeConfig::camera_id>({.name = "CAMERA_ID",
                                     .readers = Readers::attend,
                                     .initial = "camera-1",
                                     .help = "This camera's name in the log, unless --camera-id is given."}),
    setting<&EdgeConfig::frozen_after>(
        {.name = "FROZEN_AFTER_SECONDS",
         .readers = Readers::attend,
         .initial = "60",
         .least = 0,
         .most = 86400,
         .help = "A camera that gives exactly the same picture for this many seconds is frozen: it is opened "
                 "again, and the time does not count as watched. 0: never, for a source of still pictures."}),
};

// Notes every problem in `settings`; call settings.check() before using the result.
[[nodiscard]] EdgeConfig read_edge_config(Settings& settings);

}  // namespace sas::config
