#pragma once
// Cursors as opaque text. A cursor is the sort key of a page's last row, so rows that are added or removed
// between two pages neither repeat nor hide other rows.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "domain/date.h"
#include "domain/ids.h"

namespace sas::store {

struct PersonCursor {
  std::string code;
};

struct AttendanceCursor {
  Timestamp captured_at;
  EventId event;
};

struct AuditCursor {
  std::int64_t sequence = 0;
};

struct DayCursor {
  bool removed = false;  // the person is
  std::string code;
  PersonId person;
  Date date;
};

[[nodiscard]] std::string to_text(const PersonCursor& cursor);
[[nodiscard]] std::string to_text(const AttendanceCursor& cursor);
[[nodiscard]] std::string to_text(const AuditCursor& cursor);
[[nodiscard]] std::string to_text(const DayCursor& cursor);
// invalid_argument "invalid_cursor" if the text is not a cursor of the same list.
[[nodiscard]] Result<PersonCursor> parse_person_cursor(std::string_view text);
[[nodiscard]] Result<AuditCursor> parse_audit_cursor(std::string_view text);
[[nodiscard]] Result<AttendanceCursor> parse_attendance_cursor(std::string_view text);
[[nodiscard]] Result<DayCursor> parse_day_cursor(std::string_view text);

}  // namespace sas::store
