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
#include <sys/stat.h>
#include <unistd.h>

namespace sas::store::sqlite {
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
  const auto unwritable = [](const std::string& what) {
    return Error::of(
        ErrorKind::failed_precondition, "storage_unwritable",
        "cannot write " + what + ": " + std::generic_category().message(errno) +
            "; give this user write permission for the folder, or choose another with DATABASE_URL");
  };
  DatabaseLock lock(database, ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (lock.named_ < 0) return unwritable(path);
  lock.file_ = ::open(database.c_str(), O_RDWR | O_CLOEXEC);
  if (lock.file_ < 0) return unwritable(database.string());
  if (flock(lock.named_, LOCK_EX | LOCK_NB) != 0 || flock(lock.file_, LOCK_EX | LOCK_NB) != 0)
    return Error::of(ErrorKind::failed_precondition, "database_in_use",
                     "the database " + database.string() + " is already served by " + holder_of(lock.named_) +
                         "; stop it, or give this server another DATABASE_URL");
  // The process id is only information for people: a full disk must not prevent the server from starting.
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(lock.named_, 0) != 0 || pwrite(lock.named_, pid.data(), pid.size(), 0) < 0)
    spdlog::warn("cannot write the process id to {}: {}", path, std::generic_category().message(errno));
  return lock;
}

bool DatabaseLock::in_place() const {
  struct stat ours {};
  struct stat named {};
  return ::fstat(file_, &ours) == 0 && ::stat(database_.c_str(), &named) == 0 &&
         ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

DatabaseLock::DatabaseLock(DatabaseLock&& other) noexcept
    : database_(std::move(other.database_)),
      named_(std::exchange(other.named_, -1)),
      file_(std::exchange(other.file_, -1)) {}

DatabaseLock& DatabaseLock::operator=(DatabaseLock&& other) noexcept {
  std::swap(database_, other.database_);
  std::swap(named_, other.named_);
  std::swap(file_, other.file_);
  return *this;
}

// The file is not removed: otherwise two processes could hold locks on two files with the same name.
DatabaseLock::~DatabaseLock() {
  for (const int descriptor : {file_, named_})
    if (descriptor >= 0) ::close(descriptor);
}

}  // namespace sas::store::sqlite
