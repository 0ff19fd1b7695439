#include "store/cursor.h"

#include <gtest/gtest.h>

namespace sas::store {
namespace {

TEST(Cursor, ComesBackAsItWas) {
  const SystemClock clock;
  const AttendanceCursor log{clock.now(), EventId::make(clock.now())};
  const auto log_again = parse_attendance_cursor(to_text(log));
  ASSERT_TRUE(log_again);
  EXPECT_EQ(log_again->captured_at, log.captured_at);
  EXPECT_EQ(log_again->event, log.event);

  const auto audit = parse_audit_cursor(to_text(AuditCursor{1234567890123}));
  ASSERT_TRUE(audit);
  EXPECT_EQ(audit->sequence, 1234567890123);

  const auto person = parse_person_cursor(to_text(PersonCursor{"Ä-7'%"}));
  ASSERT_TRUE(person);
  EXPECT_EQ(person->code, "Ä-7'%");
}

TEST(Cursor, RefusesWhatTheListDidNotGive) {
  for (const char* text : {"", "0", "zz", "01g0", "02", "0200", "xyz", "03aa"}) {
    const auto log = parse_attendance_cursor(text);
    ASSERT_FALSE(log) << text;
    EXPECT_EQ(log.error().code, "invalid_cursor");
  }
  EXPECT_FALSE(parse_audit_cursor(to_text(PersonCursor{"12345678"})));
  EXPECT_FALSE(parse_person_cursor(to_text(AttendanceCursor{})));
  EXPECT_FALSE(parse_attendance_cursor(to_text(PersonCursor{"a"})));
}

}  // namespace
}  // namespace sas::store
