#include "edge/camera_lock.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/private_file.h"

namespace sas::edge {

Result<CameraLock> CameraLock::take(const CameraId& camera, const std::filesystem::path& outbox) {
  std::filesystem::path path = outbox;
  path += ".lock";
  const auto unwritable = [&](const std::string& why) {
    return Error::of(ErrorKind::failed_precondition, "outbox_unwritable",
                     "cannot lock the camera with " + path.string() + ": " + why +
                         "; fix its permissions or choose another DATA_DIR");
  };
  if (const auto made = make_private_folder(path.parent_path()); !made)
    return unwritable(made.error().message);
  if (const auto made = make_private_file(path); !made) return unwritable(made.error().message);
  const int file = ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return unwritable(std::generic_category().message(errno));
  CameraLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return unwritable(std::generic_category().message(errno));
    std::array<char, 32> text{};
    const auto length = ::read(file, text.data(), text.size() - 1);
    const std::string process = length > 0 ? " (process " + std::to_string(std::atol(text.data())) + ")" : "";
    return Error::of(ErrorKind::conflict, "camera_in_use",
                     "a camera named \"" + camera.value + "\" is already running on this machine" + process +
                         "; choose another --camera-id, or stop the other one");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, pid.data(), pid.size(), 0) < 0)
    return unwritable(std::generic_category().message(errno));
  return lock;
}

CameraLock::~CameraLock() {
  if (file_ >= 0) ::close(file_);
}

CameraLock::CameraLock(CameraLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

}  // namespace sas::edge
