#pragma once

#include <filesystem>

#include "base/error.h"
#include "domain/ids.h"

namespace sas::edge {

// While it exists, no other process on this machine can run a camera of the same name. Two of them would send
// each other's events, and the log could not tell them apart. The lock ends with the process, even if that is
// killed.
class CameraLock {
 public:
  // `outbox` is the camera's; the lock is a file next to it. conflict "camera_in_use" names the process that
  // holds it; failed_precondition "outbox_unwritable".
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
