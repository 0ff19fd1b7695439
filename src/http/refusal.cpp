#include "http/refusal.h"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

namespace sas::http {

namespace beast_http = boost::beast::http;

Response to_response(const Refusal& refusal, const ServerHooks& hooks) {
  auto response = hooks.error_body ? hooks.error_body(refusal.status, refusal.code, refusal.message)
                                   : Response::text(refusal.status, refusal.message + "\n");
  response.status = refusal.status;
  response.headers.insert(response.headers.end(), refusal.headers.begin(), refusal.headers.end());
  if (refusal.status == Status::service_unavailable) response.headers.emplace_back("retry-after", "1");
  return response;
}

Refusal refusal_of(const boost::system::error_code& problem, bool in_request_line) {
  if (problem == beast_http::error::header_limit) {
    if (in_request_line) {
      return {Status::uri_too_long, "uri_too_long", "the request line is too long"};
    }
    return {Status::request_header_fields_too_large, "headers_too_large", "the headers are too large"};
  }
  if (problem == beast_http::error::bad_version) {
    return {Status::http_version_not_supported, "http_version_not_supported",
            "this server supports HTTP/1.1 and HTTP/1.0"};
  }
  return {Status::bad_request, "malformed_request", "not a well-formed request: " + problem.message()};
}

Refusal no_memory_for_body() {
  return {Status::service_unavailable, "overloaded",
          "the server is reading as many request bodies as it has memory for; try again later"};
}

Refusal body_too_large(std::size_t limit) {
  return {Status::payload_too_large,
          "body_too_large",
          "the body is larger than the " + std::to_string(limit) + " bytes allowed here",
          {}};
}

Refusal method_not_allowed(const Request& request, const std::vector<Verb>& allowed) {
  std::string list;
  for (const auto verb : allowed) {
    if (!list.empty()) list += ", ";
    list += verb_name(verb);
  }
  return {Status::method_not_allowed,
          "method_not_allowed",
          request.path + " supports " + list + ", not " + std::string(verb_name(request.verb)),
          {{"allow", list}}};
}

std::optional<Refusal> check_message(const beast_http::request<beast_http::string_body>& message,
                                     bool chunked) {
  if (message.method() == Verb::unknown || message.method() == Verb::connect) {
    return Refusal{Status::not_implemented, "not_implemented", "the server does not know this method"};
  }
  const auto hosts = message.count(beast_http::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() >= 11)) {
    return Refusal{Status::bad_request, "malformed_request", "a request needs exactly one Host header"};
  }
  // Anything else would make the end of the body ambiguous, which enables request smuggling; and a body that is coded
  // in another way as well would be taken for plain.
  if (const auto codings = message.count(beast_http::field::transfer_encoding); codings > 0) {
    if (codings > 1 || message.version() < 11)
      return Refusal{Status::bad_request, "malformed_request",
                     "a request has at most one Transfer-Encoding header, and with HTTP/1.0 none"};
    if (!chunked || !boost::beast::iequals(message[beast_http::field::transfer_encoding], "chunked"))
      return Refusal{Status::not_implemented, "not_implemented",
                     "the only supported Transfer-Encoding is chunked"};
  }
  if (const auto expect = message.find(beast_http::field::expect);
      expect != message.end() && !boost::beast::iequals(expect->value(), "100-continue")) {
    return Refusal{Status::expectation_failed, "expectation_failed",
                   "the only supported Expect is 100-continue"};
  }
  return std::nullopt;
}

std::string_view verb_name(Verb verb) {
  if (verb == Verb::unknown) return "-";
  const auto name = beast_http::to_string(verb);
  return {name.data(), name.size()};
}

}  // namespace sas::http
