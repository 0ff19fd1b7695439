#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace sas::vision {

// Writes a file under a temporary name next to its target and moves it into place atomically and
// crash-safely. Until then, and if abandoned, the target stays unchanged.
class FileInstaller {
 public:
  // Creates missing folders. failed_precondition "models_dir_unwritable".
  [[nodiscard]] static Result<FileInstaller> open(const std::filesystem::path& target);
  ~FileInstaller();
  FileInstaller(FileInstaller&&) noexcept;
  FileInstaller& operator=(FileInstaller&&) = delete;

  // failed_precondition "storage_full" or "models_dir_unwritable".
  [[nodiscard]] Result<void> write(std::span<const char> bytes);
  [[nodiscard]] std::uint64_t size() const;  // bytes written so far
  [[nodiscard]] std::string sha256();        // of the bytes written; call once
  // On success the file is durable under its name. Errors as write().
  [[nodiscard]] Result<void> put_in_place();

 private:
  struct Part;
  explicit FileInstaller(std::unique_ptr<Part> part);
  std::unique_ptr<Part> part_;
};

// Translates the errno of a failed write to `path`.
[[nodiscard]] Error cannot_write(const std::filesystem::path& path, int number);

}  // namespace sas::vision
