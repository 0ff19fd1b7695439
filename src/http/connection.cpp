#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <spdlog/spdlog.h>

#include "http/refusal.h"
#include "http/uri.h"
#include "http/websocket_connection.h"
#include "http/worker.h"

namespace sas::http {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using PlainStream = tcp::socket;
using TlsStream = asio::ssl::stream<tcp::socket>;
using Parser = beast_http::request_parser<beast_http::string_body>;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadChunk = 16UL * 1024;
constexpr std::size_t kBodyReadChunk = 64UL * 1024;
// Longer bodies are sent from their own buffer; shorter ones are joined with their headers into one write.
constexpr std::size_t kJoinedBody = 16UL * 1024;
// Responses to pipelined requests are batched up to this size and time.
constexpr std::size_t kPendingBytes = 64UL * 1024;
constexpr std::chrono::microseconds kPendingTime{1000};
// Buffer capacity a connection keeps for its next request, so that one large request does not hold memory
// forever.
constexpr std::size_t kKeptCapacity = 64UL * 1024;
// What is read and discarded after the last response, so that the peer gets to read it.
constexpr std::size_t kLingerBytes = 64UL * 1024 * 1024;
constexpr std::size_t kLingerBytesOfStrangers = 1024UL * 1024;
// Strangers' bytes are discarded in this many at a time with a pause after each, so that discarding them takes little of the
// server's time however fast they send.
constexpr std::size_t kStrangersChunk = 64UL * 1024;
constexpr std::chrono::milliseconds kStrangersPause{20};

// One connection: reads a request, runs its handler, writes the response, and repeats; or becomes a
// WebSocket.
template <class Stream>
class Session final : public Connection {
 public:
  Session(Worker& worker, Stream stream, const tcp::endpoint& peer, std::shared_ptr<Presence> presence,
          bool overloaded)
      : worker_(worker),
        shared_(worker.shared()),
        options_(shared_.options),
        stream_(std::move(stream)),
        presence_(std::move(presence)),
        overloaded_(overloaded) {
    wait_for_peer();
    request_.peer = peer;
    request_.peer_text = text_of(peer);
  }

  Task<void> run() override;

  void expire(SteadyTime now) override {
    if (now < deadline_) return;
    deadline_ = kNoDeadline;
    timed_out_ = true;
    // A WebSocket peer that takes nothing: an orderly close would leave data in kernel buffers for minutes.
    error_code ignored;
    if (websocket_) socket().set_option(asio::socket_base::linger(true, 0), ignored);
    interrupt();
  }

  void begin_stop() override {
    error_code ignored;
    if (websocket_) {
      websocket_->ask_to_close({1001, "the server is shutting down"});
      // A peer that takes nothing must not delay the shutdown.
      deadline_ = std::min(deadline_, Clock::now() + options_.linger_timeout);
      return;
    }
    // A request that has reached the socket is still answered.
    if (idle_ && socket().available(ignored) == 0) interrupt();
  }

  void cut() override {
    error_code ignored;
    socket().close(ignored);
    cancellation().emit(asio::cancellation_type::terminal);
  }

  void evict() override {
    if (trusted_ || presence_->waiting_since.load(std::memory_order_relaxed) == 0) return;
    evicted_ = true;
    interrupt();
  }

 private:
  static constexpr bool kIsTls = std::is_same_v<Stream, TlsStream>;

  // What to do after a request.
  enum class Next { keep, close, abandon };  // abandon: the peer is gone, or too slow to be told

