#include "api/session_sockets.h"

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

constexpr auto kTrimEvery = std::chrono::hours(1);
// A browser that was closed for so long is still told that its session has ended, rather than that it is wrong.
constexpr auto kKeep = std::chrono::days(30);

}  // namespace

// The open ones, shared with the sockets, which may outlive SessionSockets.
class SessionSockets::Open {
 public:
  using Peer = std::shared_ptr<http::WebSocketPeer>;

  void add(SessionId session, const Peer& peer) {
    const std::lock_guard lock(mutex_);
    peers_[session].insert(peer);
  }
  void remove(SessionId session, const Peer& peer) {
    const std::lock_guard lock(mutex_);
    const auto found = peers_.find(session);
    if (found == peers_.end()) return;
    found->second.erase(peer);
    if (found->second.empty()) peers_.erase(found);
  }
  void close(SessionId session) {
    std::set<Peer> closing;
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = peers_.find(session); found != peers_.end()) closing = found->second;
    }
    for (const Peer& peer : closing) peer->close({kSessionOver, "the session has ended; sign in again"});
  }
  [[nodiscard]] std::vector<SessionId> sessions() {
    const std::lock_guard lock(mutex_);
    std::vector<SessionId> ids;
    for (const auto& [session, peers] : peers_) ids.push_back(session);
    return ids;
  }

 private:
  std::mutex mutex_;
  std::map<SessionId, std::set<Peer>> peers_;  // guarded by mutex_
};

class SessionSockets::Watched final : public http::WebSocketSession {
 public:
  Watched(std::shared_ptr<Open> open, SessionId session, std::unique_ptr<http::WebSocketSession> socket)
      : open_(std::move(open)), session_(session), socket_(std::move(socket)) {}
  ~Watched() override {
    if (peer_) open_->remove(session_, peer_);
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  void opened(std::shared_ptr<http::WebSocketPeer> peer) override {
    peer_ = peer;
    open_->add(session_, peer_);
    socket_->opened(std::move(peer));
  }
  std::optional<http::WebSocketClose> received(std::string_view message, bool text) override {
    return socket_->received(message, text);
  }
  std::optional<http::WebSocketMessage> next() override { return socket_->next(); }

 private:
  const std::shared_ptr<Open> open_;
  const SessionId session_;
  const std::unique_ptr<http::WebSocketSession> socket_;
  std::shared_ptr<http::WebSocketPeer> peer_;
};

struct SessionSockets::Impl {
  Impl(SessionStore& given_store, const Clock& given_clock, std::chrono::milliseconds every)
      : store(given_store), clock(given_clock), look_every(every) {}

  Task<void> run() {
    auto trim_at = steady_clock::now();
    while (!stopping) {
      auto looking = look();
      co_await std::move(looking);
      if (!stopping && steady_clock::now() >= trim_at) {
        trim_at = steady_clock::now() + kTrimEvery;
        auto trimming = store.trim(clock.now() - kKeep);
        const auto trimmed = co_await std::move(trimming);
        if (!trimmed) spdlog::warn("cannot erase old sessions: {}", trimmed.error().message);
      }
      if (stopping) break;
      timer.expires_after(look_every);
      co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
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
  const Clock& clock;
  const std::chrono::milliseconds look_every;
  const std::shared_ptr<Open> open = std::make_shared<Open>();
  // Used on the thread only.
  asio::io_context context{1};
  asio::steady_timer timer{context};
  bool stopping = false;
  std::thread thread;
};

SessionSockets::SessionSockets(SessionStore& store, const Clock& clock, std::chrono::milliseconds look_every)
    : impl_(std::make_unique<Impl>(store, clock, look_every)) {
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
    SessionId session, std::unique_ptr<http::WebSocketSession> socket) {
  return std::make_unique<Watched>(impl_->open, session, std::move(socket));
}

void SessionSockets::close(SessionId session) { impl_->open->close(session); }

}  // namespace sas::api
