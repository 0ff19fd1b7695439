#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sas {

struct HttpClientOptions {
  std::string base_url;              // "http://127.0.0.1:8000", without a trailing slash
  std::vector<std::string> headers;  // "X-API-Key: …", sent with every request
  std::string user_agent = "attend/" SAS_VERSION;
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds timeout{15000};      // for a whole request
  std::optional<std::filesystem::path> ca_file;  // trusted instead of the system's authorities
};

struct HttpReply {
  unsigned status = 0;
  std::string body;
  std::string proxy = {};  // the proxy that it came through, as proxy_for() says it; empty: none
};

// The proxy that the environment sets for `url`, as curl takes it (http_proxy, https_proxy, all_proxy,
// no_proxy), for people: "http://proxy:3128 (http_proxy)", without user and password. Empty: none.
[[nodiscard]] std::string proxy_for(std::string_view url);

// JSON over HTTP or HTTPS with certificate verification. Keeps its connection open between requests. Does not
// follow redirects: a key is sent only to the server it is meant for. Not thread-safe: use by one thread at a
// time.
class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options);
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  // A body is sent with POST, even an empty one, and with another method if there is one. Returns the server's answer,
  // whatever its status. unavailable, with the address, the proxy if there is one
  // and the cause but no remedy, which the caller knows better: "server_unreachable", "server_timeout", "tls_failed",
  // "interrupted" (`stop` was requested). `timeout` overrides the one in the options.
  [[nodiscard]] Result<HttpReply> send(std::string_view method, std::string_view path,
                                       std::string_view json_body, std::stop_token stop = {},
                                       std::optional<std::chrono::milliseconds> timeout = std::nullopt);

  [[nodiscard]] const std::string& base_url() const { return options_.base_url; }

 private:
  struct Handle;
  HttpClientOptions options_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace sas