  tcp::socket& socket() {
    if constexpr (kIsTls) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  void interrupt() {
    error_code ignored;
    socket().cancel(ignored);
  }

  // From here on only the peer is waited for.
  void wait_for_peer() {
    presence_->waiting_since.store(std::max<std::int64_t>(1, Clock::now().time_since_epoch().count()),
                                   std::memory_order_relaxed);
  }
  void work() { presence_->waiting_since.store(0, std::memory_order_relaxed); }
  void trust() {
    if (trusted_) return;
    trusted_ = true;
    shared_.table->trust(*presence_);
  }

  [[nodiscard]] bool stopping() const { return shared_.stopping.load(std::memory_order_relaxed); }

  Task<bool> handshake();
  Task<error_code> fill(SteadyTime deadline, std::size_t chunk);
  Task<error_code> send_pending();
  Task<error_code> write(std::array<asio::const_buffer, 2> buffers);
  Task<Next> serve_one();
  Task<std::optional<Next>> read_header(std::optional<Refusal>& refusal);
  Task<std::optional<Next>> read_body(std::size_t limit, std::optional<Refusal>& refusal);
  Task<Response> handle(const Handler& handler);
  Task<std::optional<Response>> admit(const Gate& gate);
  Task<Next> refuse(Refusal refusal, bool keep);
  Task<Next> respond(Response response, bool keep);
  Task<Next> stream(Response& response, bool http10, bool keep);
  Task<Next> upgrade(Response response);
  Task<void> finish(bool tell_peer);
  Task<void> discard_rest();
  std::optional<Next> read_failed(const error_code& ec, std::optional<Refusal>& refusal);
  std::optional<Refusal> check_header(Router::Match& match);
  [[nodiscard]] Refusal failure(const std::string& problem) const;
  void take_request_id();
  void recycle();

  Worker& worker_;
  Shared& shared_;
  const ServerOptions& options_;
  Stream stream_;
  const std::shared_ptr<Presence> presence_;
  const bool overloaded_;
  bool trusted_ = false;
  bool evicted_ = false;
  BodyBudget::Share body_share_;
  SteadyTime deadline_ = kNoDeadline;
  bool timed_out_ = false;
  bool idle_ = false;  // nothing of the next request has arrived
  bool first_ = true;

  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::string body_storage_;  // lends its capacity to the parser
  Request request_;
  std::string pending_;  // serialised responses waiting to be sent
  SteadyTime pending_since_;
  WebSocketConnection<Stream>* websocket_ = nullptr;  // while it is one
};

template <class Stream>
Task<void> Session<Stream>::run() {
  error_code ignored;
  socket().set_option(tcp::no_delay(true), ignored);
  socket().non_blocking(true, ignored);
  bool tell_peer = true;
  if constexpr (kIsTls) {
    const bool secured = co_await handshake();
    if (!secured) co_return;
  }
  if (overloaded_) {
    worker_.make_request_id(request_.request_id);
    Refusal refusal{Status::service_unavailable, "overloaded",
                    "the server has reached its connection limit; try again later"};
    const auto next = co_await refuse(std::move(refusal), false);
    tell_peer = next == Next::close;
  } else {
    Next next = Next::keep;
    while (next == Next::keep) next = co_await serve_one();
    tell_peer = next == Next::close;
  }
  co_await finish(tell_peer);
}

template <class Stream>
Task<bool> Session<Stream>::handshake() {
  error_code ec;
  if constexpr (kIsTls) {
    deadline_ = Clock::now() + options_.header_timeout;
    co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                     asio::redirect_error(asio::use_awaitable, ec));
    deadline_ = kNoDeadline;
  }
  co_return !ec;
}

// Reads more bytes into buffer_. Sends pending responses first: the peer may wait for them before it sends
// more.
template <class Stream>
Task<error_code> Session<Stream>::fill(SteadyTime deadline, std::size_t chunk) {
  error_code ec;
  if (!pending_.empty()) {
    ec = co_await send_pending();
    if (ec) co_return ec;
  }
  if (evicted_) co_return asio::error::operation_aborted;
  timed_out_ = false;
  deadline_ = deadline;
  const auto space = buffer_.prepare(chunk);
  const auto n = co_await stream_.async_read_some(space, asio::redirect_error(asio::use_awaitable, ec));
  deadline_ = kNoDeadline;
  buffer_.commit(n);
  co_return ec;
}

template <class Stream>
Task<error_code> Session<Stream>::send_pending() {
  const std::array buffers{asio::const_buffer(asio::buffer(pending_)), asio::const_buffer()};
  const auto ec = co_await write(buffers);
  pending_.clear();
  if (pending_.capacity() > kKeptCapacity) pending_.shrink_to_fit();
  co_return ec;
}

template <class Stream>
Task<error_code> Session<Stream>::write(std::array<asio::const_buffer, 2> buffers) {
  error_code ec;
  std::size_t n = 0;
  const auto advance = [&buffers](std::size_t written) {
    for (auto& buffer : buffers) {
      const auto part = std::min(written, buffer.size());
      buffer += part;
      written -= part;
    }
  };
  if constexpr (!kIsTls) {
    // The socket nearly always accepts it at once, which saves a pass through the reactor.
    n = stream_.write_some(buffers, ec);
    if (ec == asio::error::would_block) ec = {};
    advance(n);
  }
  if (!ec && asio::buffer_size(buffers) > 0) wait_for_peer();
  while (!ec && asio::buffer_size(buffers) > 0) {
    if (evicted_) co_return asio::error::operation_aborted;
    timed_out_ = false;
    deadline_ = Clock::now() + options_.write_timeout;
    n = co_await stream_.async_write_some(buffers, asio::redirect_error(asio::use_awaitable, ec));
    deadline_ = kNoDeadline;
    advance(n);
  }
  co_return ec;
}

// none: continue reading. Sets `refusal` if the peer can still be told what was wrong.
template <class Stream>
auto Session<Stream>::read_failed(const error_code& ec, std::optional<Refusal>& refusal)
    -> std::optional<Next> {
  if (!ec) return std::nullopt;
  if (idle_) return ec == asio::error::eof || timed_out_ ? Next::close : Next::abandon;
  if (timed_out_ && ec == asio::error::operation_aborted) {
    refusal = Refusal{Status::request_timeout, "request_timeout",
                      "the request did not arrive completely within the time allowed"};
    return Next::close;
  }
  if (ec == asio::error::eof) {
    refusal = Refusal{Status::bad_request, "malformed_request", "the request ended before it was complete"};
    return Next::close;
  }
  return Next::abandon;
}

template <class Stream>
auto Session<Stream>::read_header(std::optional<Refusal>& refusal) -> Task<std::optional<Next>> {
  idle_ = buffer_.size() == 0;
  wait_for_peer();
  auto deadline = Clock::now();
  deadline += idle_ && !first_ ? options_.keep_alive_timeout : options_.header_timeout;
  first_ = false;
  bool in_message = false;
  error_code ec;
  while (true) {
    // RFC 9112 2.2: skip empty lines before a request.
    while (!in_message && buffer_.size() >= 2 && static_cast<const char*>(buffer_.data().data())[0] == '\r' &&
           static_cast<const char*>(buffer_.data().data())[1] == '\n') {
      buffer_.consume(2);
    }
    if (buffer_.size() > 0) {
      in_message = true;
      buffer_.consume(parser_->put(buffer_.data(), ec));
      if (ec && ec != beast_http::error::need_more) {
        refusal = refusal_of(ec, parser_->get().target().empty());
        co_return Next::close;
      }
      if (parser_->is_header_done()) co_return std::nullopt;
    }
    if (idle_ && stopping()) {
      error_code ignored;
      if (socket().available(ignored) == 0) co_return Next::close;
    }
    ec = co_await fill(deadline, kReadChunk);
    if (const auto next = read_failed(ec, refusal)) co_return next;
    if (idle_) deadline = Clock::now() + options_.header_timeout;
    idle_ = false;
  }
}

template <class Stream>
auto Session<Stream>::read_body(std::size_t limit, std::optional<Refusal>& refusal)
    -> Task<std::optional<Next>> {
  wait_for_peer();
  const auto deadline = Clock::now() + options_.body_timeout;
  const auto body_refusal = [&] { return body_too_large(limit); };
  const auto length = parser_->content_length();
  if (length && *length > limit) {
    refusal = body_refusal();
    co_return Next::close;
  }
  // The parser reserves a body's memory as soon as it knows its length.
  body_share_ = BodyBudget::Share(*shared_.bodies, trusted_);
  if (length && !body_share_.grow_to(static_cast<std::size_t>(*length))) {
    refusal = no_memory_for_body();
    co_return Next::close;
  }
  // Trailers would be added to the headers, after these have been judged.
  std::optional<Fields> headers;
  if (parser_->chunked()) headers = static_cast<const Fields&>(parser_->get());
  parser_->body_limit(limit);
  if (buffer_.size() == 0 && boost::beast::iequals(request_.header("expect"), "100-continue")) {
    pending_ += "HTTP/1.1 100 Continue\r\n\r\n";
  }
  parser_->eager(true);
  error_code ec;
  while (!parser_->is_done()) {
    if (buffer_.size() > 0) {
      buffer_.consume(parser_->put(buffer_.data(), ec));
      if (ec == beast_http::error::body_limit) {
        refusal = body_refusal();
        co_return Next::close;
      }
      if (ec && ec != beast_http::error::need_more) {
        refusal = refusal_of(ec, false);
        co_return Next::close;
      }
      if (parser_->is_done()) break;
      // The unconsumed bytes are the start of a chunk's header line or of the trailers.
      if (buffer_.size() > options_.max_header_bytes) {
        refusal = Refusal{Status::bad_request, "malformed_request", "a chunk's header line is too long"};
        co_return Next::close;
      }
    }
    if (!length && !body_share_.grow_to(2 * parser_->get().body().size() + kBodyReadChunk)) {
      refusal = no_memory_for_body();
      co_return Next::close;
    }
    ec = co_await fill(std::min(deadline, Clock::now() + options_.body_idle_timeout), kBodyReadChunk);
    if (const auto next = read_failed(ec, refusal)) co_return next;
  }
  if (headers) static_cast<Fields&>(parser_->get()) = std::move(*headers);
  co_return std::nullopt;
}

template <class Stream>
void Session<Stream>::take_request_id() {
  const auto given = request_.header("x-request-id");
  if (is_safe_request_id(given)) {
    request_.request_id = given;
  } else {
    worker_.make_request_id(request_.request_id);
  }
}

// Checks everything that can be refused before the body is read.
template <class Stream>
std::optional<Refusal> Session<Stream>::check_header(Router::Match& match) {
  const auto& message = parser_->get();
  request_.verb = message.method();
  if (auto refusal = check_message(message, parser_->chunked())) return refusal;
  const auto raw = message.target();
  auto target = parse_target({raw.data(), raw.size()});
  if (!target) return Refusal{Status::bad_request, "malformed_request", target.error().message};
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  match = shared_.router.match(request_.verb, target->raw_path);
  if (match.route != nullptr) return std::nullopt;
  if (!match.allowed.empty()) return method_not_allowed(request_, match.allowed);
  return Refusal{Status::not_found, "not_found", "there is nothing at " + request_.path};
}

template <class Stream>
void Session<Stream>::recycle() {
  request_.path.clear();
  request_.query.clear();
  request_.path_params.clear();
  request_.headers = nullptr;
  request_.body = {};
  request_.admitted.reset();
  request_.verb = Verb::unknown;
  body_share_.clear();
  if (parser_) body_storage_ = std::move(parser_->get().body());
  if (body_storage_.capacity() > kKeptCapacity) body_storage_ = std::string();
  body_storage_.clear();
  if (buffer_.size() == 0 && buffer_.capacity() > 2 * kBodyReadChunk) buffer_.shrink_to_fit();
  parser_.emplace();
  parser_->get().body() = std::move(body_storage_);
  parser_->header_limit(static_cast<std::uint32_t>(options_.max_header_bytes));
  parser_->body_limit(boost::none);  // set once the route is known
}

template <class Stream>
auto Session<Stream>::serve_one() -> Task<Next> {
  recycle();
  std::optional<Refusal> refusal;
  auto stopped = co_await read_header(refusal);
  if (stopped && !refusal) co_return *stopped;
  request_.headers = &parser_->get();
  take_request_id();
  Router::Match match;
  if (!refusal) refusal = check_header(match);
  work();
  const bool keep = parser_->is_header_done() && parser_->keep_alive();  // trailers may not change it
  if (!refusal) {
    request_.path_params = std::move(match.path_params);
    // Before the body, so that nobody makes the server hold one who may not send it.
    auto admitting = admit(match.route->gate);
    auto refused = co_await std::move(admitting);
    if (refused) {
      const bool next = keep && parser_->is_done();
      co_return co_await respond(std::move(*refused), next);
    }
  }
  if (!refusal && !parser_->is_done()) {
    stopped = co_await read_body(match.route->max_body_bytes.value_or(options_.max_body_bytes), refusal);
    if (stopped && !refusal) co_return *stopped;
  }
  if (refusal) {
    // An unread body would be parsed as the next request.
    const bool next = parser_->is_done() && keep;
    co_return co_await refuse(std::move(*refusal), next);
  }
  work();
  request_.body = parser_->get().body();
  Response response = co_await handle(match.route->handler);
  if (response.upgrade) co_return co_await upgrade(std::move(response));
  co_return co_await respond(std::move(response), keep);
}

template <class Stream>
auto Session<Stream>::upgrade(Response response) -> Task<Next> {
  if (!boost::beast::websocket::is_upgrade(parser_->get())) {
    Refusal refusal{Status::upgrade_required,
                    "upgrade_required",
                    "this path speaks WebSocket; connect to it with a WebSocket client",
                    {{"upgrade", "websocket"}}};
    const bool keep = parser_->keep_alive();
    co_return co_await refuse(std::move(refusal), keep);
  }
  // RFC 6455 4.1: a client waits for the response before it uses the new protocol.
  if (buffer_.size() > 0) {
    Refusal refusal{Status::bad_request, "malformed_request",
                    "data arrived before the WebSocket was accepted"};
    co_return co_await refuse(std::move(refusal), false);
  }
  if (shared_.websockets.fetch_add(1) >= options_.max_websockets || stopping()) {
    shared_.websockets.fetch_sub(1);
    Refusal refusal{Status::service_unavailable, "overloaded",
                    "the server has reached its WebSocket limit; try again later"};
    co_return co_await refuse(std::move(refusal), false);
  }
  // Every way to end it closes the socket, which ends both directions. An exception in between would leave
  // one of them behind.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  response.headers.emplace_back("x-request-id", request_.request_id);
  WebSocketConnection<Stream> connection(stream_, options_, response.upgrade->max_message_bytes,
                                         {[this](SteadyTime deadline) { deadline_ = deadline; },
                                          [this] {
                                            error_code ignored;
                                            socket().close(ignored);
                                          }});
  websocket_ = &connection;
  auto session = response.upgrade->make_session();
  co_await connection.run(parser_->get(), response, std::move(session));
  websocket_ = nullptr;
  shared_.websockets.fetch_sub(1);
  co_return Next::abandon;
}

template <class Stream>
Task<Response> Session<Stream>::handle(const Handler& handler) {
  std::string problem;
  try {
    auto task = handler(request_);
    Response response = co_await std::move(task);
    if (headers_are_sound(response)) co_return response;
    problem = "the handler set a forbidden header";
  } catch (const std::exception& caught) {
    problem = caught.what();
  } catch (...) {
    problem = "an exception of an unknown type";
  }
  co_return to_response(failure(problem), shared_.hooks);
}

// A refusal's response; none: the request goes on.
template <class Stream>
auto Session<Stream>::admit(const Gate& gate) -> Task<std::optional<Response>> {
  if (!gate) co_return std::nullopt;
  std::string problem;
  try {
    auto judging = gate(request_);
    Admission admission = co_await std::move(judging);
    if (admission.trusted) trust();
    if (!admission.refusal || headers_are_sound(*admission.refusal)) co_return std::move(admission.refusal);
    problem = "the gate set a forbidden header";
  } catch (const std::exception& caught) {
    problem = caught.what();
  }
  co_return to_response(failure(problem), shared_.hooks);
}

template <class Stream>
Refusal Session<Stream>::failure(const std::string& problem) const {
  spdlog::error("{} {} failed: {} (request {})", verb_name(request_.verb), request_.path, problem,
                request_.request_id);
  return {Status::internal_server_error, "internal",
          "internal server error; the log has the cause under this request's x-request-id"};
}

template <class Stream>
auto Session<Stream>::refuse(Refusal refusal, bool keep) -> Task<Next> {
  Response response = to_response(refusal, shared_.hooks);
  co_return co_await respond(std::move(response), keep);
}

template <class Stream>
auto Session<Stream>::respond(Response response, bool keep) -> Task<Next> {
  const bool http10 = parser_ && request_.headers != nullptr && parser_->get().version() == 10;
  const bool endless = static_cast<bool>(response.more);
  keep = keep && !stopping() && !response.close && !(endless && http10 && !response.length);
  if (pending_.empty()) pending_since_ = Clock::now();
  append_head(pending_, response, {request_.request_id, worker_.date(), keep, http10});
  const bool send_body = has_body(response.status) && request_.verb != Verb::head;
  const bool joined = response.body.size() <= kJoinedBody;
  if (send_body && joined && !endless) pending_ += response.body;
  if (endless && send_body) co_return co_await stream(response, http10, keep);
  error_code ec;
  if (send_body && !joined) {
    const std::array buffers{asio::const_buffer(asio::buffer(pending_)),
                             asio::const_buffer(asio::buffer(response.body))};
    ec = co_await write(buffers);
    pending_.clear();
  } else if (!keep || buffer_.size() == 0 || pending_.size() > kPendingBytes ||
             Clock::now() - pending_since_ > kPendingTime) {
    ec = co_await send_pending();
  }
  if (ec) co_return Next::abandon;
  co_return keep ? Next::keep : Next::close;
}

// Sends the body in parts, each produced after the previous one is sent, so that a slow peer holds only one
// part in memory.
template <class Stream>
auto Session<Stream>::stream(Response& response, bool http10, bool keep) -> Task<Next> {
  const bool chunked = !http10 && !response.length;
  std::string part = std::move(response.body);
  std::uint64_t sent = 0;
  while (true) {
    sent += part.size();
    if (response.length && sent > *response.length) co_return Next::abandon;
    // An empty chunk would end the body; only `more` determines its end.
    if (chunked && !part.empty()) append_chunk(pending_, part);
    if (!chunked) pending_ += part;
    const auto ec = co_await send_pending();
    if (ec) co_return Next::abandon;
    auto next = co_await response.more();
    if (!next) {
      spdlog::error("{} {} was aborted: {} (request {})", verb_name(request_.verb), request_.path,
                    next.error().message, request_.request_id);
      co_return Next::abandon;
    }
    if (next->empty()) break;
    part = std::move(*next);
  }
  if (response.length && sent < *response.length) co_return Next::abandon;
  if (chunked) {
    append_chunk(pending_, {});
    const auto ec = co_await send_pending();
    if (ec) co_return Next::abandon;
  }
  co_return keep ? Next::keep : Next::close;
}

template <class Stream>
Task<void> Session<Stream>::finish(bool tell_peer) {
  error_code ec;
  if (tell_peer && !pending_.empty()) ec = co_await send_pending();
  if (tell_peer && !ec) {
    deadline_ = Clock::now() + options_.linger_timeout;
    if constexpr (kIsTls) {
      co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, ec));
    }
    socket().shutdown(tcp::socket::shutdown_send, ec);
    if (!ec) co_await discard_rest();
    deadline_ = kNoDeadline;
  }
  if (evicted_) {
    worker_.hold(std::move(socket()));
    co_return;
  }
  socket().close(ec);
}

