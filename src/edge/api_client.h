#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "http_client/http_client.h"

namespace sas::edge {

struct ApiClientOptions {
  std::string base_url;  // "http://127.0.0.1:8000", without a slash at its end
  std::string api_key;   // empty: none is sent
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds timeout{15000};  // of a whole request
  std::optional<std::filesystem::path>
      ca_file;  // trusted besides nothing else; none: the system's authorities
};

using ApiReply = HttpReply;

// Talks to attendd over HTTP or HTTPS (certificates are checked). Keeps its connection open between requests.
// Redirects are not followed: the key goes to the server it was meant for and nowhere else. Used by one
// thread at a time.
class ApiClient {
 public:
  explicit ApiClient(const ApiClientOptions& options);

  // Whatever the server answered. unavailable "server_unreachable" (names the address and the remedy),
  // "server_timeout", "tls_failed", "interrupted" (`stop` was requested).
  [[nodiscard]] Result<ApiReply> send(std::string_view method, std::string_view path,
                                      std::string_view json_body, std::stop_token stop = {});

  // The body of a 2xx; any other answer is the error that the server described.
  [[nodiscard]] Result<std::string> get(std::string_view path);
  [[nodiscard]] Result<std::string> post(std::string_view path, std::string_view json_body);

  [[nodiscard]] const std::string& base_url() const { return client_.base_url(); }

 private:
  HttpClient client_;
};

// What a reply that is not 2xx means. A 401 says where the key comes from.
[[nodiscard]] Error error_of(const ApiReply& reply, std::string_view base_url);

// "?a=1&b=x%20y", or "" without parameters.
[[nodiscard]] std::string query_string(const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace sas::edge
