#pragma once
// Times as people write and read them, in this machine's time zone. On the wire they are UTC.

#include <string>
#include <string_view>

#include "base/clock.h"

namespace sas::edge {

enum class Bound { from, to };

// RFC 3339, or in local time: YYYY-MM-DD, "YYYY-MM-DD HH:MM[:SS]", "today", "yesterday", "now". A day is its
// first moment as `from` and the first moment of the day after as `to`, so that "--to 2026-11-22" includes
// that day. Days are calendar days: when clocks change, a day has 23 or 25 hours. invalid_argument
// "invalid_time".
[[nodiscard]] Result<Timestamp> parse_when(std::string_view text, Bound bound, Timestamp now);

// "2026-11-22 17:04:05 +0100".
[[nodiscard]] std::string to_local(Timestamp time);

}  // namespace sas::edge
