#pragma once
// Internal to http: the responses the server gives without calling a handler.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/message.h"
#include "http/server.h"

namespace sas::http {

struct Refusal {
  Status status = Status::bad_request;
  std::string_view code;
  std::string message;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

[[nodiscard]] Response to_response(const Refusal& refusal, const ServerHooks& hooks);

// Maps a parser error. `in_request_line`: nothing after it has been read.
[[nodiscard]] Refusal refusal_of(const boost::system::error_code& problem, bool in_request_line);

[[nodiscard]] Refusal body_too_large(std::size_t limit);
[[nodiscard]] Refusal no_memory_for_body();
[[nodiscard]] Refusal method_not_allowed(const Request& request, const std::vector<Verb>& allowed);

// Checks a request's headers independently of its path: method, Host, Transfer-Encoding, Expect.
[[nodiscard]] std::optional<Refusal> check_message(
    const boost::beast::http::request<boost::beast::http::string_body>& message, bool chunked);

// "GET"; "-" if unknown.
[[nodiscard]] std::string_view verb_name(Verb verb);

}  // namespace sas::http
