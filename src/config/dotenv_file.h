#pragma once
// The grammar of .env files; everything that reads or writes one uses this.
//
//   # a comment                    ignored, as are blank lines
//   NAME=value                     up to the end of the line or " #"; surrounding spaces do not count
//   export NAME=value              the same
//   NAME='value'                   taken literally
//   NAME="value"                   a backslash takes the next character literally
//
// Names are letters, digits and underscores and do not begin with a digit. Values do not span lines, and nothing is
// expanded in them. After a closing quote only a comment may follow. The last of several lines with one name counts.

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace sas::config {

struct DotenvLine {
  std::string name;     // empty: the line sets nothing
  std::string value;    // without quotes and comment
  std::string problem;  // empty: none. Never repeats the line, which may hold a password
};
[[nodiscard]] DotenvLine parse_dotenv_line(std::string_view line);

// Sets NAME=value in a .env file and leaves every other line as it is. Creates a missing file; replaces an existing
// one atomically. If several lines set the name, one remains. failed_precondition "dotenv_unwritable".
[[nodiscard]] Result<void> set_in_dotenv(const std::filesystem::path& file, std::string_view name,
                                         std::string_view value);

}  // namespace sas::config
