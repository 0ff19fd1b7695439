#include "config/server_config.h"

#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/asio/ip/address.hpp>

namespace sas::config {
namespace {

// Shorter keys are guessable, or copied from an example.
constexpr std::size_t kShortestPublicKey = 16;

void check_public_key(Settings& settings, const ServerConfig& config) {
  if (is_loopback(config.host)) return;
  const std::string make = "; make one with: openssl rand -hex 32";
  if (!config.api_key) {
    settings.problem("HOST=\"" + config.host + "\" listens beyond this machine, so API_KEY must be set" +
                     make);
  } else if (config.api_key->size() < kShortestPublicKey) {
    settings.problem("API_KEY has " + std::to_string(config.api_key->size()) +
                     " characters; beyond this machine it needs at least " +
                     std::to_string(kShortestPublicKey) + make);
  }
}

}  // namespace

Result<void> take_host(ServerConfig& config, const std::string& host) {
  config.host = host;
  boost::system::error_code bad;
  boost::asio::ip::make_address(host, bad);
  if (bad && host != "localhost")
    return Error::of(ErrorKind::invalid_argument, "expected an IP address, such as 127.0.0.1 or 0.0.0.0");
  return {};
}

Result<void> take_allowed_hosts(ServerConfig& config, const std::string& hosts) {
  boost::algorithm::split(config.allowed_hosts, hosts, [](char c) { return c == ','; });
  for (std::string& host : config.allowed_hosts) boost::algorithm::trim(host);
  std::erase(config.allowed_hosts, "");
  return {};
}

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  boost::system::error_code bad;
  const auto address = boost::asio::ip::make_address(std::string(host), bad);
  return !bad && address.is_loopback();
}

std::vector<std::string> warnings_of(const ServerConfig& config) {
  std::vector<std::string> warnings;
  if (config.api_key && config.api_key->size() < kShortestPublicKey)
    warnings.push_back("API_KEY has " + std::to_string(config.api_key->size()) +
                       " characters, which can be guessed; make one with: openssl rand -hex 32");
  if (config.tls_key_file) {
    std::error_code unknown;
    const auto mode = std::filesystem::status(*config.tls_key_file, unknown).permissions();
    if (!unknown && (mode & std::filesystem::perms::others_read) != std::filesystem::perms::none)
      warnings.push_back("TLS_KEY_FILE " + config.tls_key_file->string() +
                         " may be read by every user of this machine; run: chmod o-r " +
                         config.tls_key_file->string());
  }
  return warnings;
}

ServerConfig read_server_config(Settings& settings) {
  ServerConfig config;
  settings.read(kSharedSettings, config);
  settings.read(kServerSettings, config);
  check_public_key(settings, config);
  if (config.tls_cert_file.has_value() != config.tls_key_file.has_value())
    settings.problem("TLS_CERT_FILE and TLS_KEY_FILE must be set together");
  config.database = read_database_config(settings, config.data_dir);
  config.models = read_models_config(settings);
  settings.read(kRecognitionSettings, config);
  settings.read(kSiteSettings, config);
  config.cache = read_cache_config(settings, config.database.backend == DatabaseConfig::Backend::sqlite);
  return config;
}

}  // namespace sas::config
