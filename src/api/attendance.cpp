#include "protocol/attendance.h"

#include <memory>
#include <utility>

#include "api/responses.h"
#include "api/route.h"
#include "api/views.h"
#include "base/csv.h"

namespace sas::api {
namespace {

constexpr std::size_t kMaxPerson = 64;  // of a code; an id is shorter

// Everything but the page.
AttendanceQuery query_of(const Call& call) {
  return {.organisation = call.caller.organisation,
          .from = call.arguments.time("from"),
          .to = call.arguments.time("to"),
          .person = call.arguments.text("person"),
          .camera = call.arguments.camera("camera")};
}

Task<Result<http::Response>> get_attendance(const Call& call) {
  AttendanceQuery query = query_of(call);
  query.page = call.arguments.page();
  const auto records = co_await call.context.services.log.attendance(call.caller, std::move(query));
  if (!records) co_return records.error();
  co_return json_response(http::Status::ok, write_page(*records));
}

// Reads the log a page at a time, so that a year of it needs the memory of a thousand lines. Outlives the handler, and
// therefore has a caller of its own.
struct LogReader {
  attendance::LogService& log;
  Caller caller;
  AttendanceQuery query;
  bool at_end = false;
};

// Empty: the end.
Task<Result<std::string>> next_csv(std::shared_ptr<LogReader> reader) {
  if (reader->at_end) co_return std::string();
  const auto page = co_await reader->log.attendance(reader->caller, reader->query);
  if (!page) co_return page.error();
  reader->query.page.cursor = page->next_cursor;
  reader->at_end = !page->next_cursor.has_value();
  std::string lines;
  for (const AttendanceRecord& record : page->items)
    append_csv_row(lines, protocol::attendance_columns(), record);
  co_return lines;
}

Task<Result<http::Response>> get_attendance_csv(const Call& call) {
  AttendanceQuery query = query_of(call);
  query.page.limit = kMaxPageSize;
  auto reader = std::make_shared<LogReader>(
      LogReader{.log = call.context.services.log, .caller = call.caller, .query = std::move(query)});

  // The first page before the head, so that an early failure is an error and not a broken file.
  auto first = co_await next_csv(reader);
  if (!first) co_return first.error();
  std::string body;
  append_csv_header(body, protocol::attendance_columns());
  http::Response response =
      http::Response::text(http::Status::ok, body += *first, "text/csv; charset=utf-8; header=present");
  response.headers.emplace_back("content-disposition", "attachment; filename=\"attendance.csv\"");
  response.headers.emplace_back("cache-control", "no-store");
  if (!reader->at_end) response.more = [reader] { return next_csv(reader); };
  co_return response;
}

Task<Result<http::Response>> get_record(const Call& call) {
  const auto id = call.arguments.id<AttendanceId>("attendance_id");
  const auto record = co_await call.context.services.log.attendance_record(call.caller, id);
  if (!record) co_return record.error();
  co_return json_response(http::Status::ok, write_one(*record));
}

}  // namespace

std::vector<Route> attendance_routes() {
  const Parameter person{.name = "person", .max_characters = kMaxPerson};
  return {
      {.verb = http::Verb::get,
       .path = "/api/v1/attendance",
       .needs = Right::read,
       .parameters = {parameters::kFrom, parameters::kTo, person, parameters::kCamera, parameters::kLimit,
                      parameters::kCursor},
       .handler = get_attendance},
      {.verb = http::Verb::get,
       .path = "/api/v1/attendance.csv",
       .needs = Right::read,
       .parameters = {parameters::kFrom, parameters::kTo, person, parameters::kCamera},
       .handler = get_attendance_csv},
      {.verb = http::Verb::get,
       .path = "/api/v1/attendance/{attendance_id}",
       .needs = Right::read,
       .parameters = {parameters::path_id("attendance_id")},
       .errors = {errors::kAttendanceNotFound},
       .handler = get_record},
  };
}

}  // namespace sas::api
