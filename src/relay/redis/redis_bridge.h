#pragma once
// Connects the relays and event hubs of several servers through a Redis: viewers of a camera here see what it
// publishes to another server, and listeners here receive events from other servers. Nothing is stored in
// Redis; only PUBLISH and SUBSCRIBE are used (docs/adr/0080-live-frames-between-servers.md).
//
//   RedisBridge bridge(relay, events, {options, "sas:live:0"});
//   relay.observe({…});          // which calls on_live, on_viewed and on_frame
//   events.observe([&] { bridge.on_followed(); });
//   bridge.start(on_changed);

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/task.h"
#include "redis/redis_client.h"
#include "redis/redis_subscriber.h"
#include "relay/event_hub.h"
#include "relay/redis/server_notice.h"
#include "relay/relay.h"
#include "relay/sharing_stats.h"

namespace sas::relay {

struct RedisBridgeOptions {
  RedisOptions redis;              // including `purpose` and `while_away` for the log
  std::string prefix;              // of the channels; servers with the same prefix share
  std::size_t most_events = 4096;  // queued for Redis
  // How often servers announce what they publish and watch. A server that has been silent for 3.5 times as
  // long is considered gone.
  std::chrono::milliseconds tell_every{2000};
};

// A frame is sent to Redis only while another server has viewers of its camera. Each camera has at most one
// frame in flight to Redis and one waiting, which a newer frame replaces; at most 16 cameras have a frame in
// flight. A slow or lost Redis drops frames and events for other servers, but never costs time or memory
// here. Thread-safe.
class RedisBridge {
 public:
  // Both must outlive it.
  RedisBridge(Relay& relay, EventHub& events, RedisBridgeOptions options);
  ~RedisBridge();
  RedisBridge(const RedisBridge&) = delete;
  RedisBridge& operator=(const RedisBridge&) = delete;

  // Starts connecting. Call once, before anything is published or viewed. `on_changed`: cameras of other
  // servers went live or ended; called on the bridge's threads. Errors as in RedisClient::create.
  [[nodiscard]] Result<void> start(std::function<void()> on_changed);
  // Joins its threads: nothing is called afterwards, and further calls have no effect.
  void stop();

  // See Relay::Observer.
  void on_live(const std::string& camera, bool live);
  void on_viewed(const std::string& camera, bool viewed);
  void on_frame(const std::string& camera, const Frame& frame);
  // See EventHub::observe.
  void on_followed();

  // Whether another server has listeners.
  [[nodiscard]] bool are_events_wanted() const { return events_wanted_.load(std::memory_order_relaxed); }
  // Sends to the listeners of other servers. `event` must not contain a line break.
  void send(const Event& event);

  [[nodiscard]] bool is_live_elsewhere(std::string_view camera) const;
  [[nodiscard]] SharingStats stats() const;

 private:
  using Steady = std::chrono::steady_clock;
  struct Here {  // a camera published or viewed on this server
    bool live = false;
    bool viewed = false;
    bool subscribed = false;  // Redis has confirmed the subscription
  };
  struct Elsewhere {
    ServerNotice notice;
    Steady::time_point heard;
  };
  struct Outgoing {  // a camera wanted by another server
    Frame waiting;
    bool queued = false;  // in ready_
    bool sending = false;
    bool begun = false;  // a frame was offered since it became wanted
  };
  // What to do after a change on other servers, once mutex_ is released.
  struct Consequences {
    std::vector<std::string> begun;  // published here and now wanted
    std::vector<std::string> ended;  // no longer live on any other server
    bool changed = false;            // the set of cameras live elsewhere changed
  };

  [[nodiscard]] std::string channel_of(std::string_view camera) const {
    return frames_ + std::string(camera);
  }
  [[nodiscard]] std::string message(std::string_view body) const;
  template <class Change>
  void change(const std::string& camera, Change apply);
  void offer(const std::string& camera, const Frame& frame, bool first);

  // Called on the subscriber's thread.
  void heard(const std::string& channel, std::string message);
  void heard_events(std::string_view lines);
  void heard_notice(const std::string& server, std::string_view text);
  void subscribed(const std::string& channel);

  // Requires mutex_. `before`: the cameras that were live elsewhere.
  using Cameras = std::set<std::string, std::less<>>;
  [[nodiscard]] Cameras live_elsewhere() const;
  [[nodiscard]] Consequences settle(const Cameras& before);
  void carry_out(const Consequences& consequences);

  // Called on the bridge's thread, except tell_soon().
  void tell_soon();
  Task<void> tell();
  Task<void> tell_once();
  void follow_events();
  void drop_silent_servers();
  void send_more();
  Task<void> send_frames();
  Task<void> send_events();
  [[nodiscard]] std::optional<std::pair<std::string, Frame>> next_frame();
  Task<bool> publish(std::string channel, std::string message);

  Relay& relay_;
  EventHub& events_;
  const RedisBridgeOptions options_;
  const std::string self_;    // 16 bytes
  const std::string frames_;  // prefix of each camera's channel
  const std::string events_channel_;
  const std::string servers_channel_;
  std::function<void()> on_changed_;  // immutable after start()

  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::map<std::string, Here> here_;
  std::map<std::string, Elsewhere> servers_;
  Cameras wanted_;  // by any other server
  std::map<std::string, Outgoing> outgoing_;
  std::deque<std::string> ready_;  // cameras with a frame to send, without duplicates
  std::deque<Event> waiting_events_;
  SharingStats stats_;
  std::unique_ptr<RedisSubscriber> subscriber_;  // none before start() and after stop()

  std::atomic<bool> events_wanted_{false};
  std::unique_ptr<RedisClient> client_;  // from start() to stop(); used only by the thread

  // Used only by the thread.
  boost::asio::io_context context_{1};
  boost::asio::steady_timer timer_{context_};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::size_t senders_ = 0;  // coroutines sending frames
  bool sending_events_ = false;
  bool follows_ = false;    // subscribed to events
  bool told_late_ = false;  // there is news since the last notice
  bool pausing_ = false;    // between two consecutive notices
  bool stopping_ = false;
  std::string refused_;  // Redis's error that is already logged

  std::thread thread_;
};

}  // namespace sas::relay
