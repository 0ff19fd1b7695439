#include "gallery/replication/gallery_follower.h"

#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <spdlog/spdlog.h>

namespace sas {

namespace asio = boost::asio;

GalleryFollower::GalleryFollower(TemplateFeed& feed, Gallery& gallery, FollowerOptions options)
    : feed_(feed), gallery_(gallery), options_(options) {}

GalleryFollower::~GalleryFollower() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

Result<void> GalleryFollower::mark() {
  auto asking = asio::co_spawn(io_, feed_.position(), asio::use_future);
  io_.run();
  io_.restart();
  const auto position = asking.get();
  if (!position) return position.error();
  position_ = *position;
  return {};
}

void GalleryFollower::start() {
  asio::co_spawn(io_, follow(), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
  thread_ = std::thread([this] { io_.run(); });
}

Task<void> GalleryFollower::follow() {
  while (!stopping_) {
    std::string problem;
    bool complete = false;
    try {
      auto catching_up = catch_up();
      const auto caught_up = co_await std::move(catching_up);
      if (caught_up) {
        complete = *caught_up;
        if (lagging_) spdlog::info("gallery: following other servers' changes again");
        lagging_ = false;
      } else {
        problem = caught_up.error().message;
        complete = true;  // nothing more to fetch for now
      }
    } catch (const std::exception& failure) {
      problem = failure.what();
      complete = true;
    }
    if (!problem.empty() && !std::exchange(lagging_, true))
      spdlog::warn("gallery: cannot follow other servers' changes: {}", problem);
    if (!complete || stopping_) continue;
    auto waiting = feed_.wait(options_.poll);
    co_await std::move(waiting);
  }
}

// True: no further changes are known.
Task<Result<bool>> GalleryFollower::catch_up() {
  auto reading = feed_.changes_after(position_);
  auto found = co_await std::move(reading);
  if (!found) {
    if (found.error().code != "feed_went_back") co_return found.error();
    spdlog::error(
        "gallery: {}; reading all templates again. Faces that only the newer database had stay until "
        "this server is restarted, and are not recorded",
        found.error().message);
    position_ = 0;
    co_return false;
  }
  // Consecutive additions are applied together: a gallery publishes its state once per call.
  std::vector<GalleryEntry> entries;
  for (std::size_t i = 0; i <= found->changes.size(); ++i) {
    const bool adds = i < found->changes.size() && found->changes[i].now;
    if (adds) {
      const FaceTemplate& face = *found->changes[i].now;
      entries.push_back({{face.organisation, face.model}, face.person, face.id, face.embedding});
      continue;
    }
    if (!entries.empty()) {
      auto adding = gallery_.add(std::exchange(entries, {}));
      const auto added = co_await std::move(adding);
      if (!added) co_return added.error();
    }
    if (i == found->changes.size()) break;
    auto removing = gallery_.remove_face(found->changes[i].face);
    const auto removed = co_await std::move(removing);
    if (!removed) co_return removed.error();
  }
  position_ = found->position;
  co_return found->complete;
}

}  // namespace sas
