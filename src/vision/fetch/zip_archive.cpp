#include "vision/fetch/zip_archive.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <new>

#include <archive.h>
#include <archive_entry.h>

#include "vision/pack/install.h"

namespace sas::vision {
namespace {

namespace fs = std::filesystem;

struct CloseArchive {
  void operator()(archive* opened) const { archive_read_free(opened); }
};
using Reader = std::unique_ptr<archive, CloseArchive>;

Error unreadable(const fs::path& zip, archive* reader) {
  const char* why = archive_error_string(reader);
  return Error::of(ErrorKind::data_loss, "archive_unreadable",
                   zip.string() + " is not a readable zip file" +
                       (why == nullptr ? std::string() : " (" + std::string(why) + ")") +
                       ". Download it again and compare its SHA-256",
                   {{"path", zip.string()}});
}

bool leaves_the_folder(const fs::path& entry) {
  return entry.is_absolute() || std::ranges::find(entry, "..") != entry.end() ||
         entry.string().find('\\') != std::string::npos;
}

Result<void> unpack_entry(archive* reader, const fs::path& zip, const PackFile& file,
                          const fs::path& target) {
  auto part = FileInstaller::open(target);
  if (!part) return part.error();
  const fs::path shown = zip / file.name;
  std::vector<char> buffer(1 << 18);
  while (true) {
    const auto size = archive_read_data(reader, buffer.data(), buffer.size());
    if (size < 0) return unreadable(zip, reader);
    if (size == 0) break;
    // A few kilobytes can unpack to terabytes; stop at the first byte too many.
    if (part->size() + static_cast<std::uint64_t>(size) > file.bytes)
      return Error::of(ErrorKind::data_loss, "model_damaged",
                       shown.string() + " does not match the manifest: it is longer than " +
                           std::to_string(file.bytes) + " bytes",
                       {{"path", shown.string()}, {"expected", file.sha256}});
    if (auto written = part->write(std::span(buffer).first(static_cast<std::size_t>(size))); !written)
      return written.error();
  }
  return place_pack_file(file, *part, shown);
}

}  // namespace

bool looks_like_zip(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return false;
  if (path.extension() == ".zip") return true;
  std::ifstream stream(path, std::ios::binary);
  std::array<char, 4> head{};
  stream.read(head.data(), head.size());
  return stream && head == std::array<char, 4>{'P', 'K', '\x03', '\x04'};
}

Result<std::vector<std::string>> unpack_zip(const fs::path& zip, const ModelPack& pack,
                                            const std::vector<PackFile>& wanted, const fs::path& models_dir) {
  const Reader reader(archive_read_new());
  if (!reader) throw std::bad_alloc();
  archive_read_support_format_zip(reader.get());
  constexpr std::size_t kBlock = 1 << 16;
  if (archive_read_open_filename(reader.get(), zip.c_str(), kBlock) != ARCHIVE_OK)
    return unreadable(zip, reader.get());
  std::vector<std::string> installed;
  while (true) {
    archive_entry* entry = nullptr;
    const int state = archive_read_next_header(reader.get(), &entry);
    if (state == ARCHIVE_EOF) break;
    if (state < ARCHIVE_WARN) return unreadable(zip, reader.get());
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr) continue;
    const fs::path path(name);
    if (leaves_the_folder(path))
      return Error::of(ErrorKind::invalid_argument, "archive_unsafe",
                       zip.string() + " has the entry \"" + path.string() +
                           "\", which points outside the target folder: the archive may be malicious. "
                           "Unpacking was stopped",
                       {{"path", zip.string()}, {"entry", path.string()}});
    const auto file = std::ranges::find(wanted, path.filename().string(), &PackFile::name);
    const bool again = std::ranges::find(installed, path.filename().string()) != installed.end();
    if (file == wanted.end() || again || archive_entry_filetype(entry) != AE_IFREG) continue;
    auto unpacked = unpack_entry(reader.get(), zip, *file, models_dir / pack.name / file->name);
    if (!unpacked) return unpacked.error();
    installed.push_back(file->name);
  }
  return installed;
}

}  // namespace sas::vision
