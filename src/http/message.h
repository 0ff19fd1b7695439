#pragma once
// HTTP as routes see it. No sockets here, and nothing about attendance.

#include <any>
#include <cstdint>
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
  std::string request_id;  // from x-request-id if safe to repeat, otherwise generated
  boost::asio::ip::tcp::endpoint peer;
  std::string peer_text;  // text_of(peer), made once per connection
  std::any admitted;      // what the route's gate left for the handler

  // The first value, or none.
  [[nodiscard]] std::optional<std::string_view> query_param(std::string_view name) const;
  // A route's {name}; it always exists, or the route would not match.
  [[nodiscard]] std::string_view path_param(std::string_view name) const;
  // A header's value, or empty.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// "127.0.0.1:40000", "[::1]:40000".
[[nodiscard]] std::string text_of(const boost::asio::ip::tcp::endpoint& peer);

struct Response {
  Status status = Status::ok;
  std::vector<std::pair<std::string, std::string>> headers;  // including content-type
  std::string body;
  // For a body too large to hold in memory: called for the next part once the previous one is being sent,
  // until a part is empty. An error closes the connection, so that half a body is never mistaken for the
  // whole. If unset, `body` is the whole body.
  std::function<Task<Result<std::string>>()> more;
  // The size of the whole body that `more` gives, if it is known: sent as content-length instead of chunks. A body that
  // turns out shorter or longer closes the connection.
  std::optional<std::uint64_t> length;
  bool close = false;  // close the connection after this response
  // The connection becomes a WebSocket; of the other fields only `headers` is used, in the handshake
  // response. A request that does not ask for a WebSocket gets a 426 instead.
  std::optional<WebSocketUpgrade> upgrade;

  static Response json(Status status, std::string body);
  static Response text(Status status, std::string body,
                       std::string_view content_type = "text/plain; charset=utf-8");
};

using Handler = std::function<Task<Response>(Request&)>;

struct Admission {
  std::optional<Response> refusal = {};  // sent instead of calling the handler
  bool trusted = false;  // has shown who it is: its connection and its body go first from now on
};

// Judges a request by its headers, before a byte of its body is read. What it leaves in Request::admitted reaches the
// handler.
using Gate = std::function<Task<Admission>(Request&)>;

}  // namespace sas::http
