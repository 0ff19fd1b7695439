#include "base/private_file.h"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sas {
namespace {

namespace fs = std::filesystem;

Error not_private(std::string why) {
  return Error::of(ErrorKind::failed_precondition, "not_private", std::move(why));
}

std::string system_error() { return std::generic_category().message(errno); }

// Takes the rights of group and others from what `path` itself is. `status`: its own, from lstat() or stat().
Result<void> tighten(const fs::path& path, const struct stat& status) {
  constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
  if ((status.st_mode & kOthers) == 0) return {};
  constexpr mode_t kAll = 07777;
  if (::chmod(path.c_str(), status.st_mode & kAll & ~kOthers) == 0) return {};
  return not_private("others may read it, and that cannot be changed (" + system_error() + ")");
}

}  // namespace

Result<void> make_private_folder(const fs::path& folder) {
  std::error_code failed;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), failed);
  if (failed) return not_private(failed.message());
  if (::mkdir(folder.c_str(), S_IRWXU) == 0) return {};
  if (errno != EEXIST) return not_private(system_error());
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) return not_private(system_error());
  if (!S_ISDIR(status.st_mode)) return not_private("it is not a folder");
  return tighten(folder, status);
}

Result<void> tighten_private_file(const fs::path& file) {
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return not_private(system_error());
  }
  if (S_ISLNK(status.st_mode)) return not_private("it is a link, which is not followed; remove it");
  if (!S_ISREG(status.st_mode)) return not_private("it is not a file");
  return tighten(file, status);
}

Result<void> make_private_file(const fs::path& file) {
  const int created =
      ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (created >= 0) {
    ::close(created);
    return {};
  }
  if (errno != EEXIST) return not_private(system_error());
  return tighten_private_file(file);
}

}  // namespace sas
