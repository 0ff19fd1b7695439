#pragma once
// Distributes live frames from publishers to viewers as opaque bytes. Knows no sockets.
//
//   const Topic gate{organisation, "gate-1"};
//   auto publication = relay.publish(gate, on_replaced);      // on the edge's side
//   publication->send(frame);
//   auto view = relay.view(gate, [peer] { peer->wake(); });   // on a viewer's side
//   while (auto frame = view->next()) …                           // whenever it can take one
//
// Frames are never pushed to a viewer: it is notified and takes the latest frame when it is ready. So a slow
// viewer skips frames, holds at most the frame it is sending, and slows nobody down.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "relay/topic.h"

namespace sas::relay {

using Frame = std::shared_ptr<const std::string>;

// Counters since the start, and current numbers.
struct RelayStats {
  std::uint64_t frames_in = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t frames_out = 0;      // taken by viewers
  std::uint64_t frames_skipped = 0;  // frames that viewers were too slow to take
  std::size_t publishers = 0;
  std::size_t viewers = 0;
};

struct RelayOptions {
  std::size_t max_publishers = 256;
  std::size_t max_viewers = 1024;
};

// Thread-safe. Must outlive its publications and views. Callbacks run on the thread that causes them, without
// any lock held, possibly several at once; a callback already running may finish after its owner is
// destroyed.
class Relay {
 public:
  using Wake = std::function<void()>;

  explicit Relay(RelayOptions options = {});
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // A camera's publisher, active until destroyed. One thread at a time.
  class Publication {
   public:
    ~Publication();
    Publication(const Publication&) = delete;
    Publication& operator=(const Publication&) = delete;
    // Does nothing once another publication has taken over the camera.
    void send(Frame frame);

   private:
    friend class Relay;
    struct State;
    explicit Publication(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };

  // A viewer, active until destroyed. One thread at a time.
  class View {
   public:
    ~View();
    View(const View&) = delete;
    View& operator=(const View&) = delete;
    // The latest frame if it has not been taken yet, otherwise none.
    [[nodiscard]] Frame next();

   private:
    friend class Relay;
    struct State;
    explicit View(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };

  // Takes over the camera from its current publisher, which is notified through its own `on_replaced`.
  // resource_exhausted "too_many_publishers".
  [[nodiscard]] Result<std::unique_ptr<Publication>> publish(const Topic& topic, Wake on_replaced);
  // `wake` means that next() has something. The camera need not have a publisher. resource_exhausted
  // "too_many_viewers".
  [[nodiscard]] Result<std::unique_ptr<View>> view(const Topic& topic, Wake wake);

  // Delivers a frame from another server to the viewers here, without creating a publisher. Ignored if there
  // are no viewers.
  void deliver(const Topic& topic, Frame frame);
  // Drops the last remote frame so that new viewers never see a stale one.
  void forget_delivered(const Topic& topic);

  // The latest frame published here, while its publisher exists.
  [[nodiscard]] Frame latest(const Topic& topic) const;
  [[nodiscard]] bool is_published(const Topic& topic) const;
  [[nodiscard]] RelayStats stats() const;

  // Notifications about cameras here, in order per camera. Set before anything else is called.
  struct Observer {
    // The first publisher arrived (true) or the last one left (false).
    std::function<void(const Topic& topic, bool live)> on_live;
    std::function<void(const Topic& topic, bool viewed)> on_viewed;        // the same for viewers
    std::function<void(const Topic& topic, const Frame& frame)> on_frame;  // published here
  };
  void observe(Observer observer) { observer_ = std::move(observer); }

 private:
  struct Channel;
  [[nodiscard]] std::shared_ptr<Channel> channel(const Topic& topic);
  // Null: no publisher and no viewer.
  [[nodiscard]] std::shared_ptr<Channel> find(const Topic& topic) const;
  void drop_if_unused(const std::shared_ptr<Channel>& channel);
  void fan_out(Channel& channel, Frame frame);

  const RelayOptions options_;
  Observer observer_;
  mutable std::mutex mutex_;
  std::map<Topic, std::shared_ptr<Channel>> channels_;  // guarded by mutex_
  std::atomic<std::size_t> publishers_{0};
  std::atomic<std::size_t> viewers_{0};
  std::atomic<std::uint64_t> frames_in_{0};
  std::atomic<std::uint64_t> bytes_in_{0};
  std::atomic<std::uint64_t> frames_out_{0};
  std::atomic<std::uint64_t> frames_skipped_{0};
};

}  // namespace sas::relay
