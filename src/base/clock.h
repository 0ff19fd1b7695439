#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.h"

namespace sas {

// UTC, microseconds: SQLite, PostgreSQL and RFC 3339 can all represent it without loss.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// The source of the current time, so that tests can control it. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override;
};

// RFC 3339 in UTC, with microseconds only if not zero: 2026-11-22T15:47:35.120000Z.
[[nodiscard]] std::string to_rfc3339(Timestamp time);

// RFC 3339 with any offset and up to nine fractional digits (truncated to microseconds). invalid_argument: a
// time without an offset, a date alone, or a year outside 1..9999. Guessing a time zone would misplace
// punches around midnight.
[[nodiscard]] Result<Timestamp> parse_rfc3339(std::string_view text);

}  // namespace sas
