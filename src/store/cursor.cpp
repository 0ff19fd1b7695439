#include "store/cursor.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sas::store {
namespace {

// The first byte identifies the list that issued the cursor.
constexpr std::uint8_t kPersons = 0x01;
constexpr std::uint8_t kAttendance = 0x02;
constexpr std::uint8_t kAudit = 0x03;
constexpr std::uint8_t kDays = 0x04;
constexpr std::size_t kNumberSize = 8;
constexpr std::size_t kDateSize = 4;
constexpr std::string_view kHex = "0123456789abcdef";

std::string to_hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text.push_back(kHex[byte >> 4]);
    text.push_back(kHex[byte & 15]);
  }
  return text;
}

std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text, std::uint8_t list) {
  constexpr std::size_t kLongest = 4096;
  if (text.size() < 2 || text.size() % 2 != 0 || text.size() > kLongest) return std::nullopt;
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = kHex.find(text[i]);
    const auto low = kHex.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>((high << 4) | low));
  }
  if (bytes.front() != list) return std::nullopt;
  bytes.erase(bytes.begin());
  return bytes;
}

void append(std::vector<std::uint8_t>& bytes, std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  for (std::size_t i = 0; i < kNumberSize; ++i)
    bytes.push_back(static_cast<std::uint8_t>(bits >> (56 - 8 * i)));
}

// The number at the beginning, which has at least its size.
std::int64_t number_in(std::span<const std::uint8_t> bytes) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kNumberSize; ++i) bits = (bits << 8) | bytes[i];
  return static_cast<std::int64_t>(bits);
}

Error refused(std::string_view text) {
  return Error::of(ErrorKind::invalid_argument, "invalid_cursor",
                   "not a cursor of this list: \"" + std::string(text.substr(0, 64)) +
                       "\"; use next_cursor of the previous page, or omit it to start from the beginning");
}

}  // namespace

std::string to_text(const PersonCursor& cursor) {
  std::vector<std::uint8_t> bytes{kPersons};
  bytes.insert(bytes.end(), cursor.code.begin(), cursor.code.end());
  return to_hex(bytes);
}

std::string to_text(const AttendanceCursor& cursor) {
  std::vector<std::uint8_t> bytes{kAttendance};
  append(bytes, cursor.captured_at.time_since_epoch().count());
  const auto& event = cursor.event.value().bytes();
  bytes.insert(bytes.end(), event.begin(), event.end());
  return to_hex(bytes);
}

std::string to_text(const AuditCursor& cursor) {
  std::vector<std::uint8_t> bytes{kAudit};
  append(bytes, cursor.sequence);
  return to_hex(bytes);
}

// Whether the person is removed, the date, the id, the code.
std::string to_text(const DayCursor& cursor) {
  std::vector<std::uint8_t> bytes{kDays, static_cast<std::uint8_t>(cursor.removed ? 1 : 0)};
  const auto day = static_cast<std::uint32_t>(cursor.date.time_since_epoch().count());
  for (std::size_t i = 0; i < kDateSize; ++i) bytes.push_back(static_cast<std::uint8_t>(day >> (24 - 8 * i)));
  const auto& person = cursor.person.value().bytes();
  bytes.insert(bytes.end(), person.begin(), person.end());
  bytes.insert(bytes.end(), cursor.code.begin(), cursor.code.end());
  return to_hex(bytes);
}

Result<PersonCursor> parse_person_cursor(std::string_view text) {
  const auto bytes = from_hex(text, kPersons);
  if (!bytes) return refused(text);
  return PersonCursor{std::string(bytes->begin(), bytes->end())};
}

Result<AttendanceCursor> parse_attendance_cursor(std::string_view text) {
  const auto bytes = from_hex(text, kAttendance);
  if (!bytes || bytes->size() != kNumberSize + Uuid::kSize) return refused(text);
  const auto event = Uuid::from_bytes(std::span(*bytes).subspan(kNumberSize));
  if (!event) return refused(text);
  return AttendanceCursor{Timestamp{std::chrono::microseconds{number_in(*bytes)}}, EventId(*event)};
}

Result<AuditCursor> parse_audit_cursor(std::string_view text) {
  const auto bytes = from_hex(text, kAudit);
  if (!bytes || bytes->size() != kNumberSize) return refused(text);
  return AuditCursor{number_in(*bytes)};
}

Result<DayCursor> parse_day_cursor(std::string_view text) {
  constexpr std::size_t kBeforeCode = 1 + kDateSize + Uuid::kSize;
  const auto bytes = from_hex(text, kDays);
  if (!bytes || bytes->size() <= kBeforeCode || bytes->front() > 1) return refused(text);
  std::uint32_t day = 0;
  for (std::size_t i = 0; i < kDateSize; ++i) day = (day << 8) | (*bytes)[1 + i];
  const auto person = Uuid::from_bytes(std::span(*bytes).subspan(1 + kDateSize, Uuid::kSize));
  if (!person) return refused(text);
  return DayCursor{.removed = bytes->front() == 1,
                   .code = std::string(bytes->begin() + kBeforeCode, bytes->end()),
                   .person = PersonId(*person),
                   .date = Date(std::chrono::days(static_cast<std::int32_t>(day)))};
}

}  // namespace sas::store
