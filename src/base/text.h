#pragma once
// Unicode text that people type. The rules and tables are utf8proc's.

#include <optional>
#include <string>
#include <string_view>

namespace sas {

// In Unicode's normalisation form C, in which "ü" is one character however it was typed. None: not UTF-8.
[[nodiscard]] std::optional<std::string> nfc(std::string_view text);

// What a search compares: without case, without the accents of Latin, Greek and Cyrillic letters, and with full-width
// and other compatible forms as the usual characters. "MÜLLER", "Mu\u0308ller" and "muller" are equal, and so are "Weiß"
// and "weiss". Text that is not UTF-8 is unchanged.
[[nodiscard]] std::string search_key(std::string_view text);

// The code points; none: not UTF-8.
[[nodiscard]] std::optional<std::u32string> code_points(std::string_view text);

}  // namespace sas
