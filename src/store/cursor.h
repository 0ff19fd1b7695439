#pragma once
// Where a page ended, as opaque text: the sort key of its last row, so that rows which come or go between two
// pages neither repeat nor hide others.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "domain/ids.h"

namespace sas::store {

struct PersonCursor {
  std::string code;
};

struct AttendanceCursor {
  Timestamp captured_at;
  EventId event;
};

[[nodiscard]] std::string to_text(const PersonCursor& cursor);
[[nodiscard]] std::string to_text(const AttendanceCursor& cursor);
// invalid_argument "invalid_cursor" for anything that the same list did not give out.
[[nodiscard]] Result<PersonCursor> parse_person_cursor(std::string_view text);
[[nodiscard]] Result<AttendanceCursor> parse_attendance_cursor(std::string_view text);

}  // namespace sas::store
