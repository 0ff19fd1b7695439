#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace sas::vision {

// Writes a file under a temporary name beside its target and puts it in place in one step that survives a
// crash. Until then, and when it is given up, the target stays as it was.
class FileInstaller {
 public:
  // Makes missing folders. failed_precondition "models_dir_unwritable".
  [[nodiscard]] static Result<FileInstaller> open(const std::filesystem::path& target);
  ~FileInstaller();
  FileInstaller(FileInstaller&&) noexcept;
  FileInstaller& operator=(FileInstaller&&) = delete;

  // failed_precondition "storage_full" or "models_dir_unwritable".
  [[nodiscard]] Result<void> write(std::span<const char> bytes);
  [[nodiscard]] std::uint64_t size() const;  // bytes written so far
  [[nodiscard]] std::string sha256();        // of them; once
  // Durable under its name when this succeeds. Errors as write().
  [[nodiscard]] Result<void> put_in_place();

 private:
  struct Part;
  explicit FileInstaller(std::unique_ptr<Part> part);
  std::unique_ptr<Part> part_;
};

// What a failed write to `path` means, from errno.
[[nodiscard]] Error cannot_write(const std::filesystem::path& path, int number);

}  // namespace sas::vision
