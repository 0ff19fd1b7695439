#pragma once
// One line of the attendance log, as JSON and as CSV.

#include <span>

#include <boost/json/object.hpp>

#include "base/csv.h"
#include "base/error.h"
#include "domain/attendance.h"
#include "protocol/json_writer.h"

namespace sas::protocol {

// As an object: an item of GET /api/v1/attendance. Times are RFC 3339 in UTC, numbers have six significant
// digits, absent values are null.
void write_attendance(JsonWriter& out, const AttendanceRecord& record);
// The scores as fields of the open object; not measured: null.
void write_scores(JsonWriter& out, const FaceScores& scores);
// Reads what write_attendance() wrote and ignores unknown fields. invalid_argument "invalid_field".
[[nodiscard]] Result<AttendanceRecord> read_attendance(const boost::json::object& object);

// The log's columns, in the order of GET /api/v1/attendance.csv. Numbers have six significant digits,
// absent values are empty cells.
[[nodiscard]] std::span<const CsvColumn<AttendanceRecord>> attendance_columns();

}  // namespace sas::protocol
