#include "edge/local_time.h"

#include <array>
#include <ctime>
#include <optional>

namespace sas::edge {
namespace {

std::time_t seconds_of(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

Timestamp from_seconds(std::time_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

std::tm local(std::time_t seconds) {
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

// mktime() carries days over month ends and knows when clocks change.
Timestamp day(std::tm parts, int days_later) {
  parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
  parts.tm_mday += days_later;
  parts.tm_isdst = -1;
  return from_seconds(std::mktime(&parts));
}

// None: not of that form, or no such day or time.
std::optional<std::tm> parse_local(const std::string& text, const char* format) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), format, &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  std::tm check = parts;
  check.tm_isdst = -1;
  check.tm_hour = 12;  // every day has a noon
  if (std::mktime(&check) == -1 || check.tm_mday != parts.tm_mday) return std::nullopt;  // 30 February
  parts.tm_isdst = -1;
  return parts;
}

}  // namespace

Result<Timestamp> parse_when(std::string_view text, Bound bound, Timestamp now) {
  const std::string written(text);
  const int later = bound == Bound::to ? 1 : 0;
  if (written == "now") return now;
  if (written == "today") return day(local(seconds_of(now)), later);
  if (written == "yesterday") return day(local(seconds_of(now)), later - 1);
  if (const auto parts = parse_local(written, "%Y-%m-%d")) return day(*parts, later);
  for (const char* format : {"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"}) {
    if (auto parts = parse_local(written, format)) return from_seconds(std::mktime(&*parts));
  }
  auto exact = parse_rfc3339(text);
  if (exact) return exact;
  return Error::of(ErrorKind::invalid_argument, "invalid_time",
                   "\"" + written +
                       "\" is not a time; write 2026-11-22, \"2026-11-22 08:30\", today, yesterday, now or "
                       "2026-11-22T08:30:00+01:00");
}

std::string to_local(Timestamp time) {
  const std::tm parts = local(seconds_of(time));
  std::array<char, 64> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %z", &parts);
  return {text.data(), size};
}

}  // namespace sas::edge
