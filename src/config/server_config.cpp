#include "config/server_config.h"

#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/asio/ip/address.hpp>

namespace sas::config {
namespace {

// Shorter ones are guessed, or copied from somebody's README.
constexpr std::size_t kShortestPublicKey = 16;

void read_listening(Settings& settings, ServerConfig& config) {
  config.host = settings.text("HOST", "127.0.0.1");
  boost::system::error_code bad;
  boost::asio::ip::make_address(config.host, bad);
  if (bad && config.host != "localhost")
    settings.problem("HOST",
                     "HOST=\"" + config.host + "\": expected an IP address, such as 127.0.0.1 or 0.0.0.0");
  config.port = static_cast<std::uint16_t>(settings.integer("PORT", 8000, 0, 65535));
  config.threads = static_cast<int>(settings.integer("THREADS", 0, 0, 1024));
  config.api_key = settings.text("API_KEY");
  if (!is_loopback(config.host)) {
    constexpr std::string_view kMake = "make one with: openssl rand -hex 32";
    if (!config.api_key) {
      settings.problem("API_KEY", "HOST=\"" + config.host +
                                      "\" listens beyond this machine, so API_KEY must be set; " +
                                      std::string(kMake));
    } else if (config.api_key->size() < kShortestPublicKey) {
      settings.problem("API_KEY", "API_KEY has " + std::to_string(config.api_key->size()) +
                                      " characters; beyond this machine it needs at least " +
                                      std::to_string(kShortestPublicKey) + "; " + std::string(kMake));
    }
  }
  if (const auto hosts = settings.text("ALLOWED_HOSTS")) {
    boost::algorithm::split(config.allowed_hosts, *hosts, [](char c) { return c == ','; });
    for (std::string& host : config.allowed_hosts) boost::algorithm::trim(host);
    std::erase(config.allowed_hosts, "");
  }
  if (const auto file = settings.text("TLS_CERT_FILE")) config.tls_cert_file = *file;
  if (const auto file = settings.text("TLS_KEY_FILE")) config.tls_key_file = *file;
  if (config.tls_cert_file.has_value() != config.tls_key_file.has_value())
    settings.problem(config.tls_cert_file ? "TLS_KEY_FILE" : "TLS_CERT_FILE",
                     "TLS_CERT_FILE and TLS_KEY_FILE must be set together");
}

}  // namespace

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  boost::system::error_code bad;
  const auto address = boost::asio::ip::make_address(std::string(host), bad);
  return !bad && address.is_loopback();
}

LoggingOptions read_logging(Settings& settings, std::string_view default_file) {
  LoggingOptions logging;
  const std::string level =
      settings.choice("LOG_LEVEL", "info", {"trace", "debug", "info", "warn", "error", "off"});
  logging.level = spdlog::level::from_str(level);
  const std::string file = settings.text("LOG_FILE", default_file);
  if (!file.empty() && file != "off") logging.file = file;
  return logging;
}

ServerConfig read_server_config(Settings& settings) {
  ServerConfig config;
  read_listening(settings, config);

  config.data_dir = settings.text("DATA_DIR", "data");
  config.database = read_database_config(settings, config.data_dir);
  config.models_dir = settings.text("MODELS_DIR", (config.data_dir / "models").string());
  config.model_pack = settings.text("MODEL_PACK", "faceplugin");
  if (const auto pages = settings.text("UI_DIR")) config.ui_dir = *pages;
  config.cache = read_cache_config(settings, config.database.backend == DatabaseConfig::Backend::sqlite);

  if (const auto threshold = settings.number("SIMILARITY_THRESHOLD", 0.0, 1.0))
    config.similarity_threshold = static_cast<float>(*threshold);
  config.ambiguity_margin = static_cast<float>(settings.number("AMBIGUITY_MARGIN", 0.05, 0.0, 1.0));
  config.liveness_threshold = static_cast<float>(settings.number("LIVENESS_THRESHOLD", 0.5, 0.0, 1.0));
  constexpr std::int64_t kYear = 366L * 86400;
  config.cooldown = std::chrono::seconds(settings.integer("COOLDOWN_SECONDS", 43200, 0, kYear));

  config.logging = read_logging(settings, "app.log");
  return config;
}

}  // namespace sas::config
