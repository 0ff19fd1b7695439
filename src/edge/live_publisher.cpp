#include "edge/live_publisher.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/url/parse.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <spdlog/spdlog.h>

#include "base/backoff.h"

namespace sas::edge {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;
using PlainSocket = websocket::stream<beast::tcp_stream>;
using TlsSocket = websocket::stream<asio::ssl::stream<beast::tcp_stream>>;

constexpr std::chrono::milliseconds kFirstPause{500};
constexpr std::chrono::seconds kSocketPatience{10};  // for connecting, and for one frame to go

struct Address {
  bool tls = false;
  std::string host;
  std::string port;
};

Result<Address> address_of(const std::string& base_url) {
  const auto url = boost::urls::parse_uri(base_url);
  if (!url || (url->scheme() != "http" && url->scheme() != "https") || url->host().empty())
    return Error::of(ErrorKind::invalid_argument, "invalid_url",
                     base_url + " is not a server address; write SERVER_URL like http://192.0.2.7:8000");
  Address address{url->scheme() == "https", url->host_name(), url->port()};
  if (address.host.empty()) address.host = url->host_address();
  if (address.port.empty()) address.port = address.tls ? "443" : "80";
  return address;
}

// The frames' way to the server, blocking on a thread of its own. Every wait ends with the deadline.
class Connection {
 public:
  Connection(const Address& address, const ApiClientOptions& server, std::string path)
      : address_(address), server_(server), path_(std::move(path)), tls_(asio::ssl::context::tls_client) {}

  // Returns the problem; empty: connected.
  std::string open() {
    error_code ec;
    std::string refusal;
    if (address_.tls) {
      if (server_.ca_file)
        tls_.load_verify_file(server_.ca_file->string(), ec);
      else
        tls_.set_default_verify_paths(ec);
      if (ec) return ec.message();
      secure_ = std::make_unique<TlsSocket>(context_, tls_);
      refusal = open_on(*secure_);
    } else {
      plain_ = std::make_unique<PlainSocket>(context_);
      refusal = open_on(*plain_);
    }
    return refusal;
  }

  // Returns the problem; empty: the kernel has taken it.
  std::string send(const std::vector<unsigned char>& frame) {
    return secure_ ? send_on(*secure_, frame) : send_on(*plain_, frame);
  }

  void close() {
    if (secure_) close_on(*secure_);
    if (plain_) close_on(*plain_);
  }

 private:
  // Runs the pending operation to its end; the stream's own timer limits it. Messages from the server (a ping,
  // a close) are handled meanwhile.
  void run() {
    context_.restart();
    done_ = false;
    while (!done_ && context_.run_one() > 0) {
    }
  }
  auto note(error_code& result) {
    return [this, &result](const error_code& ec, auto&&...) {
      result = ec;
      done_ = true;
    };
  }

  template <class Socket>
  std::string open_on(Socket& socket) {
    error_code ec;
    tcp::resolver resolver(context_);
    const auto found = resolver.resolve(address_.host, address_.port, ec);
    if (ec) return ec.message();
    auto& lowest = beast::get_lowest_layer(socket);
    lowest.expires_after(kSocketPatience);
    lowest.async_connect(found, note(ec));
    run();
    if (ec) return ec.message();
    lowest.socket().set_option(tcp::no_delay(true), ec);
    if constexpr (std::is_same_v<Socket, TlsSocket>) {
      SSL_set_tlsext_host_name(socket.next_layer().native_handle(), address_.host.c_str());
      socket.next_layer().set_verify_mode(asio::ssl::verify_peer);
      socket.next_layer().set_verify_callback(asio::ssl::host_name_verification(address_.host));
      socket.next_layer().async_handshake(asio::ssl::stream_base::client, note(ec));
      run();
      if (ec) return ec.message();
    }
    lowest.expires_never();
    auto timeouts = websocket::stream_base::timeout::suggested(beast::role_type::client);
    timeouts.handshake_timeout = kSocketPatience;
    socket.set_option(timeouts);
    socket.set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
      if (!server_.api_key.empty()) request.set("x-api-key", server_.api_key);
      request.set("user-agent", "attend/" SAS_VERSION);
    }));
    socket.binary(true);
    socket.auto_fragment(false);
    websocket::response_type response;
    const bool default_port = address_.port == (address_.tls ? "443" : "80");
    socket.async_handshake(response, default_port ? address_.host : address_.host + ":" + address_.port,
                           path_, note(ec));
    run();
    if (ec == websocket::error::upgrade_declined)
      return "the server answers " + std::to_string(response.result_int());
    if (ec) return ec.message();
    opened_ = true;
    listen(socket);
    return {};
  }

  // The server sends only pings, which Beast answers while a read is pending, and the reason when it closes.
  template <class Socket>
  void listen(Socket& socket) {
    socket.async_read(input_, [this, &socket](const error_code& ec, std::size_t) {
      input_.clear();
      if (!ec) {
        listen(socket);
        return;
      }
      ended_ = true;
      const auto& reason = socket.reason();
      why_ended_ = ec != websocket::error::closed ? ec.message()
                   : reason.reason.empty()        ? "closed with " + std::to_string(reason.code)
                                                  : std::string(reason.reason.c_str());
    });
  }

  template <class Socket>
  std::string send_on(Socket& socket, const std::vector<unsigned char>& frame) {
    context_.restart();
    context_.poll();  // handles what arrived since the last frame
    if (ended_) return why_ended_;
    error_code ec;
    beast::get_lowest_layer(socket).expires_after(kSocketPatience);
    socket.async_write(asio::buffer(frame), note(ec));
    run();
    if (!ec) beast::get_lowest_layer(socket).expires_never();
    return ec ? (ended_ ? why_ended_ : ec.message()) : std::string();
  }

  template <class Socket>
  void close_on(Socket& socket) {
    error_code ec;
    if (opened_ && !ended_) {
      socket.async_close(websocket::close_code::going_away, note(ec));
      run();
    }
    beast::get_lowest_layer(socket).close();
    context_.restart();
    context_.poll();
  }

  const Address& address_;
  const ApiClientOptions& server_;
  const std::string path_;
  asio::io_context context_{1};
  asio::ssl::context tls_;
  beast::flat_buffer input_{4096};
  std::unique_ptr<PlainSocket> plain_;
  std::unique_ptr<TlsSocket> secure_;
  bool done_ = false;
  bool opened_ = false;
  bool ended_ = false;
  std::string why_ended_;
};

}  // namespace

