#include "store/sqlite/database_lock.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <unistd.h>

namespace sas::sqlite {
namespace {

std::string holder_of(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t size = pread(descriptor, text.data(), text.size() - 1, 0);
  std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace

Result<DatabaseLock> DatabaseLock::acquire(const std::filesystem::path& database) {
  const std::string path = database.string() + ".lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return Error::of(
        ErrorKind::failed_precondition, "storage_unwritable",
        "cannot write " + path + ": " + std::generic_category().message(errno) +
            "; give this user write permission for the folder, or choose another with DATABASE_URL");
  DatabaseLock lock(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0)
    return Error::of(ErrorKind::failed_precondition, "database_in_use",
                     "the database " + database.string() + " is already served by " + holder_of(descriptor) +
                         "; stop it, or give this server another DATABASE_URL");
  // The process id is only information for people: a full disk must not prevent the server from starting.
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, pid.data(), pid.size(), 0) < 0)
    spdlog::warn("cannot write the process id to {}: {}", path, std::generic_category().message(errno));
  return lock;
}

DatabaseLock::DatabaseLock(DatabaseLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

DatabaseLock& DatabaseLock::operator=(DatabaseLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

// The file is not removed: otherwise two processes could hold locks on two files with the same name.
DatabaseLock::~DatabaseLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace sas::sqlite
