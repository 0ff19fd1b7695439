#include "base/text.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>

#include <fmt/format.h>
#include <utf8proc.h>

namespace sas {
namespace {

struct Free {
  void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

std::optional<std::string> mapped(std::string_view text, unsigned options) {
  utf8proc_uint8_t* out = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &out, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, Free> owned(out);
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
}

// Characters that do something to a terminal or to a line instead of being seen. The joiners belong to words.
bool is_for_machines(utf8proc_int32_t point) {
  if (point == 0x200C || point == 0x200D) return false;
  const auto category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
         category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

// The accents of alphabets whose letters are told apart without them. In other scripts marks are vowels.
bool is_accent(char32_t point) { return point >= 0x0300 && point <= 0x036F; }

}  // namespace

std::optional<std::string> nfc(std::string_view text) {
  return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::optional<std::u32string> code_points(std::string_view text) {
  std::u32string points;
  const auto* next = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t point = -1;
    const auto length = utf8proc_iterate(next, left, &point);
    if (length <= 0) return std::nullopt;
    points.push_back(static_cast<char32_t>(point));
    next += length;
    left -= length;
  }
  return points;
}

std::string log_text(std::string_view text) {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7F; };
  if (std::ranges::all_of(text, is_plain)) return std::string(text);
  std::string shown;
  shown.reserve(text.size() + 16);
  while (!text.empty()) {
    utf8proc_int32_t point = -1;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(text.size()), &point);
    const std::size_t size = length > 0 ? static_cast<std::size_t>(length) : 1;
    if (length <= 0) {
      fmt::format_to(std::back_inserter(shown), "\\x{:02x}", static_cast<unsigned char>(text.front()));
    } else if (point == '\n') {
      shown += "\n  ";
    } else if (point == '\t' || !is_for_machines(point)) {
      shown.append(text.substr(0, size));
    } else {
      fmt::format_to(std::back_inserter(shown), "\\u{:04x}", point);
    }
    text.remove_prefix(size);
  }
  return shown;
}

std::string search_key(std::string_view text) {
  const auto folded =
      mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
  if (!folded) return std::string(text);
  std::string key;
  key.reserve(folded->size());
  std::string_view rest = *folded;
  while (!rest.empty()) {
    utf8proc_int32_t point = -1;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(rest.data()),
                                         static_cast<utf8proc_ssize_t>(rest.size()), &point);
    const std::size_t size = length > 0 ? static_cast<std::size_t>(length) : rest.size();
    if (!is_accent(static_cast<char32_t>(point))) key.append(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  return key;
}

}  // namespace sas
