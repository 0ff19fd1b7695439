#include "api/camera_watch.h"

#include <map>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/live_events.h"

namespace sas::api {
namespace {

namespace asio = boost::asio;
constexpr auto kLookEvery = std::chrono::seconds(2);

}  // namespace

CameraView view_of(Camera camera, bool live, Timestamp now) {
  const bool online = now - camera.last_seen <= kOnlineFor;
  return {std::move(camera), online, live};
}

struct CameraWatch::Impl {
  Impl(attendance::CameraService& given_cameras, const Clock& given_clock, OrganisationId organisation,
       relay::EventHub& given_hub, IsLive given_is_live)
      : cameras(given_cameras),
        clock(given_clock),
        caller(organisation),
        hub(given_hub),
        is_live(std::move(given_is_live)) {
    caller.subject.kind = Subject::Kind::system;
    caller.rights = {Right::read};
  }

  Task<void> run() {
    while (!stopping) {
      if (hub.is_idle()) {
        known.clear();  // the next listener is told of every camera
      } else {
        co_await look();
      }
      if (!poked) {
        timer.expires_after(kLookEvery);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
      }
      poked = false;
    }
  }

  Task<void> look() {
    auto asking = cameras.cameras(caller);
    auto found = co_await std::move(asking);
    if (!found) co_return;  // the store cannot be reached; its own probes say so
    const Timestamp now = clock.now();
    for (Camera& camera : *found) {
      const relay::Topic topic{caller.organisation.value(), camera.id.value};
      const CameraView view = view_of(std::move(camera), is_live(topic), now);
      const std::pair state(view.online, view.live);
      const auto [entry, is_new] = known.try_emplace(topic.camera, state);
      const bool changed = is_new || entry->second != state;
      entry->second = state;
      if (changed)
        hub.publish(std::make_shared<const relay::LiveEvent>(
            relay::LiveEvent{topic.organisation, camera_event(view)}));
    }
  }

  attendance::CameraService& cameras;
  const Clock& clock;
  Caller caller;
  relay::EventHub& hub;
  const IsLive is_live;
  // Used on the thread only.
  asio::io_context context{1};
  asio::steady_timer timer{context};
  std::map<std::string, std::pair<bool, bool>> known;  // online, live
  bool poked = false;
  bool stopping = false;
  std::thread thread;
};

CameraWatch::CameraWatch(attendance::CameraService& cameras, const Clock& clock, OrganisationId organisation,
                         relay::EventHub& hub, IsLive is_live)
    : impl_(std::make_unique<Impl>(cameras, clock, organisation, hub, std::move(is_live))) {
  asio::co_spawn(impl_->context, impl_->run(), asio::detached);
  impl_->thread = std::thread([impl = impl_.get()] { impl->context.run(); });
}

CameraWatch::~CameraWatch() {
  asio::post(impl_->context, [impl = impl_.get()] {
    impl->stopping = true;
    impl->timer.cancel();
  });
  impl_->thread.join();
}

void CameraWatch::poke() {
  asio::post(impl_->context, [impl = impl_.get()] {
    impl->poked = true;
    impl->timer.cancel();
  });
}

}  // namespace sas::api
