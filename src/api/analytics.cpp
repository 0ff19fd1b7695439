#include <utility>

#include "api/endpoint.h"
#include "api/live_events.h"
#include "api/query.h"
#include "api/responses.h"
#include "api/views.h"
#include "protocol/fields.h"
#include "protocol/heartbeat.h"

namespace sas::api {
namespace {

constexpr std::size_t kLongestZone = 64;

Result<std::optional<CameraId>> camera_of(const http::Request& request) {
  const auto camera = request.query_param("camera");
  if (!camera) return std::optional<CameraId>();
  auto id = protocol::parse_camera_id("camera", *camera);
  if (!id) return invalid_parameter("camera", id.error().message.substr(sizeof("camera: ") - 1));
  return std::optional(std::move(*id));
}

Task<http::Response> get_analytics(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {"from", "to", "zone", "camera"}); !allowed)
    co_return error_response(allowed.error(), request.request_id);
  AnalyticsQuery query;
  const auto from = time_of(request, "from");
  if (!from) co_return error_response(from.error(), request.request_id);
  const auto to = time_of(request, "to");
  if (!to) co_return error_response(to.error(), request.request_id);
  query.from = *from;
  query.to = *to;
  if (const auto zone = request.query_param("zone")) {
    if (zone->size() > kLongestZone)
      co_return error_response(invalid_parameter("zone", "is longer than any zone's name"),
                               request.request_id);
    query.zone = *zone;
  }
  auto camera = camera_of(request);
  if (!camera) co_return error_response(camera.error(), request.request_id);
  query.camera = std::move(*camera);
  const auto figures = co_await context.service.analytics(std::move(query));
  if (!figures) co_return error_response(figures.error(), request.request_id);
  co_return json_response(http::Status::ok, write_one(*figures));
}

Task<http::Response> get_sightings(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {"from", "to", "outcome", "camera", "limit", "cursor"});
      !allowed)
    co_return error_response(allowed.error(), request.request_id);
  SightingQuery query;
  const auto from = time_of(request, "from");
  if (!from) co_return error_response(from.error(), request.request_id);
  const auto to = time_of(request, "to");
  if (!to) co_return error_response(to.error(), request.request_id);
  if (*from && *to && **from >= **to)
    co_return error_response(invalid_parameter("to", "must be later than from"), request.request_id);
  query.from = *from;
  query.to = *to;
  if (const auto outcome = request.query_param("outcome")) {
    query.outcome = parse_outcome(*outcome);
    if (!query.outcome)
      co_return error_response(
          invalid_parameter("outcome", "must be one of marked, cooldown, unknown, ambiguous, spoof"),
          request.request_id);
  }
  auto camera = camera_of(request);
  if (!camera) co_return error_response(camera.error(), request.request_id);
  query.camera = std::move(*camera);
  auto page = page_of(request);
  if (!page) co_return error_response(page.error(), request.request_id);
  query.page = std::move(*page);
  const auto found = co_await context.service.sightings(std::move(query));
  if (!found) co_return error_response(found.error(), request.request_id);
  co_return json_response(http::Status::ok, write_page(*found));
}

Task<http::Response> get_record(const Context& context, http::Request& request) {
  const auto id = id_of<AttendanceId>(request, "attendance_id");
  if (!id) co_return error_response(id.error(), request.request_id);
  const auto record = co_await context.service.attendance_record(*id);
  if (!record) co_return error_response(record.error(), request.request_id);
  co_return json_response(http::Status::ok, write_one(*record));
}

Task<http::Response> post_heartbeat(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {}); !allowed)
    co_return error_response(allowed.error(), request.request_id);
  auto camera = protocol::parse_camera_id("camera_id", request.path_param("camera_id"));
  if (!camera) co_return error_response(camera.error(), request.request_id);
  auto heartbeat = protocol::read_heartbeat(request.body);
  if (!heartbeat) co_return error_response(heartbeat.error(), request.request_id);
  heartbeat->camera = std::move(*camera);
  const auto kept = co_await context.service.heartbeat(std::move(*heartbeat));
  if (!kept) co_return error_response(kept.error(), request.request_id);
  co_return no_content_response();
}

}  // namespace

std::vector<Endpoint> analytics_endpoints(const Context& context) {
  std::vector<Endpoint> endpoints;
  endpoints.push_back({http::Verb::get, "/api/v1/analytics", Access::read, bind(context, get_analytics)});
  endpoints.push_back({http::Verb::get, "/api/v1/sightings", Access::read, bind(context, get_sightings)});
  endpoints.push_back(
      {http::Verb::get, "/api/v1/attendance/{attendance_id}", Access::read, bind(context, get_record)});
  endpoints.push_back({http::Verb::post, "/api/v1/cameras/{camera_id}/heartbeat", Access::recognise,
                       bind(context, post_heartbeat)});
  return endpoints;
}

}  // namespace sas::api
