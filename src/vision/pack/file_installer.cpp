#include "vision/pack/file_installer.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/folder_sync.h"
#include "base/uuid.h"
#include "vision/pack/checksum.h"

namespace sas::vision {

namespace fs = std::filesystem;

Error cannot_write(const fs::path& path, int number) {
  if (number == ENOSPC || number == EDQUOT || number == EFBIG)
    return Error::of(
        ErrorKind::failed_precondition, "storage_full",
        "no space left to write " + path.string() + " (" + std::strerror(number) +
            "). Free some space or choose another folder with --models-dir or MODELS_DIR, then try again",
        {{"path", path.string()}});
  return Error::of(ErrorKind::failed_precondition, "models_dir_unwritable",
                   "cannot write " + path.string() + ": " + std::strerror(number) +
                       ". Choose another folder with --models-dir or MODELS_DIR",
                   {{"path", path.string()}});
}

struct FileInstaller::Part {
  fs::path target;
  fs::path path;
  int descriptor = -1;
  std::uint64_t size = 0;
  Sha256 sum;

  Part() = default;
  ~Part() {
    if (descriptor < 0) return;
    ::close(descriptor);
    std::error_code ignored;
    fs::remove(path, ignored);
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
};

FileInstaller::FileInstaller(std::unique_ptr<Part> part) : part_(std::move(part)) {}
FileInstaller::~FileInstaller() = default;
FileInstaller::FileInstaller(FileInstaller&&) noexcept = default;

Result<FileInstaller> FileInstaller::open(const fs::path& target) {
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (error) return cannot_write(target.parent_path(), error.value());
  auto part = std::make_unique<Part>();
  part->target = target;
  const auto id = Uuid::v7(SystemClock{}.now()).to_string();
  part->path = target.parent_path() / ("." + target.filename().string() + "." + id + ".part");
  part->descriptor = ::open(part->path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (part->descriptor < 0) return cannot_write(target, errno);
  return FileInstaller(std::move(part));
}

Result<void> FileInstaller::write(std::span<const char> bytes) {
  part_->sum.add(bytes);
  part_->size += bytes.size();
  while (!bytes.empty()) {
    const auto written = ::write(part_->descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_write(part_->target, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

std::uint64_t FileInstaller::size() const { return part_->size; }

std::string FileInstaller::sha256() { return part_->sum.hex(); }

Result<void> FileInstaller::put_in_place() {
  const auto& target = part_->target;
  if (::fsync(part_->descriptor) != 0 || ::rename(part_->path.c_str(), target.c_str()) != 0)
    return cannot_write(target, errno);
  ::close(std::exchange(part_->descriptor, -1));
  if (const auto problem = sync_folder(target.parent_path())) return cannot_write(target, problem.value());
  return {};
}

}  // namespace sas::vision
