#include <algorithm>
#include <memory>
#include <utility>

#include "api/csv.h"
#include "api/endpoint.h"
#include "api/live_events.h"
#include "api/query.h"
#include "api/responses.h"
#include "api/views.h"
#include "protocol/fields.h"

namespace sas::api {
namespace {

constexpr std::size_t kLongestPerson = 256;  // bytes of an id or a code: 64 characters of UTF-8

// from, to, person and camera; the page is the caller's.
Result<AttendanceQuery> filters_of(const http::Request& request) {
  AttendanceQuery query;
  const auto from = time_of(request, "from");
  if (!from) return from.error();
  const auto to = time_of(request, "to");
  if (!to) return to.error();
  if (*from && *to && **from >= **to) return invalid_parameter("to", "must be later than from");
  query.from = *from;
  query.to = *to;
  if (const auto person = request.query_param("person")) {
    if (person->size() > kLongestPerson)
      return invalid_parameter("person", "must be a person's id or code of at most 64 characters");
    query.person = std::string(*person);
  }
  if (const auto camera = request.query_param("camera")) {
    auto id = protocol::parse_camera_id("camera", *camera);
    if (!id) return invalid_parameter("camera", id.error().message.substr(sizeof("camera: ") - 1));
    query.camera = std::move(*id);
  }
  return query;
}

Task<http::Response> get_attendance(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {"from", "to", "person", "camera", "limit", "cursor"});
      !allowed)
    co_return error_response(allowed.error(), request.request_id);
  auto query = filters_of(request);
  if (!query) co_return error_response(query.error(), request.request_id);
  auto page = page_of(request);
  if (!page) co_return error_response(page.error(), request.request_id);
  query->page = std::move(*page);
  const auto records = co_await context.service.attendance(std::move(*query));
  if (!records) co_return error_response(records.error(), request.request_id);
  co_return json_response(http::Status::ok, write_page(*records));
}

// Reads the log a page at a time, so that a year of it needs the memory of a thousand lines.
struct CsvReader {
  AttendanceService& service;
  AttendanceQuery query;
  bool at_end = false;
};

// Empty: the end.
Task<Result<std::string>> next_csv(std::shared_ptr<CsvReader> reader) {
  if (reader->at_end) co_return std::string();
  const auto page = co_await reader->service.attendance(reader->query);
  if (!page) co_return page.error();
  reader->query.page.cursor = page->next_cursor;
  reader->at_end = !page->next_cursor.has_value();
  std::string lines;
  for (const AttendanceRecord& record : page->items) append_csv(lines, record);
  co_return lines;
}

Task<http::Response> get_attendance_csv(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {"from", "to", "person", "camera"}); !allowed)
    co_return error_response(allowed.error(), request.request_id);
  auto query = filters_of(request);
  if (!query) co_return error_response(query.error(), request.request_id);
  query->page.limit = kMaxPageSize;
  auto reader = std::make_shared<CsvReader>(CsvReader{context.service, std::move(*query)});

  // The first page before the head, so that what goes wrong at once is an error and not a broken file.
  auto first = co_await next_csv(reader);
  if (!first) co_return error_response(first.error(), request.request_id);
  http::Response response =
      http::Response::text(http::Status::ok, std::string(attendance_csv_header()) + *first,
                           "text/csv; charset=utf-8; header=present");
  response.headers.emplace_back("content-disposition", "attachment; filename=\"attendance.csv\"");
  response.headers.emplace_back("cache-control", "no-store");
  if (!reader->at_end) response.more = [reader] { return next_csv(reader); };
  co_return response;
}

Task<http::Response> get_cameras(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {"limit", "cursor"}); !allowed)
    co_return error_response(allowed.error(), request.request_id);
  const auto wanted = page_of(request);
  if (!wanted) co_return error_response(wanted.error(), request.request_id);
  auto cameras = co_await context.service.cameras();
  if (!cameras) co_return error_response(cameras.error(), request.request_id);

  // There are as many as doors: all are read, and the page is cut here, in the order of their ids.
  std::ranges::sort(*cameras, {}, [](const Camera& camera) { return camera.id.value; });
  auto first = cameras->begin();
  if (wanted->cursor)
    first = std::ranges::upper_bound(*cameras, *wanted->cursor, {},
                                     [](const Camera& camera) { return camera.id.value; });
  const auto left = static_cast<std::size_t>(cameras->end() - first);
  const auto count = std::min(left, wanted->limit);
  Page<CameraView> page;
  const Timestamp now = context.service.clock().now();
  for (auto camera = first; camera != first + static_cast<std::ptrdiff_t>(count); ++camera) {
    const bool live = is_live(context.live, camera->id.value);
    page.items.push_back(view_of(std::move(*camera), live, now));
  }
  if (count < left) page.next_cursor = page.items.back().camera.id.value;
  co_return json_response(http::Status::ok, write_page(page));
}

}  // namespace

std::vector<Endpoint> attendance_endpoints(const Context& context) {
  std::vector<Endpoint> endpoints;
  endpoints.push_back({http::Verb::get, "/api/v1/attendance", Access::read, bind(context, get_attendance)});
  endpoints.push_back(
      {http::Verb::get, "/api/v1/attendance.csv", Access::read, bind(context, get_attendance_csv)});
  endpoints.push_back({http::Verb::get, "/api/v1/cameras", Access::read, bind(context, get_cameras)});
  return endpoints;
}

}  // namespace sas::api
