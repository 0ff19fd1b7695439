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
  std::string base_url;  // "http://127.0.0.1:8000", without a trailing slash
  std::string api_key;   // empty: send none
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds timeout{15000};      // of a whole request
  std::optional<std::filesystem::path> ca_file;  // the only authorities to trust; none: those of the system
};

using ApiReply = HttpReply;

// Talks to attendd over HTTP or HTTPS (certificates are checked). Keeps its connection open between requests.
// Does not follow redirects, so that the key goes to no other server. Used by one thread at a time.
class ApiClient {
 public:
  explicit ApiClient(const ApiClientOptions& options);

  // The server's answer, whatever its status. unavailable "server_unreachable" (names the address and the
  // remedy), "server_timeout", "tls_failed", "interrupted" (`stop` was requested).
  [[nodiscard]] Result<ApiReply> send(std::string_view method, std::string_view path,
                                      std::string_view json_body, std::stop_token stop = {});

  // The body of a 2xx answer; any other answer becomes the error that the server described.
  [[nodiscard]] Result<std::string> get(std::string_view path);
  [[nodiscard]] Result<std::string> post(std::string_view path, std::string_view json_body);

  [[nodiscard]] const std::string& base_url() const { return client_.base_url(); }

 private:
  HttpClient client_;
};

// The error in a reply that is not 2xx. For a 401 the message says where the key comes from.
[[nodiscard]] Error error_of(const ApiReply& reply, std::string_view base_url);

// "?a=1&b=x%20y", or "" without parameters.
[[nodiscard]] std::string query_string(const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace sas::edge
