#include "base/clock.h"

#include <charconv>
#include <iterator>

#include <date/date.h>
#include <fmt/format.h>

namespace sas {
namespace {

// Parses exactly `digits` decimal digits from `text` and advances past them; -1 on failure.
int take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc{} || end != text.data() + digits || value < 0) return -1;
  text.remove_prefix(digits);
  return value;
}

bool take_char(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

Timestamp SystemClock::now() const {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::string to_rfc3339(Timestamp time) {
  // Every answer contains times, and date::format uses a stream: it would take half the time of writing an
  // answer.
  const auto day = std::chrono::floor<date::days>(time);
  const date::year_month_day ymd{day};
  const date::hh_mm_ss of_day{time - day};
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(ymd.year()),
                                 static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                                 of_day.hours().count(), of_day.minutes().count(), of_day.seconds().count());
  if (of_day.subseconds().count() != 0)
    fmt::format_to(std::back_inserter(text), ".{:06}", of_day.subseconds().count());
  return text + 'Z';
}

Result<Timestamp> parse_rfc3339(std::string_view text) {
  const std::string_view original = text;
  const auto refuse = [&](std::string_view why) {
    return Error::of(ErrorKind::invalid_argument, "invalid_time",
                     "not an RFC 3339 time: \"" + std::string(original.substr(0, 64)) + "\" (" +
                         std::string(why) +
                         "); expected the form 2026-11-22T08:30:00Z or 2026-11-22T08:30:00.25+01:00");
  };

  const int year = take_number(text, 4);
  if (year < 0 || !take_char(text, "-")) return refuse("year");
  const int month = take_number(text, 2);
  if (month < 0 || !take_char(text, "-")) return refuse("month");
  const int day = take_number(text, 2);
  const date::year_month_day ymd{date::year{year}, date::month{static_cast<unsigned>(month)},
                                 date::day{static_cast<unsigned>(day < 0 ? 0 : day)}};
  if (!ymd.ok()) return refuse("no such day");
  if (!take_char(text, "Tt ")) return refuse("time of day");
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23 || !take_char(text, ":")) return refuse("hour");
  const int minute = take_number(text, 2);
  if (minute < 0 || minute > 59 || !take_char(text, ":")) return refuse("minute");
  const int second = take_number(text, 2);
  if (second < 0 || second > 60) return refuse("second");  // 60: a leap second, treated as the next one

  std::int64_t micros = 0;
  if (take_char(text, ".")) {
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      if (digits < 6) micros = micros * 10 + (text.front() - '0');
      ++digits;
      text.remove_prefix(1);
    }
    if (digits == 0 || digits > 9) return refuse("fraction");
    for (; digits < 6; ++digits) micros *= 10;
  }

  std::chrono::minutes offset{0};
  if (!take_char(text, "Zz")) {
    const bool negative = !text.empty() && text.front() == '-';
    if (!take_char(text, "+-")) return refuse("offset missing; end it with Z or +hh:mm");
    const int offset_hour = take_number(text, 2);
    if (offset_hour < 0 || offset_hour > 23 || !take_char(text, ":")) return refuse("offset");
    const int offset_minute = take_number(text, 2);
    if (offset_minute < 0 || offset_minute > 59) return refuse("offset");
    offset = std::chrono::hours{offset_hour} + std::chrono::minutes{offset_minute};
    if (negative) offset = -offset;
  }
  if (!text.empty()) return refuse("text after the time");

  const auto days = date::sys_days{ymd}.time_since_epoch();
  const Timestamp time{std::chrono::duration_cast<std::chrono::microseconds>(days) +
                       std::chrono::hours{hour} + std::chrono::minutes{minute} +
                       std::chrono::seconds{second} + std::chrono::microseconds{micros} - offset};
  // What four digits can name, so that every time that was accepted can be read again from what to_rfc3339() wrote.
  constexpr Timestamp kFirst{std::chrono::duration_cast<std::chrono::microseconds>(
      date::sys_days{date::year{1} / 1 / 1}.time_since_epoch())};
  constexpr Timestamp kEnd{std::chrono::duration_cast<std::chrono::microseconds>(
      date::sys_days{date::year{10000} / 1 / 1}.time_since_epoch())};
  if (time < kFirst || time >= kEnd) return refuse("year");
  return time;
}

}  // namespace sas
