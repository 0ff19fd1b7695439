#pragma once

#include <filesystem>

#include "base/error.h"
#include "domain/ids.h"

namespace sas::edge {

// While it lives, no other process of this machine runs the camera of that name: two would make one line of
// records that nobody can tell apart, and send each other's events. The lock goes with the process, however
// that ends.
class CameraLock {
 public:
  // `outbox` is the camera's; the lock is a file beside it. conflict "camera_in_use" names the process that
  // has it; failed_precondition "outbox_unwritable".
  [[nodiscard]] static Result<CameraLock> take(const CameraId& camera, const std::filesystem::path& outbox);
  ~CameraLock();
  CameraLock(CameraLock&& other) noexcept;
  CameraLock& operator=(CameraLock&&) = delete;
  CameraLock(const CameraLock&) = delete;
  CameraLock& operator=(const CameraLock&) = delete;

 private:
  explicit CameraLock(int file) : file_(file) {}
  int file_;
};

}  // namespace sas::edge
