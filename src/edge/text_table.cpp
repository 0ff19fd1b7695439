#include "edge/text_table.h"

#include <algorithm>
#include <array>

namespace sas::edge {
namespace {

// Characters, not bytes. East Asian wide characters count once; their columns shift a little.
std::size_t width(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// A name must not be able to write to the terminal's own controls.
std::string without_controls(std::string_view text) {
  std::string shown(text);
  std::replace_if(
      shown.begin(), shown.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20U || static_cast<unsigned char>(c) == 0x7FU; },
      ' ');
  return shown;
}

}  // namespace

std::string format_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += without_controls(row[i]);
      if (i + 1 < row.size()) line.append(widths[i] - width(row[i]) + 2, ' ');
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::string cell = cells[i];
    const bool formula =
        !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos;
    const bool number = cell.size() > 1 && (cell.front() == '-' || cell.front() == '+') &&
                        cell.find_first_not_of("0123456789.", 1) == std::string::npos;
    if (formula && !number) cell.insert(cell.begin(), '\'');
    if (i > 0) line += ',';
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  return line + "\r\n";
}

Result<std::vector<CsvRow>> parse_csv(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<CsvRow> rows;
  CsvRow row{1, {}};
  std::string cell;
  std::size_t line = 1;
  bool quoted = false;
  bool was_quoted = false;
  const auto end_cell = [&] {
    row.cells.push_back(std::move(cell));
    cell.clear();
    was_quoted = false;
  };
  const auto end_row = [&] {
    const bool empty = row.cells.empty() && cell.empty() && !was_quoted;
    end_cell();
    if (!empty) rows.push_back(std::move(row));
    row = CsvRow{line + 1, {}};
  };
  const auto bad = [&](const char* why) {
    return Error::of(ErrorKind::invalid_argument, "invalid_csv", "line " + std::to_string(line) + ": " + why);
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
        cell += '"';
        ++i;
      } else if (c == '"') {
        quoted = false;
      } else {
        if (c == '\n') ++line;
        cell += c;
      }
    } else if (c == '"') {
      if (!cell.empty() || was_quoted) return bad("a quote inside a cell that does not begin with one");
      quoted = was_quoted = true;
    } else if (c == ',') {
      end_cell();
    } else if (c == '\n') {
      end_row();
      ++line;
    } else if (c != '\r') {
      if (was_quoted) return bad("text after a closing quote");
      cell += c;
    }
  }
  if (quoted) return bad("a quote is opened and never closed");
  if (!cell.empty() || !row.cells.empty() || was_quoted) end_row();
  return rows;
}

}  // namespace sas::edge
