#pragma once
// Calendar dates as text.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sas {

// A calendar date without a time zone.
using Date = std::chrono::sys_days;

// "2026-11-22".
[[nodiscard]] std::string to_string(Date date);
// None: not of that form, or no such date. Years 0001..9999.
[[nodiscard]] std::optional<Date> parse_date(std::string_view text);

}  // namespace sas