template <class Stream>
Task<void> Session<Stream>::discard_rest() {
  const std::size_t most = trusted_ ? kLingerBytes : kLingerBytesOfStrangers;
  asio::steady_timer pause(worker_.context());
  std::size_t discarded = 0;
  error_code ec;
  buffer_.clear();
  for (std::size_t until_pause = kStrangersChunk; discarded < most && deadline_ != kNoDeadline;) {
    discarded += co_await socket().async_read_some(buffer_.prepare(kReadChunk),
                                                   asio::redirect_error(asio::use_awaitable, ec));
    if (ec) co_return;
    if (trusted_ || discarded < until_pause) continue;
    until_pause = discarded + kStrangersChunk;
    pause.expires_after(kStrangersPause);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ec));
  }
}

}  // namespace

std::shared_ptr<Connection> make_connection(Worker& worker, tcp::socket socket,
                                            std::shared_ptr<Presence> presence, bool overloaded) {
  error_code gone;  // the peer has already disconnected; the first read reports it
  const auto peer = socket.remote_endpoint(gone);
  if (auto& tls = worker.shared().tls) {
    return std::make_shared<Session<TlsStream>>(worker, TlsStream(std::move(socket), *tls), peer,
                                                std::move(presence), overloaded);
  }
  return std::make_shared<Session<PlainStream>>(worker, std::move(socket), peer, std::move(presence),
                                                overloaded);
}

}  // namespace sas::http
