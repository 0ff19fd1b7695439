#pragma once
// Live frames from publishers to viewers, as bytes that nobody looks into. Knows no sockets.
//
//   auto publication = relay.publish("gate-1", on_replaced);      // the edge's side
//   publication->send(frame);
//   auto view = relay.view("gate-1", [peer] { peer->wake(); });   // a viewer's side
//   while (auto frame = view->next()) …                           // whenever it can take one
//
// A viewer is never handed anything: it is told that there is something, and takes the latest frame when it
// is ready. So a slow one skips frames, holds at most the frame it is sending, and slows nobody.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sas::relay {

using Frame = std::shared_ptr<const std::string>;

// Counters since the start, and what is there now.
struct RelayStats {
  std::uint64_t frames_in = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t frames_out = 0;      // taken by viewers
  std::uint64_t frames_skipped = 0;  // by viewers that were too slow for them
  std::size_t publishers = 0;
  std::size_t viewers = 0;
};

struct RelayOptions {
  std::size_t max_publishers = 256;
  std::size_t max_viewers = 1024;
};

// Thread-safe. Outlives its publications and views. Callbacks are called on the thread of whoever causes
// them, without any lock held, possibly several at once; one that was under way may end after its owner has
// gone.
class Relay {
 public:
  using Wake = std::function<void()>;

  explicit Relay(RelayOptions options = {});
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // A camera's publisher, until destroyed. One thread at a time.
  class Publication {
   public:
    ~Publication();
    Publication(const Publication&) = delete;
    Publication& operator=(const Publication&) = delete;
    // Does nothing once another publication of the camera has taken over.
    void send(Frame frame);

   private:
    friend class Relay;
    struct State;
    explicit Publication(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };

  // A viewer, until destroyed. One thread at a time.
  class View {
   public:
    ~View();
    View(const View&) = delete;
    View& operator=(const View&) = delete;
    // The latest frame if it has not been taken yet, else none.
    [[nodiscard]] Frame next();

   private:
    friend class Relay;
    struct State;
    explicit View(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };

  // Takes the camera over from the one who publishes it now, who is told by its own `on_replaced`.
  // resource_exhausted "too_many_publishers".
  [[nodiscard]] Result<std::unique_ptr<Publication>> publish(std::string_view camera, Wake on_replaced);
  // `wake` says that next() has something. Nobody need publish. resource_exhausted "too_many_viewers".
  [[nodiscard]] Result<std::unique_ptr<View>> view(std::string_view camera, Wake wake);

  // A frame that came from elsewhere, for the viewers here; it makes no publisher. Ignored where nobody
  // views.
  void deliver(std::string_view camera, Frame frame);
  // Nobody delivers this camera any more: who comes to view it is not shown what is no longer so.
  void forget_delivered(std::string_view camera);

  // The latest frame that was published here, while its publisher is there.
  [[nodiscard]] Frame latest(std::string_view camera) const;
  [[nodiscard]] bool is_published(std::string_view camera) const;
  [[nodiscard]] RelayStats stats() const;

  // What happens to cameras here; called in the order of events of one camera. Set before anything else is
  // called.
  struct Observer {
    std::function<void(const std::string& camera, bool live)>
        on_live;  // the first publisher came, the last went
    std::function<void(const std::string& camera, bool viewed)> on_viewed;        // likewise viewers
    std::function<void(const std::string& camera, const Frame& frame)> on_frame;  // published here
  };
  void observe(Observer observer) { observer_ = std::move(observer); }

 private:
  struct Channel;
  [[nodiscard]] std::shared_ptr<Channel> channel(std::string_view camera);
  [[nodiscard]] std::shared_ptr<Channel> find(std::string_view camera) const;  // none: nobody is there
  void drop_if_unused(const std::shared_ptr<Channel>& channel);
  void fan_out(Channel& channel, Frame frame);

  const RelayOptions options_;
  Observer observer_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Channel>, std::less<>> channels_;  // guarded by mutex_
  std::atomic<std::size_t> publishers_{0};
  std::atomic<std::size_t> viewers_{0};
  std::atomic<std::uint64_t> frames_in_{0};
  std::atomic<std::uint64_t> bytes_in_{0};
  std::atomic<std::uint64_t> frames_out_{0};
  std::atomic<std::uint64_t> frames_skipped_{0};
};

}  // namespace sas::relay
