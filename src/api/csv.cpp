#include "api/csv.h"

#include <array>
#include <iterator>
#include <optional>

#include <fmt/format.h>

namespace sas::api {
namespace {

void append_number(std::string& out, std::optional<float> number) {
  if (number) fmt::format_to(std::back_inserter(out), "{:.6g}", *number);
}

using Record = AttendanceRecord;

struct Column {
  std::string_view name;
  void (*append)(std::string& out, const Record& record);
};

constexpr std::array kColumns{
    Column{"id", [](std::string& out, const Record& r) { append_csv_text(out, r.id.to_string()); }},
    Column{"event_id", [](std::string& out, const Record& r) { append_csv_text(out, r.event.to_string()); }},
    Column{"person_id",
           [](std::string& out, const Record& r) { append_csv_text(out, r.person.id.to_string()); }},
    Column{"person_code", [](std::string& out, const Record& r) { append_csv_text(out, r.person.code); }},
    Column{"person_name", [](std::string& out, const Record& r) { append_csv_text(out, r.person.name); }},
    Column{"camera_id", [](std::string& out, const Record& r) { append_csv_text(out, r.camera.value); }},
    Column{"captured_at", [](std::string& out, const Record& r) { out += to_rfc3339(r.captured_at); }},
    Column{"received_at", [](std::string& out, const Record& r) { out += to_rfc3339(r.received_at); }},
    Column{"model", [](std::string& out, const Record& r) { append_csv_text(out, r.model.value); }},
    Column{"similarity", [](std::string& out, const Record& r) { append_number(out, r.similarity); }},
    Column{"runner_up", [](std::string& out, const Record& r) { append_number(out, r.runner_up); }},
    Column{"threshold", [](std::string& out, const Record& r) { append_number(out, r.threshold); }},
    Column{"liveness", [](std::string& out, const Record& r) { append_number(out, r.liveness); }},
    Column{"quality", [](std::string& out, const Record& r) { append_number(out, r.quality); }},
};

// `append` adds one column's cell.
template <class Append>
void append_row(std::string& out, const Append& append) {
  for (const Column& column : kColumns) {
    if (&column != kColumns.data()) out.push_back(',');
    append(column);
  }
  out += "\r\n";
}

}  // namespace

std::string attendance_csv_header() {
  std::string out;
  append_row(out, [&out](const Column& column) { out += column.name; });
  return out;
}

void append_csv(std::string& out, const AttendanceRecord& record) {
  append_row(out, [&](const Column& column) { column.append(out, record); });
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

}  // namespace sas::api
