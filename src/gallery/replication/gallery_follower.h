#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "gallery/gallery.h"
#include "store/template_feed.h"

namespace sas {

struct FollowerOptions {
  // How often to poll the feed without a notification: the maximum delay when one is lost.
  std::chrono::milliseconds poll{400};
};

// Keeps a gallery in this process's memory in sync with a store that other servers change too.
//
//   GalleryFollower follower(feed, gallery);
//   follower.mark();    // before the gallery is filled, so that no later change is missed
//   … fill the gallery …
//   follower.start();
//
// A change made by this server comes back and is applied again, which has no effect. While the store cannot
// be reached the gallery stays unchanged; afterwards all missed changes are applied, in order.
class GalleryFollower {
 public:
  // Both must outlive it.
  GalleryFollower(TemplateFeed& feed, Gallery& gallery, FollowerOptions options = {});
  // Stops, within `poll`.
  ~GalleryFollower();
  GalleryFollower(const GalleryFollower&) = delete;
  GalleryFollower& operator=(const GalleryFollower&) = delete;

  [[nodiscard]] Result<void> mark();
  void start();
  // The position up to which the gallery is in sync. Thread-safe.
  [[nodiscard]] std::int64_t position() const { return position_; }

 private:
  [[nodiscard]] Task<void> follow();
  [[nodiscard]] Task<Result<bool>> catch_up();

  TemplateFeed& feed_;
  Gallery& gallery_;
  const FollowerOptions options_;
  std::atomic<std::int64_t> position_{0};
  std::atomic<bool> stopping_{false};
  bool lagging_ = false;  // only used by the thread: the lag has been logged
  boost::asio::io_context io_{1};
  std::thread thread_;
};

}  // namespace sas
