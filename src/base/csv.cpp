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
  // The full-width forms of = + - @, which a spreadsheet takes for the same.
  for (const std::string_view twin : {"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"})
    if (text.starts_with(twin)) return true;
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos &&
         !is_plain_number(text);
}

// The one of , ; and tab that stands most often in the line outside quotes; a comma if there is none.
char separator_of(std::string_view line) {
  char separator = ',';
  std::ptrdiff_t most = 0;
  for (const char candidate : {',', ';', '\t'}) {
    std::ptrdiff_t count = 0;
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      if (c == candidate && !quoted) ++count;
    }
    if (count > most) {
      most = count;
      separator = candidate;
    }
  }
  return separator;
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
  constexpr std::size_t kLongestLine = 65536;
  for (char c = 0; first_line_.size() < kLongestLine && in_.get(c);) {
    first_line_ += c;
    if (c == '\n' || c == '\r') break;
  }
  if (first_line_.starts_with(kByteOrderMark)) first_line_.erase(0, kByteOrderMark.size());
  separator_ = separator_of(first_line_);
}

bool CsvReader::take(char& c) {
  if (taken_ == first_line_.size()) return static_cast<bool>(in_.get(c));
  c = first_line_[taken_++];
  return true;
}

bool CsvReader::take_if(char expected) {
  if (taken_ < first_line_.size()) {
    if (first_line_[taken_] != expected) return false;
    ++taken_;
    return true;
  }
  if (in_.peek() != static_cast<unsigned char>(expected)) return false;
  in_.get();
  return true;
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
  for (char c = 0; take(c);) {
    if (c == '\r' && !quoted) {
      // CRLF, or the line end of an old Macintosh.
      static_cast<void>(take_if('\n'));
      c = '\n';
    }
    if (quoted) {
      if (c == '"' && take_if('"')) {
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
    } else if (c == separator_) {
      end_cell();
    } else if (c == '\n') {
      ++line_;
      if (nothing_yet()) {
        row.line = line_;
        continue;
      }
      end_cell();
      return std::optional<CsvRow>(std::move(row));
    } else {
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
