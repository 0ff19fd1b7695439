#include "base/labels.h"

#include <algorithm>

#include <fmt/format.h>

namespace sas {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
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

bool is_label(std::string_view text, std::size_t max_length) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  std::size_t characters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) return false;
    if ((byte & 0xC0) != 0x80) ++characters;
  }
  return characters <= max_length;
}

std::string label_rule(std::size_t max_length) {
  return fmt::format("must be 1 to {} printable characters without blanks at the ends", max_length);
}

}  // namespace sas
