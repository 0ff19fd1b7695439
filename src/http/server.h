#pragma once
// An HTTP/1.1 server: one io_context per thread, and a connection stays on its thread, so the request path
// takes no locks.
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

// PEM files. The chain contains the server's certificate first.
struct TlsOptions {
  std::filesystem::path certificate_chain;
  std::filesystem::path private_key;
};

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address or a name
  std::uint16_t port = 8000;       // 0: any free port, see Server::endpoint
  std::size_t threads = 0;         // 0: one per core
  std::optional<TlsOptions> tls;

  std::size_t max_header_bytes = 16UL * 1024;
  std::size_t max_body_bytes = 1024UL * 1024;  // a route may override it
  std::size_t max_connections = 4096;
  std::size_t max_connections_per_address = 256;  // of those that no gate has called trusted; IPv6: per /64
  std::size_t max_body_memory = 256UL * 1024 * 1024;  // of all bodies being read or handled; beyond it: 503
  std::size_t max_websockets = 1024;                  // included in max_connections; beyond it: 503

  std::chrono::milliseconds header_timeout{10'000};      // from the first byte (or accept) to the last header
  std::chrono::milliseconds body_timeout{60'000};        // from the end of the headers to the end of the body
  std::chrono::milliseconds body_idle_timeout{15'000};   // without a byte of the body
  std::chrono::milliseconds keep_alive_timeout{75'000};  // between two requests
  std::chrono::milliseconds write_timeout{30'000};       // without the peer accepting a byte
  // A silent WebSocket peer is pinged after half of this and disconnected after all of it.
  std::chrono::milliseconds websocket_idle_timeout{60'000};
  // How long to read and discard a peer's remaining data after the last response: closing with unread data
  // would reset the connection and lose the response. Also how long a connection that had to make room stays open, unread.
  std::chrono::milliseconds linger_timeout{2'000};
};

struct ServerHooks {
  // Gives the server's own refusals (400, 404, 405, 408, 413, 414, 417, 426, 431, 500, 501, 503, 505) the
  // shape of the API's errors. `code` is stable: malformed_request, not_found, …. Called on the server's threads, several
  // at once. Empty: plain text.
  std::function<Response(Status status, std::string_view code, std::string_view message)> error_body;
};

// At a limit of connections, the one without trust that has waited longest for its peer is closed to let a new one in;
// if the server is busy with all of them, the new one gets a 503 with Retry-After. An eighth of max_connections and seven
// eighths of max_body_memory are kept for connections that a gate has called trusted.
//
// Call create, start and stop in this order from one thread; endpoint and connections from any.
//
// A handler runs on its connection's thread, one request per connection at a time; it must not block for
// long. An exception it throws becomes a 500 and is logged with the request id. The server adds
// content-length, connection, date, x-request-id and the fixed security headers; a handler that sets one of
// these, or a header with a control character, gets a 500 instead.
class Server {
 public:
  // invalid_argument: names a limit or timeout that is zero; failed_precondition "tls_files": names a
  // certificate or key that cannot be used.
  [[nodiscard]] static Result<std::unique_ptr<Server>> create(ServerOptions options, Router router,
                                                              ServerHooks hooks);
  ~Server();  // stops without grace if still running

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds, listens and starts the threads. failed_precondition: "port_taken", "port_forbidden" (below 1024
  // without the privilege), "address_unavailable"; invalid_argument "bad_host"; resource_exhausted "no_threads".
  [[nodiscard]] Result<void> start();

  // The listening address with the chosen port. Valid after start().
  [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const;

  // Number of open connections.
  [[nodiscard]] std::size_t connections() const;
  // Number of WebSockets among them.
  [[nodiscard]] std::size_t websockets() const;

  // Stops accepting, closes idle connections at once and WebSockets with 1001, lets requests in flight finish
  // within `grace`, then aborts the rest: handlers waiting on Asio are cancelled. Returns when every thread
  // has ended; true if every request finished by itself. Calling it again is harmless.
  bool stop(std::chrono::milliseconds grace);

 private:
  struct Impl;
  explicit Server(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace sas::http
