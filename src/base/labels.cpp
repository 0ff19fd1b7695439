#include "base/labels.h"

#include <algorithm>

#include <fmt/format.h>
#include <utf8proc.h>

#include "base/text.h"

namespace sas {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_blank(char32_t point) { return point == U' ' || point == U'\u3000'; }
bool is_joiner(char32_t point) { return point == 0x200C || point == 0x200D; }
bool is_variation(char32_t point) {
  return (point >= 0xFE00 && point <= 0xFE0F) || (point >= 0xE0100 && point <= 0xE01EF);
}

// Whether something is to be seen, or it changes what is seen.
bool is_visible(char32_t point) {
  // Letters and marks without a picture: fillers, the empty Braille pattern, and the grapheme joiner.
  constexpr std::u32string_view kEmpty = U"\u034F\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0";
  if (kEmpty.find(point) != std::u32string_view::npos) return false;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(point))) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    default:
      return true;
  }
}

}  // namespace

bool is_safe_id(std::string_view text, std::size_t max_length) {
  return !text.empty() && text.size() <= max_length && is_letter_or_digit(text.front()) &&
         std::ranges::all_of(text, [](char c) {
           return is_letter_or_digit(c) || c == '.' || c == '_' || c == ':' || c == '-';
         });
}

std::string safe_id_rule(std::size_t max_length) {
  return fmt::format(
      "must be 1 to {} of the characters A-Z a-z 0-9 . _ : - and begin with a letter or a digit", max_length);
}

std::optional<std::string> normalised_label(std::string_view text, std::size_t max_length) {
  auto label = nfc(text);
  if (!label) return std::nullopt;
  const auto points = code_points(*label);
  if (!points || points->empty() || points->size() > max_length || is_blank(points->front()) ||
      is_blank(points->back()))
    return std::nullopt;
  for (std::size_t i = 0; i < points->size(); ++i) {
    const char32_t point = (*points)[i];
    const bool in_a_script = i > 0 && i + 1 < points->size() && (*points)[i - 1] > 0x7F;
    if (is_joiner(point) ? !in_a_script : !is_visible(point) && !is_blank(point)) return std::nullopt;
    if (is_variation(point) && (i == 0 || (*points)[i - 1] <= 0x7F)) return std::nullopt;
  }
  return label;
}

std::string label_rule(std::size_t max_length) {
  return fmt::format(
      "must be 1 to {} visible characters without blanks at the ends; blanks inside are ordinary ones, and "
      "control or "
      "invisible characters, which text copied from elsewhere may bring, have to go",
      max_length);
}

}  // namespace sas
