#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace sas::attendance {

inline constexpr std::size_t kMaxCameraId = 64;
inline constexpr std::size_t kMaxCode = 64;
inline constexpr std::size_t kMaxName = 200;

// Printable text of 1..most characters (UTF-8 code points), without blanks at its ends.
[[nodiscard]] bool is_label(std::string_view text, std::size_t most);
// invalid_argument with `code`, in the words for a text that is not a label.
[[nodiscard]] Error refuse_label(std::string code, std::string_view what, std::size_t most);

}  // namespace sas::attendance
