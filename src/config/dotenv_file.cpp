#include "config/dotenv_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

namespace sas::config {
namespace {

namespace fs = std::filesystem;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

bool is_name(std::string_view text) {
  return !text.empty() && !(text.front() >= '0' && text.front() <= '9') &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

// nullopt: the quotes do not close, or text follows them.
std::optional<std::string> unquoted(std::string_view text) {
  if (text.empty()) return std::string();
  const char quote = text.front();
  if (quote != '"' && quote != '\'') return std::string(trimmed(text.substr(0, text.find(" #"))));
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == quote) {
      const std::string_view rest = trimmed(text.substr(i + 1));
      if (!rest.empty() && rest.front() != '#') return std::nullopt;
      return value;
    }
    if (quote == '"' && text[i] == '\\' && i + 1 < text.size()) ++i;
    value.push_back(text[i]);
  }
  return std::nullopt;
}

}  // namespace

DotenvLine parse_dotenv_line(std::string_view line) {
  DotenvLine parsed;
  // The byte order mark that editors on Windows put before the first line.
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (line.starts_with(kMark)) line.remove_prefix(kMark.size());
  line = trimmed(line);
  if (line.empty() || line.front() == '#') return parsed;
  constexpr std::string_view kExport = "export ";
  if (line.starts_with(kExport)) line.remove_prefix(kExport.size());
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) {
    parsed.problem = "expected NAME=value";
    return parsed;
  }
  const std::string_view name = trimmed(line.substr(0, equals));
  if (!is_name(name)) {
    parsed.problem = "what is left of \"=\" is not a name: expected letters, digits and underscores";
    return parsed;
  }
  parsed.name = name;
  if (auto value = unquoted(trimmed(line.substr(equals + 1)))) {
    parsed.value = std::move(*value);
  } else {
    parsed.problem = "the quotes of " + parsed.name + " do not close, or text follows them";
  }
  return parsed;
}

Result<void> set_in_dotenv(const fs::path& file, std::string_view name, std::string_view value) {
  const auto unwritable = [&](const std::string& why) {
    return Error::of(ErrorKind::failed_precondition, "dotenv_unwritable",
                     "cannot write " + file.string() + ": " + why + "; set " + std::string(name) + "=" +
                         std::string(value) + " there yourself",
                     {{"path", file.string()}});
  };
  std::string old;
  std::error_code error;
  const bool there = fs::exists(file, error);
  if (there) {
    std::ifstream stream(file, std::ios::binary);
    old.assign(std::istreambuf_iterator<char>(stream), {});
    if (!stream) return unwritable("it is not readable");
  }
  const std::string line = std::string(name) + "=" + std::string(value) + "\n";
  std::string text;
  bool set = false;
  for (std::size_t begin = 0; begin < old.size();) {
    const std::size_t end = std::min(old.find('\n', begin), old.size() - 1) + 1;
    const std::string_view existing(old.data() + begin, end - begin);
    begin = end;
    if (parse_dotenv_line(existing).name != name) {
      text += existing;
      continue;
    }
    if (!set) text += line;
    set = true;
  }
  if (!set) text += (text.empty() || text.ends_with('\n') ? "" : "\n") + line;

  const fs::path part = file.string() + ".part";
  std::ofstream stream(part, std::ios::binary | std::ios::trunc);
  // The file may hold a key, so it keeps its permissions.
  fs::permissions(
      part, there ? fs::status(file, error).permissions() : fs::perms::owner_read | fs::perms::owner_write,
      error);
  stream << text;
  stream.close();
  if (!stream) return unwritable("the folder is not writable, or the disk is full");
  fs::rename(part, file, error);
  if (error) return unwritable(error.message());
  return {};
}

}  // namespace sas::config
