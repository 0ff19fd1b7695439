#pragma once
// Answers in the form that every route shares.

#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"

namespace sas::api {

[[nodiscard]] http::Response json_response(http::Status status, std::string body);
// 201 with the path of what was made.
[[nodiscard]] http::Response created_response(std::string body, std::string location);
[[nodiscard]] http::Response no_content_response();

// The status is protocol::status_of the error's kind; 503 carries retry-after, 401 www-authenticate. A fault
// of ours (internal, data_loss) is logged with the request's id, by which its caller can name it.
[[nodiscard]] http::Response error_response(const Error& error, std::string_view request_id);
// For what HTTP has a status of its own for.
[[nodiscard]] http::Response error_response(http::Status status, const Error& error);

}  // namespace sas::api
