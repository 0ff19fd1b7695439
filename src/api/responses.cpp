#include "api/responses.h"

#include <algorithm>
#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "protocol/messages.h"

namespace sas::api {
namespace {

constexpr std::string_view kRetryAfterSeconds = "1";

}  // namespace

http::Response json_response(http::Status status, std::string body) {
  http::Response response = http::Response::json(status, std::move(body));
  response.headers.emplace_back("cache-control", "no-store");
  return response;
}

http::Response created_response(std::string body, std::string location) {
  http::Response response = json_response(http::Status::created, std::move(body));
  response.headers.emplace_back("location", std::move(location));
  return response;
}

http::Response no_content_response() {
  http::Response response;
  response.status = http::Status::no_content;
  response.headers.emplace_back("cache-control", "no-store");
  return response;
}

http::Response redirect_response(std::string location) {
  http::Response response;
  response.status = http::Status::permanent_redirect;
  response.headers.emplace_back("location", std::move(location));
  return response;
}

http::Response error_response(const Error& error, std::string_view request_id,
                              std::span<const ErrorCode> declared) {
  if (error.kind == ErrorKind::internal || error.kind == ErrorKind::data_loss)
    spdlog::error("request {}: {}: {}", request_id, error.code, error.message);
  const auto own = std::ranges::find(declared, error.code, &ErrorCode::code);
  const auto status =
      own != declared.end() ? own->status : static_cast<http::Status>(protocol::status_of(error.kind));
  return error_response(status, error);
}

http::Response error_response(http::Status status, const Error& error) {
  http::Response response = json_response(status, protocol::write_error(error));
  if (status == http::Status::service_unavailable || status == http::Status::too_many_requests) {
    const auto* seconds = error.details.if_contains("retry_after");
    const bool known = seconds != nullptr && seconds->is_int64();
    response.headers.emplace_back(
        "retry-after", known ? std::to_string(seconds->get_int64()) : std::string(kRetryAfterSeconds));
  }
  if (status == http::Status::unauthorized)
    response.headers.emplace_back("www-authenticate", "ApiKey header=\"X-API-Key\"");
  return response;
}

}  // namespace sas::api
