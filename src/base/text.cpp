#include "base/text.h"

#include <cstdlib>
#include <memory>

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
