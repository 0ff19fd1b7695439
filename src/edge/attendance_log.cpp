#include "edge/attendance_log.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/csv.h"
#include "edge/local_time.h"
#include "edge/text_table.h"
#include "protocol/attendance.h"
#include "protocol/json_reader.h"

namespace sas::edge {
namespace {

constexpr std::size_t kPage = 500;

Result<AttendanceRecord> read_line(const boost::json::value& value) {
  if (!value.is_object()) return strange_log("a line is not an object");
  auto record = protocol::read_attendance(value.get_object());
  if (!record) return strange_log(record.error().message);
  return record;
}

void append_number(std::string& out, std::optional<float> number) {
  if (number) fmt::format_to(std::back_inserter(out), "{:.6f}", *number);
}

constexpr std::array<CsvColumn<AttendanceRecord>, 8> kColumns{{
    {"captured_at",
     [](std::string& out, const AttendanceRecord& record) { out += to_rfc3339(record.captured_at); }},
    {"code",
     [](std::string& out, const AttendanceRecord& record) { append_csv_text(out, record.person.code); }},
    {"name",
     [](std::string& out, const AttendanceRecord& record) { append_csv_text(out, record.person.name); }},
    {"camera_id",
     [](std::string& out, const AttendanceRecord& record) { append_csv_text(out, record.camera.value); }},
    {"similarity",
     [](std::string& out, const AttendanceRecord& record) { append_number(out, record.similarity); }},
    {"runner_up",
     [](std::string& out, const AttendanceRecord& record) { append_number(out, record.runner_up); }},
    {"threshold",
     [](std::string& out, const AttendanceRecord& record) { append_number(out, record.threshold); }},
    {"attendance_id", [](std::string& out, const AttendanceRecord& record) { out += record.id.to_string(); }},
}};

}  // namespace

Error strange_log(const std::string& why) {
  return Error::of(ErrorKind::unavailable, "strange_answer",
                   "the server's attendance log is not understood (" + why +
                       "); are attend and attendd of the same version?");
}

Result<LogLines> fetch_lines(ApiClient& client, const std::string& path,
                             const std::vector<std::pair<std::string, std::string>>& parameters,
                             std::size_t limit) {
  LogLines lines;
  std::optional<std::string> cursor;
  for (;;) {
    const std::size_t wanted = limit == 0 ? kPage : std::min(kPage, limit - lines.items.size());
    auto query = parameters;
    query.emplace_back("limit", std::to_string(wanted));
    if (cursor) query.emplace_back("cursor", *cursor);
    auto body = client.get(path + query_string(query));
    if (!body) return body.error();
    const auto page = protocol::parse_object(*body);
    if (!page) return strange_log(page.error().message);
    const protocol::ObjectReader reader(*page);
    const auto items = reader.optional_array("items");
    if (!items) return strange_log(items.error().message);
    if (*items == nullptr) return strange_log("no \"items\"");
    for (const auto& item : **items) lines.items.push_back(item);
    auto next = reader.optional_text("next_cursor");
    if (!next) return strange_log(next.error().message);
    if (!*next) return lines;
    if (limit != 0 && lines.items.size() >= limit) {
      lines.more = true;
      return lines;
    }
    if (*next == cursor) return strange_log("a page that does not go on");
    cursor = std::move(*next);
  }
}

Result<LogLines> fetch_log(ApiClient& client, const LogQuery& query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  if (query.from) parameters.emplace_back("from", to_rfc3339(*query.from));
  if (query.to) parameters.emplace_back("to", to_rfc3339(*query.to));
  if (query.person) parameters.emplace_back("person", *query.person);
  if (query.camera) parameters.emplace_back("camera", *query.camera);
  return fetch_lines(client, "/api/v1/attendance", parameters, query.limit);
}

Result<std::string> log_as_table(const boost::json::array& items) {
  std::vector<std::vector<std::string>> rows{{"TIME", "NAME", "CODE", "CAMERA", "SIMILARITY"}};
  for (const auto& item : items) {
    const auto line = read_line(item);
    if (!line) return line.error();
    rows.push_back({to_local(line->captured_at), line->person.name, line->person.code, line->camera.value,
                    fmt::format("{:.3f}", line->similarity)});
  }
  return format_table(rows);
}

Result<std::string> log_as_csv(const boost::json::array& items) {
  const std::span<const CsvColumn<AttendanceRecord>> columns = kColumns;
  std::string text;
  append_csv_header(text, columns);
  for (const auto& item : items) {
    const auto line = read_line(item);
    if (!line) return line.error();
    append_csv_row(text, columns, *line);
  }
  return text;
}

}  // namespace sas::edge
