#include <algorithm>
#include <utility>

#include "api/camera_watch.h"
#include "api/responses.h"
#include "api/route.h"
#include "api/views.h"
#include "protocol/heartbeat.h"

namespace sas::api {
namespace {

Task<Result<http::Response>> get_cameras(const Call& call) {
  const attendance::Services& services = call.context.services;
  auto cameras = co_await services.cameras.cameras(call.caller);
  if (!cameras) co_return cameras.error();

  // There are about as many as doors: all of them are read, in the order of their ids, and the page is cut here.
  const PageRequest wanted = call.arguments.page();
  auto first = cameras->begin();
  if (wanted.cursor)
    first = std::ranges::upper_bound(*cameras, *wanted.cursor, {},
                                     [](const Camera& camera) { return camera.id.value; });
  const auto left = static_cast<std::size_t>(cameras->end() - first);
  const auto count = std::min(left, wanted.limit);
  Page<CameraView> page;
  const Timestamp now = services.clock.now();
  for (auto camera = first; camera != first + static_cast<std::ptrdiff_t>(count); ++camera) {
    const bool live = is_live(call.context.live, {call.caller.organisation.value(), camera->id.value});
    page.items.push_back(view_of(std::move(*camera), live, now));
  }
  if (count < left) page.next_cursor = page.items.back().camera.id.value;
  co_return json_response(http::Status::ok, write_page(page));
}

Task<Result<http::Response>> post_heartbeat(const Call& call) {
  const CameraId camera = *call.arguments.camera("camera_id");
  auto heartbeat = protocol::read_heartbeat(call.request.body);
  if (!heartbeat) co_return heartbeat.error();
  heartbeat->camera = camera;
  auto admitting = call.context.camera_limits.admit(call.caller, camera);
  const auto admitted = co_await std::move(admitting);
  if (!admitted) co_return admitted.error();
  const auto kept = co_await call.context.services.cameras.heartbeat(call.caller, std::move(*heartbeat));
  if (!kept) co_return kept.error();
  co_return no_content_response();
}

}  // namespace

std::vector<Route> camera_routes() {
  return {
      {.verb = http::Verb::get,
       .path = "/api/v1/cameras",
       .needs = Right::read,
       .parameters = {parameters::kLimit, parameters::kCursor},
       .is_long = true,
       .handler = get_cameras},
      {.verb = http::Verb::post,
       .path = "/api/v1/cameras/{camera_id}/heartbeat",
       .needs = Right::recognise,
       .parameters = {parameters::kCameraId},
       .body = Body::json,
       .errors = {errors::kInvalidTime, errors::kInvalidWatch, errors::kTooManyCameras},
       .handler = post_heartbeat},
  };
}

}  // namespace sas::api
