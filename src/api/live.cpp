#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "api/live_events.h"
#include "api/route.h"
#include "base/token_bucket.h"
#include "relay/topic.h"

namespace sas::api {
namespace {

using http::WebSocketClose;
using http::WebSocketMessage;
using http::WebSocketPeer;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kMaxFrameBytes = 1024UL * 1024;
constexpr double kMaxFramesASecond = 30;
constexpr double kMaxBytesASecond = 8.0 * 1024 * 1024;
// Viewers need not send anything.
constexpr std::size_t kMaxViewerMessageBytes = 1024;
constexpr double kMaxViewerMessagesASecond = 10;

constexpr std::uint16_t kUnsupportedData = 1003;
constexpr std::uint16_t kInvalidData = 1007;
constexpr std::uint16_t kPolicyViolation = 1008;
constexpr std::uint16_t kTryAgainLater = 1013;
constexpr std::uint16_t kReplaced = 4000;

// Takes from a bucket that holds a second's worth.
class RateLimit {
 public:
  explicit RateLimit(double per_second) : bucket_(per_second, per_second, Steady::now()) {}
  [[nodiscard]] bool take(double amount) { return bucket_.take(amount, Steady::now()); }

 private:
  TokenBucket bucket_;
};

// Whether it begins and ends as a JPEG does (ITU-T T.81 B.1.1.3: SOI and EOI); it is not decoded here.
bool looks_like_jpeg(std::string_view bytes) {
  return bytes.size() >= 4 && bytes.starts_with("\xFF\xD8\xFF") && bytes.ends_with("\xFF\xD9");
}

class PublisherSession final : public http::WebSocketSession {
 public:
  PublisherSession(relay::Relay& relay, relay::Topic topic) : relay_(relay), topic_(std::move(topic)) {}

  void opened(std::shared_ptr<WebSocketPeer> peer) override {
    auto publication = relay_.publish(topic_, [peer] {
      peer->close({kReplaced, "another publisher of this camera took over"});
    });
    if (publication)
      publication_ = std::move(*publication);
    else
      peer->close({kTryAgainLater, publication.error().message});
  }

  std::optional<WebSocketClose> received(std::string_view message, bool text) override {
    if (text) return WebSocketClose{kUnsupportedData, "a frame is one binary message with one JPEG"};
    if (!frames_.take(1)) return WebSocketClose{kPolicyViolation, "more than 30 frames a second"};
    if (!bytes_.take(static_cast<double>(message.size())))
      return WebSocketClose{kPolicyViolation, "more than 8 MiB a second"};
    if (!looks_like_jpeg(message)) return WebSocketClose{kInvalidData, "not a complete JPEG"};
    if (publication_) publication_->send(std::make_shared<const std::string>(message));
    return std::nullopt;
  }

  std::optional<WebSocketMessage> next() override { return std::nullopt; }

 private:
  relay::Relay& relay_;
  const relay::Topic topic_;
  std::unique_ptr<relay::Relay::Publication> publication_;
  RateLimit frames_{kMaxFramesASecond};
  RateLimit bytes_{kMaxBytesASecond};
};

// What viewers of frames and of events have in common: what they send is not read.
class ListeningSession : public http::WebSocketSession {
 public:
  std::optional<WebSocketClose> received(std::string_view /*message*/, bool /*text*/) override {
    if (messages_.take(1)) return std::nullopt;
    return WebSocketClose{kPolicyViolation, "nothing is read here; do not send anything"};
  }

 private:
  RateLimit messages_{kMaxViewerMessagesASecond};
};

class ViewerSession final : public ListeningSession {
 public:
  ViewerSession(relay::Relay& relay, relay::Topic topic) : relay_(relay), topic_(std::move(topic)) {}

  void opened(std::shared_ptr<WebSocketPeer> peer) override {
    auto view = relay_.view(topic_, [peer] { peer->wake(); });
    if (view)
      view_ = std::move(*view);
    else
      peer->close({kTryAgainLater, view.error().message});
  }
  std::optional<WebSocketMessage> next() override {
    if (!view_) return std::nullopt;
    auto frame = view_->next();
    if (!frame) return std::nullopt;
    return WebSocketMessage{std::move(frame), false};
  }

