#pragma once
// Text for people (tables) and for programs (CSV).

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sas::edge {

// Columns as wide as their widest cell, two spaces apart, each line ended. The first row is the heading.
[[nodiscard]] std::string format_table(const std::vector<std::vector<std::string>>& rows);

// RFC 4180: quoted where needed, lines end in CRLF. A cell that a spreadsheet would take for a formula (it
// begins with = + - @ or a control character) gets an apostrophe in front.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& cells);

// Rows of cells; empty lines are passed over; a byte order mark is too. invalid_argument "invalid_csv" names
// the line.
struct CsvRow {
  std::size_t line = 0;  // where it begins, from 1
  std::vector<std::string> cells;
};
[[nodiscard]] Result<std::vector<CsvRow>> parse_csv(std::string_view text);

}  // namespace sas::edge
