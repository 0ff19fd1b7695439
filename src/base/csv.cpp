#include "base/csv.h"

#include <istream>
#include <utility>

namespace sas {
namespace {

bool is_plain_number(std::string_view text) {
  return text.size() > 1 && (text.front() == '-' || text.front() == '+') &&
         text.find_first_not_of("0123456789.", 1) == std::string_view::npos;
}

bool is_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos &&
         !is_plain_number(text);
}

}  // namespace

void append_csv_text(std::string& out, std::string_view text) {
  const bool quoted = text.find_first_of(",\"\r\n") != std::string_view::npos;
  if (quoted) out += '"';
  if (is_formula(text)) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  if (quoted) out += '"';
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    append_csv_text(line, cells[i]);
  }
  return line + "\r\n";
}

CsvReader::CsvReader(std::istream& in) : in_(in) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  for (const char expected : kByteOrderMark) {
    if (in_.peek() != static_cast<unsigned char>(expected)) break;
    in_.get();
  }
}

Result<std::optional<CsvRow>> CsvReader::next() {
  CsvRow row{line_, {}};
  std::string cell;
  bool quoted = false;
  bool was_quoted = false;
  const auto end_cell = [&] {
    row.cells.push_back(std::move(cell));
    cell.clear();
    was_quoted = false;
  };
  const auto nothing_yet = [&] { return row.cells.empty() && cell.empty() && !was_quoted; };
  const auto invalid = [&](const char* why) {
    return Error::of(ErrorKind::invalid_argument, "invalid_csv", "line " + std::to_string(line_) + ": " + why,
                     {{"line", line_}});
  };
  for (char c = 0; in_.get(c);) {
    if (quoted) {
      if (c == '"' && in_.peek() == '"') {
        in_.get();
        cell += '"';
      } else if (c == '"') {
        quoted = false;
      } else {
        if (c == '\n') ++line_;
        cell += c;
      }
    } else if (c == '"') {
      if (!cell.empty() || was_quoted) return invalid("a quote inside a cell that does not begin with one");
      quoted = was_quoted = true;
    } else if (c == ',') {
      end_cell();
    } else if (c == '\n') {
      ++line_;
      if (nothing_yet()) {
        row.line = line_;
        continue;
      }
      end_cell();
      return std::optional<CsvRow>(std::move(row));
    } else if (c != '\r') {
      if (was_quoted) return invalid("text after a closing quote");
      cell += c;
    }
  }
  if (quoted) return invalid("a quote is opened and never closed");
  if (nothing_yet()) return std::optional<CsvRow>();
  end_cell();
  return std::optional<CsvRow>(std::move(row));
}

}  // namespace sas
