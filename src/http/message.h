#pragma once
// What a route sees of HTTP. No sockets here, and nothing of attendance.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/verb.hpp>

#include "base/error.h"
#include "base/task.h"
#include "http/websocket.h"

namespace sas::http {

using Verb = boost::beast::http::verb;
using Status = boost::beast::http::status;
using Fields = boost::beast::http::fields;

// Lives as long as its handler's coroutine; views point into the connection's buffer.
struct Request {
  Verb verb = Verb::get;
  std::string path;                                              // percent-decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;        // decoded, in order
  std::vector<std::pair<std::string, std::string>> path_params;  // of the route's {names}
  const Fields* headers = nullptr;
  std::string_view body;
  std::string request_id;  // from x-request-id when it is safe to repeat, else made here
  boost::asio::ip::tcp::endpoint peer;

  // The first value, or none.
  [[nodiscard]] std::optional<std::string_view> query_param(std::string_view name) const;
  // A route's {name}; it is there, or the route does not match.
  [[nodiscard]] std::string_view path_param(std::string_view name) const;
  // A header's value, or empty.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct Response {
  Status status = Status::ok;
  std::vector<std::pair<std::string, std::string>> headers;  // content-type among them
  std::string body;
  // For a body too large to hold: called for the next part once the one before it is on its way, until a part
  // is empty. An error cuts the connection, so that nobody takes half of a body for the whole. Without it,
  // `body` is all.
  std::function<Task<Result<std::string>>()> more;
  // The connection becomes a WebSocket; only `headers` of the rest is used, in the answer to the handshake. A
  // request that does not ask for a WebSocket gets a 426 instead.
  std::optional<WebSocketUpgrade> upgrade;

  static Response json(Status status, std::string body);
  static Response text(Status status, std::string body,
                       std::string_view content_type = "text/plain; charset=utf-8");
};

using Handler = std::function<Task<Response>(Request&)>;

}  // namespace sas::http
