#include "edge/private_file.h"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sas::edge {
namespace {

namespace fs = std::filesystem;

Error unwritable(const fs::path& path, const std::string& why) {
  return Error::of(ErrorKind::failed_precondition, "outbox_unwritable",
                   "cannot keep events in " + path.string() + ": " + why +
                       "; fix its permissions or choose another DATA_DIR");
}

std::string system_error() { return std::generic_category().message(errno); }

// Takes the rights of group and others from what `path` itself is. `status`: of it, from lstat().
Result<void> tighten(const fs::path& path, const struct stat& status) {
  constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
  if ((status.st_mode & kOthers) == 0) return {};
  constexpr mode_t kAll = 07777;
  if (::chmod(path.c_str(), status.st_mode & kAll & ~kOthers) == 0) return {};
  return unwritable(path, "others may read it, and that cannot be changed (" + system_error() + ")");
}

}  // namespace

Result<void> make_private_folder(const fs::path& folder) {
  std::error_code failed;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), failed);
  if (failed) return unwritable(folder, failed.message());
  if (::mkdir(folder.c_str(), S_IRWXU) == 0) return {};
  if (errno != EEXIST) return unwritable(folder, system_error());
  struct stat status {};
  // An operator may have put the outbox on another disk with a link: it is what the link leads to that counts.
  if (::stat(folder.c_str(), &status) != 0) return unwritable(folder, system_error());
  if (!S_ISDIR(status.st_mode)) return unwritable(folder, "it is not a folder");
  return tighten(folder, status);
}

Result<void> tighten_private_file(const fs::path& file) {
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return unwritable(file, system_error());
  }
  if (S_ISLNK(status.st_mode)) return unwritable(file, "it is a link, which is not followed; remove it");
  if (!S_ISREG(status.st_mode)) return unwritable(file, "it is not a file");
  return tighten(file, status);
}

Result<void> make_private_file(const fs::path& file) {
  const int created =
      ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (created >= 0) {
    ::close(created);
    return {};
  }
  if (errno != EEXIST) return unwritable(file, system_error());
  return tighten_private_file(file);
}

}  // namespace sas::edge
