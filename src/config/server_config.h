#pragma once
// What attendd needs to start.

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/cache_config.h"
#include "config/database_config.h"
#include "config/models_config.h"
#include "config/recognition_config.h"
#include "config/settings.h"
#include "config/shared_config.h"
#include "config/site_config.h"

namespace sas::config {

struct ServerConfig : SharedConfig, RecognitionConfig, SiteConfig {
  std::string host;                                    // an IP address or "localhost"
  std::vector<std::string> allowed_hosts;              // Host names besides loopback's that need no key
  std::optional<std::filesystem::path> tls_cert_file;  // both or neither
  std::optional<std::filesystem::path> tls_key_file;
  std::optional<std::filesystem::path> ui_dir;  // none: next to the program
  int threads = 0;                              // 0: one per core
  std::size_t max_connections = 0;
  std::size_t max_connections_per_address = 0;  // without a key
  std::size_t max_body_memory_mb = 0;
  int session_days = 0;
  std::size_t max_cameras = 0;
  int sightings_per_camera = 0;  // a second

  DatabaseConfig database;
  ModelsConfig models;
  CacheConfig cache;
};

[[nodiscard]] Result<void> take_host(ServerConfig& config, const std::string& host);
[[nodiscard]] Result<void> take_allowed_hosts(ServerConfig& config, const std::string& hosts);

inline constexpr std::array kServerSettings{
    setting<&take_host>(
        {.name = "HOST",
         .initial = "127.0.0.1",
         .help = "The IP address that attendd listens on; 0.0.0.0 is every network of this machine. Anything "
                 "but this machine itself (127.0.0.1, ::1, localhost) needs an API_KEY of at least 16 "
                 "characters."}),
    setting<&take_allowed_hosts>(
        {.name = "ALLOWED_HOSTS",
         .when_unset = "localhost, HOST and this machine's addresses",
         .help = "Host names, separated by commas, that browsers and clients may use for the server. This "
                 "protects a server on 127.0.0.1 from web pages whose own name resolves to it."}),
    setting<&ServerConfig::tls_cert_file>(
        {.name = "TLS_CERT_FILE",
         .when_unset = "plain HTTP",
         .help = "Serve HTTPS with this certificate chain (PEM). Set together with TLS_KEY_FILE."}),
    setting<&ServerConfig::tls_key_file>({.name = "TLS_KEY_FILE",
                                          .when_unset = "plain HTTP",
                                          .help = "The private key (PEM) of TLS_CERT_FILE."}),
    setting<&ServerConfig::ui_dir>({.name = "UI_DIR",
                                    .when_unset = "the folder ui next to the program's own folder",
                                    .help = "The folder of the dashboard's pages."}),
    setting<&ServerConfig::threads>({.name = "THREADS",
                                     .initial = "0",
                                     .least = 0,
                                     .most = 1024,
                                     .help = "Threads of attendd; 0 is one per core. For the models of a "
                                             "camera use `attend camera --threads`."}),
    setting<&ServerConfig::max_connections>(
        {.name = "MAX_CONNECTIONS",
         .initial = "4096",
         .least = 16,
         .most = 1'000'000,
         .help = "Open connections at once. An eighth of them is kept for those that have shown a key. When "
                 "the rest is full, the connection that has been idle longest makes room for a new one."}),
    setting<&ServerConfig::max_connections_per_address>(
        {.name = "MAX_CONNECTIONS_PER_ADDRESS",
         .initial = "256",
         .least = 1,
         .most = 1'000'000,
         .help = "Connections of one address (IPv6: of one /64) that have not shown a key. At the limit its "
                 "oldest idle one makes room for a new one."}),
    setting<&ServerConfig::max_body_memory_mb>(
        {.name = "MAX_BODY_MEMORY_MB",
         .initial = "256",
         .least = 32,
         .most = 1'000'000,
         .help = "Memory, in MiB, for the bodies of all requests together. A request that does not fit is "
                 "answered with 503 and Retry-After."}),
    setting<&ServerConfig::session_days>(
        {.name = "SESSION_DAYS",
         .initial = "30",
         .least = 1,
         .most = 3650,
         .help =
             "Days after which a browser must sign in again, however much it is used. Without use it must "
             "after twelve hours."}),
    setting<&ServerConfig::max_cameras>(
        {.name = "MAX_CAMERAS",
         .initial = "1000",
         .least = 1,
         .most = 1'000'000,
         .help = "Cameras that the server gets to know. Events of further camera ids are refused "
                 "(\"too_many_cameras\")."}),
    setting<&ServerConfig::sightings_per_camera>(
        {.name = "SIGHTINGS_PER_CAMERA",
         .initial = "1000",
         .least = 1,
         .most = 1'000'000,
         .help = "Sightings a second that one camera may send on average; a minute's worth at once."}),
};

// Notes every problem in `settings`; call settings.check() before using the result.
[[nodiscard]] ServerConfig read_server_config(Settings& settings);

// What works and should not stay so: a short API_KEY, a TLS_KEY_FILE that others may read. Whole sentences for the log.
[[nodiscard]] std::vector<std::string> warnings_of(const ServerConfig& config);

// 127.0.0.0/8, ::1 and "localhost".
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace sas::config
