#include <algorithm>
#include <utility>

#include "api/camera_watch.h"
#include "api/responses.h"
#include "api/route.h"
#include "api/views.h"
#include "protocol/fields.h"
#include "protocol/heartbeat.h"
#include "protocol/json_reader.h"

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

// Unknown fields are refused rather than ignored: a client that sends them expects them to have an effect.
Result<CameraChange> read_change(std::string_view json) {
  const auto object = protocol::parse_object(json);
  if (!object) return object.error();
  for (const auto& member : *object)
    if (member.key() != "name" && member.key() != "direction" && member.key() != "retired")
      return protocol::invalid_field(member.key().substr(0, 64),
                                     "cannot be changed; \"name\", \"direction\" and \"retired\" can");
  if (object->empty())
    return protocol::invalid_field("name", "nothing to change; send \"name\", \"direction\" or \"retired\"");
  const protocol::ObjectReader reader(*object);
  CameraChange change;
  const auto name = reader.optional_text("name");
  if (!name) return name.error();
  if (*name && (*name)->empty())
    return protocol::invalid_field("name", "is empty; send null for a camera without a name");
  if (object->contains("name")) change.name = name->value_or(std::string());
  const auto direction = reader.optional_text("direction");
  if (!direction) return direction.error();
  if (*direction) {
    change.direction = parse_camera_direction(**direction);
    if (!change.direction) return protocol::invalid_field("direction", "must be one of in, out, both, none");
  }
  if (reader.find("retired") != nullptr) {
    const auto retired = reader.boolean_or("retired", false);
    if (!retired) return retired.error();
    change.retired = *retired;
  }
  return change;
}

Task<Result<http::Response>> patch_camera(const Call& call) {
  auto change = read_change(call.request.body);
  if (!change) co_return change.error();
  const CameraId id = *call.arguments.camera("camera_id");
  const attendance::Services& services = call.context.services;
  auto camera = co_await services.cameras.update_camera(call.caller, id, std::move(*change));
  if (!camera) co_return camera.error();
  const bool live = is_live(call.context.live, {call.caller.organisation.value(), id.value});
  co_return json_response(http::Status::ok,
                          write_one(view_of(std::move(*camera), live, services.clock.now())));
}

Task<Result<http::Response>> delete_camera(const Call& call) {
  const CameraId id = *call.arguments.camera("camera_id");
  const auto removed = co_await call.context.services.cameras.remove_camera(call.caller, id);
  if (!removed) co_return removed.error();
  co_return no_content_response();
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
      {.verb = http::Verb::patch,
       .path = "/api/v1/cameras/{camera_id}",
       .needs = Right::manage,
       .parameters = {parameters::kCameraId},
       .body = Body::json,
       .errors = {errors::kInvalidName, errors::kCameraNotFound},
       .handler = patch_camera},
      {.verb = http::Verb::delete_,
       .path = "/api/v1/cameras/{camera_id}",
       .needs = Right::manage,
       .parameters = {parameters::kCameraId},
       .errors = {errors::kCameraNotFound, errors::kCameraHasEvents},
       .handler = delete_camera},
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
