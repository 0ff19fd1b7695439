#include "api/csv.h"

#include <iterator>
#include <optional>

#include <fmt/format.h>

namespace sas::api {
namespace {

void append_number(std::string& out, std::optional<float> number) {
  if (number) fmt::format_to(std::back_inserter(out), "{:.6g}", *number);
}

}  // namespace

std::string_view attendance_csv_header() {
  return "id,event_id,person_id,person_code,person_name,camera_id,captured_at,received_at,model,similarity,"
         "runner_up,threshold,liveness,quality\r\n";
}

void append_csv_text(std::string& out, std::string_view text) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  const bool quoted = text.find_first_of(",\"\r\n") != std::string_view::npos;
  if (quoted) out.push_back('"');
  if (formula) out.push_back('\'');
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  if (quoted) out.push_back('"');
}

void append_csv(std::string& out, const AttendanceRecord& record) {
  for (const std::string& text :
       {record.id.to_string(), record.event.to_string(), record.person.id.to_string(), record.person.code,
        record.person.name, record.camera.value, to_rfc3339(record.captured_at),
        to_rfc3339(record.received_at), record.model.value}) {
    append_csv_text(out, text);
    out.push_back(',');
  }
  append_number(out, record.similarity);
  out.push_back(',');
  append_number(out, record.runner_up);
  out.push_back(',');
  append_number(out, record.threshold);
  out.push_back(',');
  append_number(out, record.liveness);
  out.push_back(',');
  append_number(out, record.quality);
  out += "\r\n";
}

}  // namespace sas::api
