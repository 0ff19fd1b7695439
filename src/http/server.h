#pragma once
// An HTTP/1.1 server: one io_context a thread, and a connection stays on the thread that got it, so nothing
// on a request's way takes a lock.
//
//   Router router;
//   router.add(Verb::get, "/healthz", [](Request&) -> Task<Response> {
//     co_return Response::text(Status::ok, "ok\n");
//   });
//   auto server = Server::create({.port = 0}, std::move(router), {});
//   if (!server) return fail(server.error());
//   if (auto started = (*server)->start(); !started) return fail(started.error());
//   …
//   (*server)->stop(std::chrono::seconds(10));

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

#include "base/error.h"
#include "http/message.h"
#include "http/router.h"

namespace sas::http {

// PEM files. The chain holds the server's certificate first.
struct TlsOptions {
  std::filesystem::path certificate_chain;
  std::filesystem::path private_key;
};

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address or a name
  std::uint16_t port = 8000;       // 0: any free one, see Server::endpoint
  std::size_t threads = 0;         // 0: one a core
  std::optional<TlsOptions> tls;

  std::size_t max_header_bytes = 16UL * 1024;
  std::size_t max_body_bytes = 1024UL * 1024;  // a route may have its own
  std::size_t max_connections = 4096;          // above it: 503, Retry-After, close
  std::size_t max_websockets = 1024;           // of the connections; above it: 503

  std::chrono::milliseconds header_timeout{10'000};      // first byte (or accept) to the end of the headers
  std::chrono::milliseconds body_timeout{60'000};        // end of the headers to the end of the body
  std::chrono::milliseconds keep_alive_timeout{75'000};  // between two requests
  std::chrono::milliseconds write_timeout{30'000};       // without the peer taking a byte
  // A WebSocket's peer that says nothing for half of this is pinged, and for all of it is gone.
  std::chrono::milliseconds websocket_idle_timeout{60'000};
  // How long what a peer still sends is read and thrown away after the last response: closing on unread bytes
  // would reset the connection and take the response with it.
  std::chrono::milliseconds linger_timeout{2'000};
};

struct ServerHooks {
  // Gives the server's own refusals (400, 404, 405, 408, 413, 414, 417, 426, 431, 500, 501, 503, 505) the
  // shape of the API's errors. `code` is stable: malformed_request, not_found, …. Called on the server's threads, several
  // at once. Empty: plain text.
  std::function<Response(Status status, std::string_view code, std::string_view message)> error_body;
};

// create, start, stop, in this order, from one thread; endpoint and connections from any.
//
// A handler runs on its connection's thread, one request of a connection at a time; it must not block for
// long. What it throws becomes a 500 and is logged with the request's id. The server adds content-length,
// connection, date, x-request-id and the fixed security headers; a handler that sets one of these, or a
// header with a control character, gets a 500 instead.
class Server {
 public:
  // invalid_argument: a limit or timeout of zero, named; failed_precondition "tls_files": a
  // certificate or key that cannot be used, named.
  [[nodiscard]] static Result<std::unique_ptr<Server>> create(ServerOptions options, Router router,
                                                              ServerHooks hooks);
  ~Server();  // stop with no grace if it is still running

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds, listens and starts the threads. failed_precondition: "port_taken", "port_forbidden" (below 1024
  // without the right to), "address_unavailable"; invalid_argument "bad_host".
  [[nodiscard]] Result<void> start();

  // Where it listens, with the port that was chosen. Valid after start.
  [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const;

  // Connections open now.
  [[nodiscard]] std::size_t connections() const;
  // WebSockets among them.
  [[nodiscard]] std::size_t websockets() const;

  // Accepts no more, closes idle connections at once and WebSockets with 1001, lets requests in flight finish
  // within `grace`, then cuts what is left: handlers that wait on Asio are cancelled. Returns when every
  // thread has ended: whether every request had come to its end by itself. Harmless when called again.
  bool stop(std::chrono::milliseconds grace);

 private:
  struct Impl;
  explicit Server(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace sas::http
