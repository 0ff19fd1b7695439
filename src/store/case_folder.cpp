#include "store/case_folder.h"

#include <cstdint>

#include <wctype.h>

namespace sas::store {
namespace {

struct Decoded {
  char32_t point = 0;
  std::size_t length = 0;  // 0: not UTF-8
};

// The first code point of `text`, which is not empty. Overlong forms and surrogates are not UTF-8.
Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  char32_t point = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    point = (point << 6) | (byte(i) & 0x3FU);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < kSmallest[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return {};
  return {point, length};
}

void encode(char32_t point, std::string& out) {
  const auto put = [&](char32_t bits) { out.push_back(static_cast<char>(static_cast<std::uint8_t>(bits))); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | (point >> 6));
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | (point >> 12));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | (point >> 18));
    put(0x80 | ((point >> 12) & 0x3F));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  }
}

}  // namespace

Result<CaseFolder> CaseFolder::create() {
  Locale locale(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr));
  if (!locale)
    return Error::of(
        ErrorKind::failed_precondition, "locale_missing",
        "this system has no C.UTF-8 locale, which is required to search names; install its libc-bin "
        "(or glibc locale) package");
  return CaseFolder(std::move(locale));
}

std::string CaseFolder::fold(std::string_view text) const {
  std::string folded;
  folded.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode(text);
    if (next.length == 0) {
      folded.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    // To upper case and then to lower case, so that letters with two lower-case forms (the Greek sigmas) match.
    const wint_t upper = towupper_l(static_cast<wint_t>(next.point), locale_.get());
    encode(static_cast<char32_t>(towlower_l(upper, locale_.get())), folded);
    text.remove_prefix(next.length);
  }
  return folded;
}

}  // namespace sas::store
