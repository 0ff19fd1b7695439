#include "vision/fetch/fetch.h"

#include <algorithm>

#include "vision/fetch/download.h"
#include "vision/fetch/licence.h"
#include "vision/fetch/zip_archive.h"

namespace sas::vision {
namespace {

namespace fs = std::filesystem;

std::vector<PackFile> missing_files(const ModelPack& pack, const fs::path& models_dir) {
  std::vector<PackFile> missing;
  for (const auto& check : check_files(pack, models_dir))
    if (check.state != FileCheck::State::good) missing.push_back(check.file);
  return missing;
}

std::string last_part(const std::string& url) { return url.substr(url.rfind('/') + 1); }

std::string mirrored(const std::string& url, const std::string& mirror) {
  if (mirror.empty()) return url;
  return mirror + (mirror.ends_with('/') ? "" : "/") + last_part(url);
}

// Downloads `url`, or the file of the same name on the mirror, to `target`.
Result<void> bring(const ModelPack& pack, const FetchRequest& request, const std::string& url,
                   std::uint64_t bytes, const std::string& sha256, const fs::path& target) {
  Download wanted;
  wanted.url = mirrored(url, request.mirror);
  wanted.bytes = bytes;
  wanted.sha256 = sha256;
  wanted.target = target;
  wanted.progress = request.progress;
  wanted.stop = request.stop;
  wanted.attempts = request.attempts;
  wanted.first_pause = request.first_pause;
  if (request.on_download) request.on_download(wanted.url, wanted.bytes);
  auto brought = download(wanted);
  if (brought) return {};
  auto error = brought.error();
  if (error.code == "download_failed" || error.code == "download_not_found")
    error.message += ".\nUse --mirror or MODELS_MIRROR to download from elsewhere. " + how_to_get(pack);
  return error;
}

// Downloads the missing files that are at addresses of their own, each into a folder named by its hash so that
// partial downloads of different versions are different files. Returns the folders.
Result<std::vector<fs::path>> download_files(const ModelPack& pack, const FetchRequest& request) {
  std::vector<fs::path> folders;
  for (const auto& file : missing_files(pack, request.models_dir)) {
    const auto& source = pack.sources.at(file.source_id);
    if (source.address.empty()) continue;
    auto folder = request.models_dir / ".downloads" / file.sha256.substr(0, 12);
    if (auto brought = bring(pack, request, source.address + "/" + file.name, file.bytes, file.sha256,
                             folder / file.name);
        !brought)
      return brought.error();
    folders.push_back(std::move(folder));
  }
  return folders;
}

// Downloads the zip files that contain missing files and unpacks them; keeps only the models.
Result<void> download_archives(const ModelPack& pack, const FetchRequest& request) {
  for (const auto& [id, source] : pack.sources) {
    if (source.archive.empty()) continue;
    auto missing = missing_files(pack, request.models_dir);
    std::erase_if(missing, [&id = id](const PackFile& file) { return file.source_id != id; });
    if (missing.empty()) continue;
    // The name contains the hash, so that a partial download of another version is a different file.
    const auto archive =
        request.models_dir / ".downloads" / (source.sha256.substr(0, 12) + "-" + last_part(source.archive));
    if (auto brought = bring(pack, request, source.archive, source.bytes, source.sha256, archive); !brought)
      return brought.error();
    auto unpacked = unpack_zip(archive, pack, missing, request.models_dir);
    // With a full disk the archive is kept for a retry; after any other error a retry would not help.
    if (unpacked || unpacked.error().code != "storage_full") {
      std::error_code ignored;
      fs::remove(archive, ignored);
    }
    if (!unpacked) return unpacked.error();
  }
  return {};
}

}  // namespace

Result<InstallReport> fetch_pack(const ModelPack& pack, const FetchRequest& request) {
  if (!licence_accepted(pack, request.models_dir)) {
    if (!request.accept_licence) return licence_not_accepted(pack);
    if (auto kept = accept_licence(pack, request.models_dir); !kept) return kept.error();
  }
  const auto missing_before = missing_files(pack, request.models_dir);
  std::vector<fs::path> folders;
  for (const auto& source : request.sources) {
    if (!looks_like_zip(source)) {
      folders.push_back(source);
      continue;
    }
    const auto missing = missing_files(pack, request.models_dir);
    if (missing.empty()) continue;
    const auto taken = unpack_zip(source, pack, missing, request.models_dir);
    if (!taken) return taken.error();
    if (taken->empty())
      return Error::of(ErrorKind::not_found, "not_in_archive",
                       source.string() + " has none of the files missing from \"" + pack.name +
                           "\", such as " + missing.front().name + ".\n" + how_to_get(pack),
                       {{"path", source.string()}, {"pack", pack.name}});
  }
  auto installed = install_pack(pack, folders, request.models_dir, true);
  // Files that exist on this machine are not downloaded.
  if (!installed && installed.error().code == "model_file_not_found" && request.network) {
    if (auto brought = download_archives(pack, request); !brought) return brought.error();
    const auto downloaded = download_files(pack, request);
    if (!downloaded) return downloaded.error();
    folders.insert(folders.end(), downloaded->begin(), downloaded->end());
    installed = install_pack(pack, folders, request.models_dir, true);
    for (const auto& folder : *downloaded) {
      std::error_code ignored;
      if (installed) fs::remove_all(folder, ignored);
    }
  }
  if (!installed) return installed.error();
  InstallReport report;
  for (const auto& file : pack.files)
    (std::ranges::count(missing_before, file.name, &PackFile::name) > 0 ? report.copied : report.present)
        .push_back(file.name);
  return report;
}

}  // namespace sas::vision