std::string live_caption(const CameraState& state) {
  std::string caption = state.camera.value;
  if (!state.connected) caption += " | no picture";
  return caption;
}

// One camera's.
class LivePublisher::Channel {
 public:
  Channel(const LivePublisherOptions& options, Address address, const std::string& camera)
      : options_(options),
        camera_(camera),
        address_(std::move(address)),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void offer(const Frame& frame, const std::vector<FaceLabel>& labels, const CameraState& state) {
    const auto now = SteadyClock::now();
    {
      const std::lock_guard lock(mutex_);
      if (!connected_ || waiting_ || now < next_at_) return;
      const auto pause = std::chrono::duration<double>(1 / options_.frames_per_second);
      next_at_ = now + std::chrono::duration_cast<SteadyClock::duration>(pause);
    }
    // Outside the lock, so that the thread does not wait for the copy.
    Picture picture{frame.image.clone(), labels, live_caption(state)};
    {
      const std::lock_guard lock(mutex_);
      picture_ = std::move(picture);
      waiting_ = true;
    }
    changed_.notify_one();
  }

  [[nodiscard]] std::uint64_t published() const { return published_; }

 private:
  struct Picture {
    cv::Mat image;
    std::vector<FaceLabel> labels;
    std::string caption;
  };

  std::vector<unsigned char> encode(Picture& picture) const {
    draw_overlay(picture.image, picture.labels, picture.caption);
    const int longest = std::max(picture.image.cols, picture.image.rows);
    if (longest > options_.longest_side) {
      const double scale = static_cast<double>(options_.longest_side) / longest;
      cv::Mat smaller;
      cv::resize(picture.image, smaller, {}, scale, scale, cv::INTER_AREA);
      picture.image = std::move(smaller);
    }
    std::vector<unsigned char> jpeg;
    cv::imencode(".jpg", picture.image, jpeg, {cv::IMWRITE_JPEG_QUALITY, options_.jpeg_quality});
    return jpeg;
  }

  void run(const std::stop_token& stop) {
    Backoff backoff({.first = kFirstPause, .longest = options_.longest_pause});
    std::string reported;
    while (!stop.stop_requested()) {
      Connection connection(address_, options_.server, "/api/v1/live/" + camera_ + "/publish");
      std::string problem = connection.open();
      if (problem.empty()) {
        spdlog::info("{}: shown live at {}", camera_, options_.server.base_url);
        reported.clear();
        backoff.reset();
        problem = publish(connection, stop);
      }
      connection.close();
      std::unique_lock lock(mutex_);
      connected_ = false;
      waiting_ = false;
      if (stop.stop_requested()) return;
      if (problem != reported)
        spdlog::warn("{}: not shown live: {}; trying again, the camera continues", camera_, problem);
      reported = problem;
      changed_.wait_for(lock, stop, backoff.next(), [] { return false; });
    }
  }

  // Returns when the connection ends, with the reason.
  std::string publish(Connection& connection, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    connected_ = true;
    while (!stop.stop_requested()) {
      changed_.wait(lock, stop, [this] { return waiting_; });
      if (stop.stop_requested()) break;
      Picture picture = std::move(picture_);
      lock.unlock();
      const auto jpeg = encode(picture);
      std::string problem = connection.send(jpeg);
      lock.lock();
      waiting_ = false;
      if (!problem.empty()) return problem;
      ++published_;
    }
    return {};
  }

  const LivePublisherOptions& options_;
  const std::string camera_;
  const Address address_;
  std::atomic<std::uint64_t> published_{0};
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool connected_ = false;           // guarded by mutex_
  bool waiting_ = false;             // guarded by mutex_: a picture waits or is being sent
  SteadyClock::time_point next_at_;  // guarded by mutex_
  Picture picture_;                  // guarded by mutex_
  std::jthread thread_;
};

LivePublisher::LivePublisher(LivePublisherOptions options) : options_(std::move(options)) {}
LivePublisher::~LivePublisher() = default;

Result<std::unique_ptr<LivePublisher>> LivePublisher::create(LivePublisherOptions options,
                                                             const std::vector<CameraId>& cameras) {
  const auto address = address_of(options.server.base_url);
  if (!address) return address.error();
  auto publisher = std::unique_ptr<LivePublisher>(new LivePublisher(std::move(options)));
  for (const auto& camera : cameras)
    publisher->channels_.emplace(camera.value,
                                 std::make_unique<Channel>(publisher->options_, *address, camera.value));
  return publisher;
}

void LivePublisher::on_frame(const Frame& frame, const std::vector<FaceLabel>& labels,
                             const CameraState& state) {
  const auto channel = channels_.find(state.camera.value);
  if (channel != channels_.end()) channel->second->offer(frame, labels, state);
}

std::uint64_t LivePublisher::published() const {
  std::uint64_t sum = 0;
  for (const auto& [camera, channel] : channels_) sum += channel->published();
  return sum;
}

}  // namespace sas::edge
