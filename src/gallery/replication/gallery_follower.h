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
  // How often the feed is asked although nothing was heard: what a lost notification costs at most.
  std::chrono::milliseconds poll{400};
};

// Keeps a gallery in this process's memory true to a store that other servers change too.
//
//   GalleryFollower follower(feed, gallery);
//   follower.mark();            // before the gallery is filled: nothing that comes later is missed
//   … fill the gallery …
//   follower.start();
//
// A change that this server made itself comes back and is applied again, which alters nothing. While the
// store cannot be reached the gallery stays as it is; then every change since is made up for, in order.
class GalleryFollower {
 public:
  // Both outlive it.
  GalleryFollower(TemplateFeed& feed, Gallery& gallery, FollowerOptions options = {});
  // Stops, within `poll`.
  ~GalleryFollower();
  GalleryFollower(const GalleryFollower&) = delete;
  GalleryFollower& operator=(const GalleryFollower&) = delete;

  [[nodiscard]] Result<void> mark();
  void start();
  // Up to where the gallery has followed. Thread-safe.
  [[nodiscard]] std::int64_t position() const { return position_; }

 private:
  [[nodiscard]] Task<void> follow();
  [[nodiscard]] Task<Result<bool>> catch_up();

  TemplateFeed& feed_;
  Gallery& gallery_;
  const FollowerOptions options_;
  std::atomic<std::int64_t> position_{0};
  std::atomic<bool> stopping_{false};
  bool lagging_ = false;  // the thread's own: it has been said
  boost::asio::io_context io_{1};
  std::thread thread_;
};

}  // namespace sas
