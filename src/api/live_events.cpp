#include "api/live_events.h"

#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "protocol/json_writer.h"
#include "protocol/messages.h"

namespace sas::api {
namespace {

namespace asio = boost::asio;
constexpr auto kLookEvery = std::chrono::seconds(2);

}  // namespace

std::string decision_event(const Sighting& sighting, const Decision& decision) {
  protocol::JsonWriter out;
  out.begin_object().key("type").text("decision");
  out.key("decision").raw(protocol::write_decision(decision));
  out.key("camera_id").text(sighting.camera.value);
  out.key("captured_at").text(to_rfc3339(sighting.captured_at));
  out.key("received_at").text(to_rfc3339(sighting.received_at));
  out.key("liveness").number(sighting.liveness).end_object();
  return out.take();
}

std::string camera_event(const CameraView& camera) {
  protocol::JsonWriter out;
  out.begin_object().key("type").text("camera").key("camera");
  write(out, camera);
  out.end_object();
  return out.take();
}

std::string lost_event(std::uint64_t count) {
  protocol::JsonWriter out;
  out.begin_object()
      .key("type")
      .text("lost")
      .key("count")
      .integer(static_cast<std::int64_t>(count))
      .end_object();
  return out.take();
}

CameraView view_of(Camera camera, bool live, Timestamp now) {
  const bool online = now - camera.last_seen <= kOnlineFor;
  return {std::move(camera), online, live};
}

void LiveEvents::on_decision(const Sighting& sighting, const Decision& decision) {
  metrics_.on_decision(sighting, decision);
  const bool shared = share_.is_wanted && share_.is_wanted();
  if (hub_.is_idle() && !shared) return;
  const auto event = std::make_shared<const std::string>(decision_event(sighting, decision));
  hub_.publish(event);
  if (shared) share_.send(event);
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
        known.clear();  // the next follower is told of every camera
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
      const std::string id = camera.id.value;
      const CameraView view = view_of(std::move(camera), is_live(id), now);
      const std::pair state(view.online, view.live);
      const auto [entry, is_new] = known.try_emplace(id, state);
      const bool changed = is_new || entry->second != state;
      entry->second = state;
      if (changed) hub.publish(std::make_shared<const std::string>(camera_event(view)));
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
