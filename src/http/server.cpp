#include "http/server.h"

#include <algorithm>
#include <cassert>
#include <fstream>
#include <system_error>
#include <vector>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include "http/peer.h"
#include "http/worker.h"

namespace sas::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// This many connections beyond max_connections get a 503; any more are closed without a response.
constexpr std::size_t kToldOverloaded = 64;
// Time for a handler to end after it was cancelled.
constexpr std::chrono::seconds kCutTime{1};
// Files the process opens besides its connections.
constexpr std::size_t kOtherFiles = 128;

constexpr char kTls12Ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20";

Error tls_error(const std::string& what, const std::filesystem::path& file, const std::string& why) {
  return Error::of(ErrorKind::failed_precondition, "tls_files",
                   "the TLS " + what + " " + file.string() + " cannot be used: " + why);
}

Result<asio::ssl::context> make_tls(const TlsOptions& files) {
  for (const auto& [what, file] :
       {std::pair("certificate", files.certificate_chain), std::pair("private key", files.private_key)}) {
    if (!std::ifstream(file)) return tls_error(what, file, "it does not exist or cannot be read");
  }
  asio::ssl::context context(asio::ssl::context::tls_server);
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_compression);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION);
  // Of TLS 1.2 only what has forward secrecy and authenticates what it encrypts; all of TLS 1.3 does.
  if (SSL_CTX_set_cipher_list(context.native_handle(), kTls12Ciphers) != 1)
    return tls_error("certificate", files.certificate_chain, "OpenSSL knows none of the ciphers");
  error_code ec;
  context.use_certificate_chain_file(files.certificate_chain.string(), ec);
  if (ec) {
    return tls_error("certificate", files.certificate_chain, "not a PEM certificate (" + ec.message() + ")");
  }
  context.use_private_key_file(files.private_key.string(), asio::ssl::context::pem, ec);
  if (ec) {
    return tls_error(
        "private key", files.private_key,
        "not a PEM key, or not the key of " + files.certificate_chain.string() + " (" + ec.message() + ")");
  }
  return context;
}

struct Room {
  std::size_t connections = 0;
  std::size_t held = 0;  // see Worker::hold
};

// Raises the process's open-file limit for the connections, and for as many that are held if it may; returns how many fit.
Room room_for_connections(std::size_t wanted) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return {.connections = wanted, .held = 0};
  const rlim_t needed = wanted + kToldOverloaded + kOtherFiles;
  if (files.rlim_cur < needed + wanted) {
    rlimit raised = files;
    raised.rlim_cur = std::min(needed + wanted, files.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) files = raised;
  }
  if (files.rlim_cur >= needed)
    return {.connections = wanted, .held = std::min<std::size_t>(wanted, files.rlim_cur - needed)};
  const std::size_t taken = kToldOverloaded + kOtherFiles;
  const std::size_t fit = files.rlim_cur > taken ? static_cast<std::size_t>(files.rlim_cur) - taken : 1;
  spdlog::warn(
      "the open-file limit of {} allows {} connections instead of {}; raise it with ulimit "
      "-n",
      files.rlim_cur, fit, wanted);
  return {.connections = fit, .held = 0};
}

Error bind_error(const error_code& ec, const tcp::endpoint& where) {
  const auto port = std::to_string(where.port());
  const auto host = where.address().to_string();
  if (ec == asio::error::address_in_use) {
    return Error::of(
        ErrorKind::failed_precondition, "port_taken",
        "port " + port + " on " + host +
            " is in use by another program; stop that program (ss -ltnp shows it) or set PORT to "
            "a free port");
  }
  if (ec == asio::error::access_denied) {
    return Error::of(
        ErrorKind::failed_precondition, "port_forbidden",
        "port " + port + " requires privileges this user does not have; set PORT to 1024 or above");
  }
  return Error::of(
      ErrorKind::failed_precondition, "address_unavailable",
      "cannot listen on " + host + " port " + port + " (" + ec.message() +
          "); set HOST to an address of this machine: 127.0.0.1 for local access only, 0.0.0.0 for all");
}

}  // namespace

