#include "api/session_sockets.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

namespace sas::api {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr auto kLookAtKeysEvery = std::chrono::milliseconds(500);
constexpr auto kTrimEvery = std::chrono::hours(1);
// A browser that was closed for so long is still told that its session has ended, rather than that it is wrong.
constexpr auto kKeep = std::chrono::days(30);

}  // namespace

// The open ones, shared with the sockets, which may outlive SessionSockets.
class SessionSockets::Open {
 public:
  using Peer = std::shared_ptr<http::WebSocketPeer>;

  void add(const SocketOwner& owner, const Peer& peer) {
    const std::lock_guard lock(mutex_);
    peers_.emplace(peer, owner);
  }
  void remove(const Peer& peer) {
    const std::lock_guard lock(mutex_);
    peers_.erase(peer);
  }
  // Closes those of whose owner `is_over` is true.
  template <class IsOver>
  void close_if(const IsOver& is_over, const char* why) {
    std::vector<Peer> closing;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [peer, owner] : peers_)
        if (is_over(owner)) closing.push_back(peer);
    }
    for (const Peer& peer : closing) peer->close({kSessionOver, why});
  }
  void close(SessionId session) {
    close_if([session](const SocketOwner& owner) { return owner.session == session; },
             "the session has ended; sign in again");
  }
  [[nodiscard]] std::set<SessionId> sessions() {
    const std::lock_guard lock(mutex_);
    std::set<SessionId> ids;
    for (const auto& [peer, owner] : peers_)
      if (owner.session) ids.insert(*owner.session);
    return ids;
  }

 private:
  std::mutex mutex_;
  std::map<Peer, SocketOwner> peers_;  // guarded by mutex_
};

class SessionSockets::Watched final : public http::WebSocketSession {
 public:
  Watched(std::shared_ptr<Open> open, SocketOwner owner, std::unique_ptr<http::WebSocketSession> socket)
      : open_(std::move(open)), owner_(std::move(owner)), socket_(std::move(socket)) {}
  ~Watched() override {
    if (peer_) open_->remove(peer_);
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  void opened(std::shared_ptr<http::WebSocketPeer> peer) override {
    peer_ = peer;
    open_->add(owner_, peer_);
    socket_->opened(std::move(peer));
  }
  std::optional<http::WebSocketClose> received(std::string_view message, bool text) override {
    return socket_->received(message, text);
  }
  std::optional<http::WebSocketMessage> next() override { return socket_->next(); }

 private:
  const std::shared_ptr<Open> open_;
  const SocketOwner owner_;
  const std::unique_ptr<http::WebSocketSession> socket_;
  std::shared_ptr<http::WebSocketPeer> peer_;
};

struct SessionSockets::Impl {
  Impl(SessionStore& given_store, const access::KeyRing& given_ring, const Clock& given_clock,
       std::chrono::milliseconds every)
      : store(given_store), ring(given_ring), clock(given_clock), look_every(every) {}

  Task<void> run() {
    auto trim_at = steady_clock::now();
    auto look_at = trim_at;
    while (!stopping) {
      close_ended_keys();
      if (steady_clock::now() >= look_at) {
        look_at = steady_clock::now() + look_every;
        auto looking = look();
        co_await std::move(looking);
      }
      if (!stopping && steady_clock::now() >= trim_at) {
        trim_at = steady_clock::now() + kTrimEvery;
        auto trimming = store.trim(clock.now() - kKeep);
        const auto trimmed = co_await std::move(trimming);
        if (!trimmed) spdlog::warn("cannot erase old sessions: {}", trimmed.error().message);
      }
      if (stopping) break;
      timer.expires_after(std::min(look_every, kLookAtKeysEvery));
      co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }

  void close_ended_keys() {
    open->close_if([this](const SocketOwner& owner) { return owner.key && !ring.holds(*owner.key); },
                   "the key holds no longer; sign in again");
  }

  Task<void> look() {
    for (const SessionId id : open->sessions()) {
      if (stopping) co_return;
      auto finding = store.find(id);
      const auto found = co_await std::move(finding);
      if (!found) co_return;  // the store cannot be reached; its own probes say so
      if (!*found || !(*found)->holds(clock.now())) open->close(id);
    }
  }

  SessionStore& store;
  const access::KeyRing& ring;
  const Clock& clock;
  const std::chrono::milliseconds look_every;
  const std::shared_ptr<Open> open = std::make_shared<Open>();
  // Used on the thread only.
  asio::io_context context{1};
  asio::steady_timer timer{context};
  bool stopping = false;
  std::thread thread;
};

SessionSockets::SessionSockets(SessionStore& store, const access::KeyRing& ring, const Clock& clock,
                               std::chrono::milliseconds look_every)
    : impl_(std::make_unique<Impl>(store, ring, clock, look_every)) {
  asio::co_spawn(impl_->context, impl_->run(), asio::detached);
  impl_->thread = std::thread([impl = impl_.get()] { impl->context.run(); });
}

SessionSockets::~SessionSockets() {
  asio::post(impl_->context, [impl = impl_.get()] {
    impl->stopping = true;
    impl->timer.cancel();
  });
  impl_->thread.join();
}

std::unique_ptr<http::WebSocketSession> SessionSockets::watch(
    SocketOwner owner, std::unique_ptr<http::WebSocketSession> socket) {
  return std::make_unique<Watched>(impl_->open, std::move(owner), std::move(socket));
}

void SessionSockets::close(SessionId session) { impl_->open->close(session); }

void SessionSockets::close_ended_keys() { impl_->close_ended_keys(); }

}  // namespace sas::api
