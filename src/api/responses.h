#pragma once
// Answers in the form that every route shares.

#include <span>
#include <string>
#include <string_view>

#include "api/error_codes.h"
#include "base/error.h"
#include "http/message.h"

namespace sas::api {

[[nodiscard]] http::Response json_response(http::Status status, std::string body);
// 201 with the path of the new resource.
[[nodiscard]] http::Response created_response(std::string body, std::string location);
[[nodiscard]] http::Response no_content_response();
// 308, without a body.
[[nodiscard]] http::Response redirect_response(std::string location);

// The status is that of the error's code in `declared`, else protocol::status_of its kind. 503 and 429 carry retry-after (details.retry_after, else 1),
// 401 www-authenticate. A fault of ours (internal, data_loss) is logged with the request's id, by which its caller can
// name it.
[[nodiscard]] http::Response error_response(const Error& error, std::string_view request_id,
                                            std::span<const ErrorCode> declared = {});
// With a status that the caller of this function knows.
[[nodiscard]] http::Response error_response(http::Status status, const Error& error);

}  // namespace sas::api