 private:
  relay::Relay& relay_;
  const relay::Topic topic_;
  std::unique_ptr<relay::Relay::View> view_;
};

// Lets a listener exist before the connection that it wakes. The listener joins before the handshake is answered, so that
// it misses nothing afterwards; events that arrive before set() need no wake-up, because the connection asks for them.
class LatePeer {
 public:
  void set(std::shared_ptr<WebSocketPeer> peer) {
    const std::lock_guard lock(mutex_);
    peer_ = std::move(peer);
  }
  void wake() {
    const std::lock_guard lock(mutex_);
    if (peer_) peer_->wake();
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<WebSocketPeer> peer_;  // guarded by mutex_
};

class EventsSession final : public ListeningSession {
 public:
  using Listener = Result<std::unique_ptr<relay::EventHub::Listener>>;
  EventsSession(Listener listener, std::shared_ptr<LatePeer> peer)
      : listener_(std::move(listener)), peer_(std::move(peer)) {}

  void opened(std::shared_ptr<WebSocketPeer> peer) override {
    if (listener_)
      peer_->set(std::move(peer));
    else
      peer->close({kTryAgainLater, listener_.error().message});
  }
  std::optional<WebSocketMessage> next() override {
    if (!listener_) return std::nullopt;
    auto next = (*listener_)->next();
    if (const auto* event = std::get_if<relay::Event>(&next))
      return WebSocketMessage{std::shared_ptr<const std::string>(*event, &(*event)->text), true};
    if (const auto* lost = std::get_if<relay::EventHub::Lost>(&next))
      return WebSocketMessage{std::make_shared<const std::string>(lost_event(lost->count)), true};
    return std::nullopt;
  }

 private:
  Listener listener_;
  std::shared_ptr<LatePeer> peer_;
};

http::Response upgrade_to(std::size_t max_message_bytes,
                          std::function<std::unique_ptr<http::WebSocketSession>()> make_session) {
  http::Response response;
  response.status = http::Status::switching_protocols;
  response.upgrade = http::WebSocketUpgrade{max_message_bytes, std::move(make_session)};
  return response;
}

relay::Topic topic_of(const Call& call) {
  return {call.caller.organisation.value(), call.arguments.camera("camera_id")->value};
}

Task<Result<http::Response>> view_camera(const Call& call) {
  co_return upgrade_to(kMaxViewerMessageBytes, [&relay = call.context.live.relay, topic = topic_of(call)] {
    return std::make_unique<ViewerSession>(relay, topic);
  });
}

Task<Result<http::Response>> publish_camera(const Call& call) {
  auto admitting = call.context.camera_limits.admit(call.caller, *call.arguments.camera("camera_id"));
  const auto admitted = co_await std::move(admitting);
  if (!admitted) co_return admitted.error();
  co_return upgrade_to(kMaxFrameBytes, [&relay = call.context.live.relay, topic = topic_of(call)] {
    return std::make_unique<PublisherSession>(relay, topic);
  });
}

Task<Result<http::Response>> view_events(const Call& call) {
  const auto peer = std::make_shared<LatePeer>();
  auto listening = call.context.live.live_events.listen(call.caller.organisation, [peer] { peer->wake(); });
  auto listener = co_await std::move(listening);
  // Too many listeners are told over the WebSocket, as too many viewers are.
  if (!listener && listener.error().kind != ErrorKind::resource_exhausted) co_return listener.error();
  // Shared, since functions are copied.
  const auto session = std::make_shared<std::unique_ptr<http::WebSocketSession>>(
      std::make_unique<EventsSession>(std::move(listener), peer));
  co_return upgrade_to(kMaxViewerMessageBytes, [session] { return std::move(*session); });
}

}  // namespace

std::vector<Route> live_routes() {
  return {
      {.verb = http::Verb::get,
       .path = "/api/v1/live/{camera_id}",
       .needs = Right::read,
       .parameters = {parameters::kCameraId},
       .errors = {errors::kUpgradeRequired},
       .handler = view_camera},
      {.verb = http::Verb::get,
       .path = "/api/v1/live/{camera_id}/publish",
       .needs = Right::recognise,
       .parameters = {parameters::kCameraId},
       .errors = {errors::kUpgradeRequired, errors::kTooManyCameras},
       .handler = publish_camera},
      {.verb = http::Verb::get,
       .path = "/api/v1/events",
       .needs = Right::read,
       .errors = {errors::kUpgradeRequired},
       .handler = view_events},
  };
}

}  // namespace sas::api
