#pragma once
// Connects the relays of several servers through a Redis: viewers of a camera here see what it publishes to another
// server. Nothing is stored in Redis; only PUBLISH and SUBSCRIBE are used
// (docs/adr/0080-live-frames-between-servers.md).
//
//   RedisBridge bridge(relay, {options, "sas:live:v2:0"});
//   relay.observe({…});          // which calls on_live, on_viewed and on_frame
//   bridge.start(on_changed);

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
#include "relay/redis/server_notice.h"
#include "relay/relay.h"
#include "relay/sharing_stats.h"
#include "relay/topic.h"

namespace sas::relay {

struct RedisBridgeOptions {
  RedisOptions redis;  // including `purpose` and `while_away` for the log
  std::string prefix;  // of the channels; servers with the same prefix share
  // How often servers announce what they publish and watch. A server that has been silent for 3.5 times as
  // long is considered gone.
  std::chrono::milliseconds tell_every{2000};
};

// A frame is sent to Redis only while another server has viewers of its camera. Each camera has at most one
// frame in flight to Redis and one waiting, which a newer frame replaces; at most 16 cameras have a frame in
// flight. A slow or lost Redis drops frames for other servers, but never costs time or memory here. Thread-safe.
class RedisBridge {
 public:
  // `relay` must outlive it.
  RedisBridge(Relay& relay, RedisBridgeOptions options);
  ~RedisBridge();
  RedisBridge(const RedisBridge&) = delete;
  RedisBridge& operator=(const RedisBridge&) = delete;

  // Starts connecting. Call once, before anything is published or viewed. `on_changed`: cameras of other
  // servers went live or ended; called on the bridge's threads. Errors as in RedisClient::create.
  [[nodiscard]] Result<void> start(std::function<void()> on_changed);
  // Joins its threads: nothing is called afterwards, and further calls have no effect.
  void stop();

  // See Relay::Observer.
  void on_live(const Topic& topic, bool live);
  void on_viewed(const Topic& topic, bool viewed);
  void on_frame(const Topic& topic, const Frame& frame);

  [[nodiscard]] bool is_live_elsewhere(const Topic& topic) const;
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
    std::vector<Topic> begun;  // published here and now wanted
    std::vector<Topic> ended;  // no longer live on any other server
    bool changed = false;      // the set of cameras live elsewhere changed
  };

  [[nodiscard]] std::string channel_of(const Topic& topic) const { return frames_ + to_string(topic); }
  // Of a channel with frames; none: it is another channel.
  [[nodiscard]] std::optional<Topic> topic_of(std::string_view channel) const;
  [[nodiscard]] std::string message(std::string_view body) const;
  template <class Change>
  void change(const Topic& topic, Change apply);
  void offer(const Topic& topic, const Frame& frame, bool first);

  // Called on the subscriber's thread.
  void heard(const std::string& channel, std::string message);
  void heard_notice(const std::string& server, std::string_view text);
  void subscribed(const std::string& channel);

  // Requires mutex_. `before`: the cameras that were live elsewhere.
  using Topics = std::set<Topic>;
  [[nodiscard]] Topics live_elsewhere() const;
  [[nodiscard]] Consequences settle(const Topics& before);
  void carry_out(const Consequences& consequences);

  // Called on the bridge's thread, except tell_soon().
  void tell_soon();
  Task<void> tell();
  Task<void> tell_once();
  void drop_silent_servers();
  void send_more();
  Task<void> send_frames();
  [[nodiscard]] std::optional<std::pair<Topic, Frame>> next_frame();
  Task<bool> publish(std::string channel, std::string message);

  Relay& relay_;
  const RedisBridgeOptions options_;
  const std::string self_;    // 16 bytes
  const std::string frames_;  // prefix of each topic's channel
  const std::string servers_channel_;
  std::function<void()> on_changed_;  // immutable after start()

  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::map<Topic, Here> here_;
  std::map<std::string, Elsewhere> servers_;
  Topics wanted_;  // by any other server
  std::map<Topic, Outgoing> outgoing_;
  std::deque<Topic> ready_;  // cameras with a frame to send, without duplicates
  SharingStats stats_;
  std::unique_ptr<RedisSubscriber> subscriber_;  // none before start() and after stop()

  std::unique_ptr<RedisClient> client_;  // from start() to stop(); used only by the thread

  // Used only by the thread.
  boost::asio::io_context context_{1};
  boost::asio::steady_timer timer_{context_};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::size_t senders_ = 0;  // coroutines sending frames
  bool told_late_ = false;   // there is news since the last notice
  bool pausing_ = false;     // between two consecutive notices
  bool stopping_ = false;
  std::string refused_;  // Redis's error that is already logged

  std::thread thread_;
};

}  // namespace sas::relay
