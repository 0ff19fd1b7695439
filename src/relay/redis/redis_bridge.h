#pragma once
// Joins the relays and event hubs of several servers by a Redis: who views a camera here sees what it
// publishes to another server, and who listens here hears what was decided there. Nothing is kept at Redis;
// all of it is PUBLISH and SUBSCRIBE (docs/adr/0080-live-frames-between-servers.md).
//
//   RedisBridge bridge(relay, events, {options, "sas:live:0"});
//   relay.observe({…});                  // which calls on_live, on_viewed and on_frame
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
  RedisOptions redis;              // `purpose` and `while_away` for the log, too
  std::string prefix;              // of the channels; servers with the same one share
  std::size_t most_events = 4096;  // that wait for Redis
  // Servers tell each other so often what is published and watched; one that has said nothing for three and a
  // half times as long is gone.
  std::chrono::milliseconds tell_every{2000};
};

// A frame goes to Redis only while another server has viewers of its camera. Of each camera at most one frame
// is on its way to Redis and one waits, which a newer one replaces; of all cameras at most 16 are on their
// way. A slow or lost Redis costs frames and events of others, never time or memory here. Thread-safe.
class RedisBridge {
 public:
  // Both outlive it.
  RedisBridge(Relay& relay, EventHub& events, RedisBridgeOptions options);
  ~RedisBridge();
  RedisBridge(const RedisBridge&) = delete;
  RedisBridge& operator=(const RedisBridge&) = delete;

  // Begins to connect; once, before anything is published or viewed. `on_changed`: cameras of other servers
  // went live or ended; called on threads of the bridge. Errors as RedisClient::create.
  [[nodiscard]] Result<void> start(std::function<void()> on_changed);
  // Joins its threads: nothing is called from here on, and what is called here does nothing.
  void stop();

  // As Relay::Observer says.
  void on_live(const std::string& camera, bool live);
  void on_viewed(const std::string& camera, bool viewed);
  void on_frame(const std::string& camera, const Frame& frame);
  // As EventHub::observe says.
  void on_followed();

  // Somebody listens on another server.
  [[nodiscard]] bool are_events_wanted() const { return events_wanted_.load(std::memory_order_relaxed); }
  // To the listeners of other servers. `event` has no line break.
  void send(const Event& event);

  [[nodiscard]] bool is_live_elsewhere(std::string_view camera) const;
  [[nodiscard]] SharingStats stats() const;

 private:
  using Steady = std::chrono::steady_clock;
  struct Here {  // a camera that is published or viewed here
    bool live = false;
    bool viewed = false;
    bool subscribed = false;  // and Redis has confirmed it
  };
  struct Elsewhere {
    ServerNotice notice;
    Steady::time_point heard;
  };
  struct Outgoing {  // of a camera that somebody elsewhere wants
    Frame waiting;
    bool queued = false;  // in ready_
    bool sending = false;
    bool begun = false;  // a frame was offered since somebody wants it
  };
  // What a change of other servers asks for, once mutex_ is free.
  struct Consequences {
    std::vector<std::string> begun;  // published here and wanted from now on
    std::vector<std::string> ended;  // live on no other server any more
    bool changed = false;            // of what is live elsewhere
  };

  [[nodiscard]] std::string channel_of(std::string_view camera) const {
    return frames_ + std::string(camera);
  }
  [[nodiscard]] std::string message(std::string_view body) const;
  template <class Change>
  void change(const std::string& camera, Change apply);
  void offer(const std::string& camera, const Frame& frame, bool first);

  // On the subscriber's thread.
  void heard(const std::string& channel, std::string message);
  void heard_events(std::string_view lines);
  void heard_notice(const std::string& server, std::string_view text);
  void subscribed(const std::string& channel);

  // With mutex_ held: `before` are the cameras that were live elsewhere.
  using Cameras = std::set<std::string, std::less<>>;
  [[nodiscard]] Cameras live_elsewhere() const;
  [[nodiscard]] Consequences settle(const Cameras& before);
  void carry_out(const Consequences& consequences);

  // On the bridge's thread, except tell_soon.
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
  const std::string frames_;  // what a camera's channel begins with
  const std::string events_channel_;
  const std::string servers_channel_;
  std::function<void()> on_changed_;  // never changed after start

  mutable std::mutex mutex_;
  // The following are guarded by mutex_.
  std::map<std::string, Here> here_;
  std::map<std::string, Elsewhere> servers_;
  Cameras wanted_;  // by any other server
  std::map<std::string, Outgoing> outgoing_;
  std::deque<std::string> ready_;  // cameras with a frame to send, each once
  std::deque<Event> waiting_events_;
  SharingStats stats_;
  std::unique_ptr<RedisSubscriber> subscriber_;  // none before start and after stop

  std::atomic<bool> events_wanted_{false};
  std::unique_ptr<RedisClient> client_;  // from start to stop, of the thread

  // Of the thread.
  boost::asio::io_context context_{1};
  boost::asio::steady_timer timer_{context_};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::size_t senders_ = 0;  // of frames
  bool sending_events_ = false;
  bool follows_ = false;    // listens to events
  bool told_late_ = false;  // there is news since the last notice
  bool pausing_ = false;    // between two notices that follow each other at once
  bool stopping_ = false;
  std::string refused_;  // what Redis said, as far as it is in the log

  std::thread thread_;
};

}  // namespace sas::relay