struct Server::Impl : Shared {
  Impl() = default;

  Result<void> listen();
  void accept_next();
  void accepted(const error_code& ec, Worker& worker, tcp::socket socket);

  enum class State { created, running, stopped };
  State state = State::created;
  std::vector<std::unique_ptr<Worker>> workers;
  std::optional<tcp::acceptor> acceptor;           // used on the first worker's thread once started
  std::optional<asio::steady_timer> accept_pause;  // same
  tcp::endpoint bound;
  std::size_t next_worker = 0;
  std::size_t room = 0;
};

Result<std::unique_ptr<Server>> Server::create(ServerOptions options, Router router, ServerHooks hooks) {
  const auto refuse = [](const std::string& name) {
    return Error::of(ErrorKind::invalid_argument, name + " must be greater than zero");
  };
  if (options.max_header_bytes == 0) return refuse("max_header_bytes");
  if (options.max_body_bytes == 0) return refuse("max_body_bytes");
  if (options.max_connections == 0) return refuse("max_connections");
  if (options.max_connections_per_address == 0) return refuse("max_connections_per_address");
  if (options.max_body_memory == 0) return refuse("max_body_memory");
  const std::chrono::milliseconds zero{0};
  if (options.header_timeout <= zero) return refuse("header_timeout");
  if (options.body_timeout <= zero) return refuse("body_timeout");
  if (options.body_idle_timeout <= zero) return refuse("body_idle_timeout");
  if (options.keep_alive_timeout <= zero) return refuse("keep_alive_timeout");
  if (options.write_timeout <= zero) return refuse("write_timeout");
  if (options.max_websockets == 0) return refuse("max_websockets");
  if (options.websocket_idle_timeout <= zero) return refuse("websocket_idle_timeout");
  if (options.linger_timeout <= zero) return refuse("linger_timeout");

  auto impl = std::make_shared<Impl>();
  if (options.tls) {
    auto tls = make_tls(*options.tls);
    if (!tls) return tls.error();
    impl->tls.emplace(std::move(*tls));
  }
  if (options.threads == 0) options.threads = std::max(1U, std::thread::hardware_concurrency());
  impl->options = std::move(options);
  impl->router = std::move(router);
  impl->hooks = std::move(hooks);
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { stop(std::chrono::milliseconds(0)); }

Result<void> Server::Impl::listen() {
  error_code ec;
  tcp::resolver resolver(workers.front()->context());
  const auto found = resolver.resolve(options.host, std::to_string(options.port),
                                      tcp::resolver::passive | tcp::resolver::numeric_service, ec);
  if (ec || found.empty()) {
    return Error::of(ErrorKind::invalid_argument, "bad_host",
                     "'" + options.host +
                         "' is not an address or name of this machine; set HOST to 127.0.0.1 for local "
                         "access only or 0.0.0.0 for all its addresses");
  }
  const tcp::endpoint where = found.begin()->endpoint();
  acceptor.emplace(workers.front()->context());
  acceptor->open(where.protocol(), ec);
  if (!ec) acceptor->set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor->bind(where, ec);
  if (!ec) acceptor->listen(asio::socket_base::max_listen_connections, ec);
  if (!ec) bound = acceptor->local_endpoint(ec);
  if (ec) return bind_error(ec, where);
  return {};
}

Result<void> Server::start() {
  assert(impl_->state == Impl::State::created);
  for (std::size_t i = 0; i < impl_->options.threads; ++i) {
    impl_->workers.push_back(std::make_unique<Worker>(impl_));
  }
  const ServerOptions& options = impl_->options;
  const Room fits = room_for_connections(options.max_connections);
  impl_->room = fits.connections;
  impl_->most_held = fits.held;
  impl_->table.emplace(
      ConnectionLimits{.all = impl_->room, .per_network = options.max_connections_per_address});
  impl_->bodies.emplace(options.max_body_memory);
  if (auto listening = impl_->listen(); !listening) {
    impl_->acceptor.reset();
    impl_->workers.clear();
    return listening.error();
  }
  impl_->accept_pause.emplace(impl_->workers.front()->context());
  impl_->accept_next();
  try {
    for (auto& worker : impl_->workers) worker->start_thread();
  } catch (const std::system_error& problem) {
    for (auto& worker : impl_->workers) {
      worker->context().stop();
      worker->join();
    }
    impl_->acceptor.reset();
    impl_->accept_pause.reset();
    impl_->workers.clear();
    return Error::of(ErrorKind::resource_exhausted, "no_threads",
                     "cannot start " + std::to_string(impl_->options.threads) + " threads (" +
                         problem.what() + "); raise the limit (ulimit -u, TasksMax) or lower THREADS");
  }
  impl_->state = Impl::State::running;
  return {};
}

// Round-robin, so that few connections are spread evenly too; SO_REUSEPORT would distribute them by a hash.
void Server::Impl::accept_next() {
  Worker& worker = *workers[next_worker];
  next_worker = (next_worker + 1) % workers.size();
  acceptor->async_accept(worker.context(), [this, &worker](const error_code& ec, tcp::socket socket) {
    accepted(ec, worker, std::move(socket));
  });
}

void Server::Impl::accepted(const error_code& ec, Worker& worker, tcp::socket socket) {
  if (stopping || ec == asio::error::operation_aborted) return;
  if (ec == asio::error::no_descriptors || ec == asio::error::no_buffer_space ||
      ec == asio::error::no_memory || ec == error_code(ENFILE, boost::system::system_category())) {
    spdlog::error("cannot accept connections: {}; trying again", ec.message());
    accept_pause->expires_after(std::chrono::milliseconds(200));
    accept_pause->async_wait([this](const error_code& cancelled) {
      if (!cancelled && !stopping) accept_next();
    });
    return;
  }
  if (!ec) {
    error_code gone;  // the peer has already disconnected; the first read reports it
    const auto peer = socket.remote_endpoint(gone);
    const auto presence = std::make_shared<Presence>(network_of(peer.address()), worker);
    const bool admitted = table->arrive(presence);
    if (admitted || connections.load() < room + kToldOverloaded) {
      connections.fetch_add(1);
      worker.adopt(std::move(socket), presence, !admitted);
    }
  }
  accept_next();
}

tcp::endpoint Server::endpoint() const { return impl_->bound; }

std::size_t Server::connections() const { return impl_->connections.load(); }

std::size_t Server::websockets() const { return impl_->websockets.load(); }

bool Server::stop(std::chrono::milliseconds grace) {
  Impl& impl = *impl_;
  if (impl.state != Impl::State::running) return true;
  impl.state = Impl::State::stopped;
  impl.stopping = true;
  asio::post(impl.workers.front()->context(), [&impl] {
    error_code ignored;
    impl.acceptor->close(ignored);
    impl.accept_pause->cancel();
  });
  for (auto& worker : impl.workers) worker->begin_stop();
  const auto all_ended = [&impl] { return impl.connections.load() == 0; };
  bool in_order = true;
  {
    std::unique_lock lock(impl.ended_mutex);
    in_order = impl.ended.wait_for(lock, grace, all_ended);
    if (!in_order) {
      spdlog::warn("{} connections were still busy at the end of the grace period; closing them",
                   impl.connections.load());
      for (auto& worker : impl.workers) worker->cut();
      impl.ended.wait_for(lock, kCutTime, all_ended);
    }
  }
  const bool abandoned = !all_ended();
  for (auto& worker : impl.workers) {
    if (abandoned) worker->context().stop();
    worker->join();
  }
  impl.acceptor.reset();
  impl.accept_pause.reset();
  if (!abandoned) {
    impl.workers.clear();
    return in_order;
  }
  // A handler waits for something external that will eventually complete into its worker. Destroying the
  // worker before that would be a use after free, so the worker stays until the process ends.
  spdlog::error("{} requests did not end when cancelled and are abandoned", impl.connections.load());
  for (auto& worker : impl.workers) {
    if (!worker->is_empty()) static_cast<void>(worker.release());
  }
  impl.workers.clear();
  return false;
}

}  // namespace sas::http
