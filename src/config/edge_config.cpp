#include "config/edge_config.h"

#include <algorithm>
#include <cctype>

#include "config/server_config.h"

namespace sas::config {
namespace {

std::string read_server_url(Settings& settings) {
  const std::string ip = settings.text("SERVER_IP", "127.0.0.1");
  const std::int64_t port = settings.integer("PORT", 8000, 1, 65535);
  if (auto url = settings.text("SERVER_URL")) {
    const std::size_t scheme = url->find("://");
    const bool known = url->starts_with("http://") || url->starts_with("https://");
    const std::string rest = scheme == std::string::npos ? std::string() : url->substr(scheme + 3);
    // No path: the server's own paths begin at its root. No user: the key is API_KEY's.
    const std::string host = rest.substr(0, rest.find('/'));
    const bool only_host = rest.size() == host.size() || rest == host + "/";
    const bool clean = host.find_first_of("@?# ") == std::string::npos;
    if (!known || host.empty() || !only_host || !clean) {
      settings.problem(
          "SERVER_URL",
          "SERVER_URL=\"" + *url + "\": expected http://host:port or https://host:port and nothing after it");
    }
    return url->substr(0, scheme == std::string::npos ? url->size() : scheme + 3) + host;
  }
  const bool plain = !ip.empty() && std::all_of(ip.begin(), ip.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == ':';
  });
  if (!plain) {
    settings.problem("SERVER_IP",
                     "SERVER_IP=\"" + ip +
                         "\": expected an address or a host's name, such as 192.168.1.10; for a whole "
                         "URL use SERVER_URL");
  }
  const bool ipv6 = ip.find(':') != std::string::npos;
  return "http://" + (ipv6 ? "[" + ip + "]" : ip) + ":" + std::to_string(port);
}

}  // namespace

EdgeConfig read_edge_config(Settings& settings) {
  EdgeConfig config;
  config.server_url = read_server_url(settings);
  config.api_key = settings.text("API_KEY", "");
  const bool sendable = std::all_of(config.api_key.begin(), config.api_key.end(),
                                    [](unsigned char c) { return c > 0x20U && c < 0x7FU; });
  if (!sendable) {
    settings.problem("API_KEY",
                     "API_KEY holds a space or a character outside ASCII, which no HTTP header can carry");
  }
  if (const auto file = settings.text("SERVER_CA_FILE")) {
    config.server_ca_file = *file;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(*file, ignored)) {
      settings.problem("SERVER_CA_FILE",
                       "SERVER_CA_FILE=\"" + *file + "\": no such file; expected a PEM file");
    }
  }
  config.camera_id = settings.text("CAMERA_ID");
  config.data_dir = settings.text("DATA_DIR", "data");
  config.models = read_models_config(settings);
  config.logging = read_logging(settings, "app.log");
  config.logging.to_stderr = true;
  return config;
}

}  // namespace sas::config
