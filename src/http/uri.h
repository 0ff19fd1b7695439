#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace sas::http {

// Percent-decoding of RFC 3986. None: a % without two hexadecimal digits, or an encoded NUL, which no name of
// ours can hold and which ends strings early in C interfaces.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

struct Target {
  std::string_view raw_path;  // still encoded; a view into what was parsed
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  // + is a space, as forms send it
};

// A request-target in origin form ("/a?b=c") or absolute form ("http://host/a?b=c"). invalid_argument says
// which part does not decode.
[[nodiscard]] Result<Target> parse_target(std::string_view target);

}  // namespace sas::http
