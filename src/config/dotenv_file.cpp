#include "config/dotenv_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

namespace sas::config {
namespace {

namespace fs = std::filesystem;

bool sets(std::string_view line, std::string_view name) {
  const auto skip_spaces = [&] {
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  };
  skip_spaces();
  if (line.starts_with("export ")) line.remove_prefix(7);
  skip_spaces();
  if (!line.starts_with(name)) return false;
  line.remove_prefix(name.size());
  skip_spaces();
  return line.starts_with('=');
}

}  // namespace

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
    if (!stream) return unwritable("it cannot be read");
  }
  const std::string line = std::string(name) + "=" + std::string(value) + "\n";
  std::string text;
  bool set = false;
  for (std::size_t begin = 0; begin < old.size();) {
    const std::size_t end = std::min(old.find('\n', begin), old.size() - 1) + 1;
    const std::string_view existing(old.data() + begin, end - begin);
    begin = end;
    if (!sets(existing, name)) {
      text += existing;
      continue;
    }
    if (!set) text += line;
    set = true;
  }
  if (!set) text += (text.empty() || text.ends_with('\n') ? "" : "\n") + line;

  const fs::path part = file.string() + ".part";
  std::ofstream stream(part, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  if (!stream) return unwritable("the folder cannot be written, or the disk is full");
  // It may hold a key: no one who could not read it before can now.
  fs::permissions(
      part, there ? fs::status(file, error).permissions() : fs::perms::owner_read | fs::perms::owner_write,
      error);
  fs::rename(part, file, error);
  if (error) return unwritable(error.message());
  return {};
}

}  // namespace sas::config
