#pragma once
// CSV as RFC 4180 has it: lines end in CRLF, UTF-8, no byte order mark.

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sas {

// One cell of text: quoted where it must be, and with a ' in front where a spreadsheet would take it for a
// formula (OWASP, "CSV Injection"): it begins with = + - @, a tab or a carriage return and is not a plain
// number such as -0.25.
void append_csv_text(std::string& out, std::string_view text);
// The cells as text, and the line's end.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& cells);

// A column of a table whose rows are `Row`s: its name, and what writes its cell.
template <class Row>
struct CsvColumn {
  std::string_view name;
  void (*append)(std::string& out, const Row& row);
};

template <class Row>
void append_csv_header(std::string& out, std::span<const CsvColumn<Row>> columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    append_csv_text(out, columns[i].name);
  }
  out += "\r\n";
}

template <class Row>
void append_csv_row(std::string& out, std::span<const CsvColumn<Row>> columns, const Row& row) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    columns[i].append(out, row);
  }
  out += "\r\n";
}

struct CsvRow {
  std::size_t line = 0;  // where it begins, from 1
  std::vector<std::string> cells;
};

// Reads CSV row by row, so that a file need not fit into memory. Skips a byte order mark and empty lines, and
// takes the line ends of any system, and as the separator what the first line uses: a comma, a semicolon (spreadsheets
// where the comma is the decimal point) or a tab. An apostrophe that append_csv_text() put in front stays. Used by one
// thread.
class CsvReader {
 public:
  // `in` outlives it.
  explicit CsvReader(std::istream& in);

  // The next row; none at the end. invalid_argument "invalid_csv": a quote in the wrong place or never
  // closed; the message begins with "line N: ", and details.line is N.
  [[nodiscard]] Result<std::optional<CsvRow>> next();

 private:
  // The next character; false at the end.
  [[nodiscard]] bool take(char& c);
  // Takes the next character if it is this one.
  [[nodiscard]] bool take_if(char expected);

  std::istream& in_;
  std::string first_line_;
  std::size_t taken_ = 0;  // characters of first_line_
  char separator_ = ',';
  std::size_t line_ = 1;
};

}  // namespace sas
