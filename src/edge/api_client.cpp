#include "edge/api_client.h"

#include "protocol/messages.h"

namespace sas::edge {
namespace {

HttpClientOptions http_options(const ApiClientOptions& options) {
  HttpClientOptions http;
  http.base_url = options.base_url;
  if (!options.api_key.empty()) http.headers.push_back("X-API-Key: " + options.api_key);
  http.connect_timeout = options.connect_timeout;
  http.timeout = options.timeout;
  http.ca_file = options.ca_file;
  return http;
}

constexpr std::string_view kAroundProxy = "; if the server is on this network, name its address in no_proxy";

std::string_view remedy_of(const Error& error, bool proxy) {
  if (proxy && (error.code == "server_timeout" || error.code == "server_unreachable")) return kAroundProxy;
  if (error.code == "server_timeout")
    return "; is it overloaded, or is something between here and there dropping packets?";
  if (error.code == "tls_failed")
    return "; for a certificate of your own authority set SERVER_CA_FILE to its PEM file";
  if (error.code == "server_unreachable")
    return "; is attendd running there? SERVER_IP and PORT, or SERVER_URL, say where it is looked for";
  return {};
}

}  // namespace

ApiClient::ApiClient(const ApiClientOptions& options) : client_(http_options(options)) {}

Result<ApiReply> ApiClient::send(std::string_view method, std::string_view path, std::string_view json_body,
                                 std::stop_token stop) {
  auto reply = client_.send(method, path, json_body, std::move(stop));
  if (reply) return reply;
  Error error = reply.error();
  error.message += remedy_of(error, !proxy_for(base_url()).empty());
  return error;
}

Result<std::string> ApiClient::get(std::string_view path) {
  auto reply = send("GET", path, {});
  if (!reply) return reply.error();
  if (reply->status / 100 != 2) return error_of(*reply, base_url());
  return std::move(reply->body);
}

Result<std::string> ApiClient::post(std::string_view path, std::string_view json_body) {
  auto reply = send("POST", path, json_body);
  if (!reply) return reply.error();
  if (reply->status / 100 != 2) return error_of(*reply, base_url());
  return std::move(reply->body);
}

Error error_of(const ApiReply& reply, std::string_view base_url) {
  Error error = protocol::read_error(reply.body, reply.status);
  if (error.code == "unexpected_answer" && !reply.proxy.empty()) {
    error.message += "; the answer came through the proxy " + reply.proxy + std::string(kAroundProxy);
  }
  if (reply.status == 401) {
    error.message = "the server at " + std::string(base_url) + " refuses the key: " + error.message +
                    "; set API_KEY to a key that holds, or pair this machine again (attend pair CODE)";
  }
  return error;
}

std::string query_string(const std::vector<std::pair<std::string, std::string>>& parameters) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text;
  const auto append = [&text](std::string_view value) {
    for (const char c : value) {
      // RFC 3986's unreserved characters travel as they are.
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                         c == '-' || c == '_' || c == '.' || c == '~';
      if (plain) {
        text += c;
        continue;
      }
      const auto byte = static_cast<unsigned char>(c);
      text += '%';
      text += kHex[byte >> 4U];
      text += kHex[byte & 15U];
    }
  };
  for (const auto& [name, value] : parameters) {
    text += text.empty() ? '?' : '&';
    append(name);
    text += '=';
    append(value);
  }
  return text;
}

}  // namespace sas::edge
