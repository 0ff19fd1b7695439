#pragma once
// Internal to http: serialises a Response.

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "http/message.h"

namespace sas::http {

struct ResponseContext {
  std::string_view request_id;
  std::string_view date;  // IMF-fixdate (RFC 9110 5.6.7)
  bool keep_alive = true;
  bool http10 = false;
};

// False if a header name or value would break the message or is reserved for the server.
[[nodiscard]] bool headers_are_sound(const Response& response);

// Appends the status line and all headers, ending with the empty line. The caller sends the body, unless
// has_body() says there is none.
void append_head(std::string& out, const Response& response, const ResponseContext& context);

// Appends one chunk of a body of unknown size (RFC 9112 7.1); an empty one ends the body.
void append_chunk(std::string& out, std::string_view part);

// False for 1xx, 204 and 304 (RFC 9110 6.4.1).
[[nodiscard]] bool has_body(Status status);

// The date header's value, computed once per second. One per thread.
class DateCache {
 public:
  [[nodiscard]] std::string_view now();

 private:
  std::time_t second_ = -1;
  std::string text_;
};

// Request ids for requests without one: 16 hexadecimal digits from a random start. One per thread.
class RequestIds {
 public:
  RequestIds();
  void next(std::string& out);

 private:
  std::uint64_t state_;
};

// 1..64 characters of [A-Za-z0-9._-], which is safe in a header, a log line and JSON.
[[nodiscard]] bool is_safe_request_id(std::string_view id);

}  // namespace sas::http
