#include "config/edge_config.h"

#include <algorithm>
#include <cctype>

namespace sas::config {
namespace {

// From SERVER_IP and PORT.
std::string plain_url(Settings& settings, const EdgeConfig& config) {
  const std::string& ip = config.server_ip;
  const bool plain = std::all_of(ip.begin(), ip.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == ':';
  });
  if (!plain)
    settings.problem("SERVER_IP=\"" + printable(ip) +
                     "\": expected an address or a host name, such as 192.168.1.10; for a whole URL use "
                     "SERVER_URL");
  if (config.port == 0) settings.problem("PORT=\"0\": attend needs the server's port, 1 to 65535");
  const bool ipv6 = ip.find(':') != std::string::npos;
  return "http://" + (ipv6 ? "[" + ip + "]" : ip) + ":" + std::to_string(config.port);
}

void check_key(Settings& settings, const EdgeConfig& config) {
  const std::string key = config.api_key.value_or("");
  const bool sendable =
      std::all_of(key.begin(), key.end(), [](unsigned char c) { return c > 0x20U && c < 0x7FU; });
  if (!sendable)
    settings.problem("API_KEY has a space or a character outside ASCII, which an HTTP header cannot carry");
}

}  // namespace

Result<void> take_server_url(EdgeConfig& config, const std::string& url) {
  const std::size_t scheme = url.find("://");
  const bool known = url.starts_with("http://") || url.starts_with("https://");
  const std::string rest = scheme == std::string::npos ? std::string() : url.substr(scheme + 3);
  // No path, since the server's own paths begin at its root. No user, since the key is in API_KEY.
  const std::string host = rest.substr(0, rest.find('/'));
  const bool only_host = rest.size() == host.size() || rest == host + "/";
  const bool clean = host.find_first_of("@?# ") == std::string::npos;
  if (!known || host.empty() || !only_host || !clean)
    return Error::of(ErrorKind::invalid_argument,
                     "expected http://host:port or https://host:port and nothing after it");
  config.server_url = url.substr(0, scheme + 3) + host;
  return {};
}

EdgeConfig read_edge_config(Settings& settings) {
  EdgeConfig config;
  settings.read(kSharedSettings, config);
  settings.read(kEdgeSettings, config);
  if (!settings.is_set("SERVER_URL")) config.server_url = plain_url(settings, config);
  check_key(settings, config);
  config.models = read_models_config(settings);
  config.logging.to_stderr = true;
  return config;
}

}  // namespace sas::config
