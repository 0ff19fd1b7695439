#pragma once
// Unicode text that people type. The rules and tables are utf8proc's.

#include <optional>
#include <string>
#include <string_view>

namespace sas {

// In Unicode's normalisation form C, in which "ü" is one character however it was typed. None: not UTF-8.
[[nodiscard]] std::optional<std::string> nfc(std::string_view text);

// One entry of a log, as it may be printed: control characters, what turns the direction of a line around (U+202E) and
// bytes that are not UTF-8 are written as \u202e and \x9b; further lines are indented, so that no text from outside
// looks like an entry of its own.
[[nodiscard]] std::string log_text(std::string_view text);

// What a search compares: without case, without the accents of Latin, Greek and Cyrillic letters, and with full-width
// and other compatible forms as the usual characters. "MÜLLER", "Mu\u0308ller" and "muller" are equal, and so are "Weiß"
// and "weiss". Text that is not UTF-8 is unchanged.
[[nodiscard]] std::string search_key(std::string_view text);

// The code points; none: not UTF-8.
[[nodiscard]] std::optional<std::u32string> code_points(std::string_view text);

}  // namespace sas
