#pragma once
// The rules of names that people choose. Protocol, services and command line ask here, so that none of them
// accepts what another refuses.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sas {

inline constexpr std::size_t kMaxCameraIdLength = 64;
inline constexpr std::size_t kMaxModelIdLength = 128;

// An id that goes into paths, file names, logs and CSV (a camera, a model): 1..max_length of A-Z a-z 0-9 . _
// : - and the first a letter or a digit.
[[nodiscard]] bool is_safe_id(std::string_view text, std::size_t max_length);
// The rule in words, for an error: "must be 1 to 64 of the characters A-Z a-z 0-9 . _ : - and begin with …".
[[nodiscard]] std::string safe_id_rule(std::size_t max_length);

// Text for people (a person's code or name) in normalisation form C: 1..max_length visible characters (code points), and
// blanks between them. None: something else. Two labels that look the same are the same, as far as that can be decided:
// no control and format characters (U+202E turns a line of a log around), no invisible ones, and no blanks but U+0020 and
// the ideographic U+3000. The joiners U+200C and U+200D and variation selectors are taken inside other scripts than ASCII.
[[nodiscard]] std::optional<std::string> normalised_label(std::string_view text, std::size_t max_length);
// "must be 1 to 64 visible characters, …".
[[nodiscard]] std::string label_rule(std::size_t max_length);

}  // namespace sas
