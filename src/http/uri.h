#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace sas::http {

// Percent-decoding according to RFC 3986. None: a % without two hexadecimal digits, or an encoded NUL, which
// none of our names may contain and which ends strings early in C interfaces.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

struct Target {
  std::string_view raw_path;  // still encoded; a view into the parsed text
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  // + is a space, as in submitted forms
};

// Parses a request-target in origin form ("/a?b=c") or absolute form ("http://host/a?b=c"). invalid_argument
// names the part that cannot be decoded.
[[nodiscard]] Result<Target> parse_target(std::string_view target);

}  // namespace sas::http
