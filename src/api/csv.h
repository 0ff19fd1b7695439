#pragma once
// The attendance log as CSV (RFC 4180): CRLF, a header row, UTF-8 without a byte order mark.

#include <string>
#include <string_view>

#include "domain/attendance.h"

namespace sas::api {

// The header row. To add a column, add a row to the table in csv.cpp.
[[nodiscard]] std::string attendance_csv_header();
void append_csv(std::string& out, const AttendanceRecord& record);

// One cell of text: quoted where it must be, and with a ' in front where a spreadsheet would take it for a formula (OWASP,
// "CSV Injection"): it begins with = + - @, a tab or a carriage return.
void append_csv_text(std::string& out, std::string_view text);

}  // namespace sas::api
