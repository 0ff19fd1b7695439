#pragma once
// Copying a pack's files into the models folder and loading them from there.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "vision/pack/file_installer.h"
#include "vision/pack/model_pack.h"

namespace sas::vision {

struct InstallReport {
  std::vector<std::string> copied;   // file names
  std::vector<std::string> present;  // already present and undamaged
};

// Copies what is missing or damaged in <models_dir>/<pack>/ from `sources`: folders (searched directly and in
// the subfolder that the manifest names) or single files. A file is replaced only if the SHA-256 matches,
// atomically and crash-safely; several processes may install at once. Errors: permission_denied
// "licence_not_accepted" (the licence forbids commercial use and `accept_licence` is false), not_found
// "model_file_not_found" (names the file and where it was searched), data_loss "model_damaged" (names both
// hashes), failed_precondition "models_dir_unwritable", "storage_full".
[[nodiscard]] Result<InstallReport> install_pack(const ModelPack& pack,
                                                 std::span<const std::filesystem::path> sources,
                                                 const std::filesystem::path& models_dir,
                                                 bool accept_licence = false);

// Moves a written file into place if it matches the manifest; `from` is for messages. data_loss
// "model_damaged", failed_precondition as in FileInstaller.
[[nodiscard]] Result<void> place_pack_file(const PackFile& file, FileInstaller& written,
                                           const std::filesystem::path& from);

// permission_denied "licence_not_accepted": shows the licence and how to accept it.
[[nodiscard]] Error licence_not_accepted(const ModelPack& pack);

// The existing folders that npm created for the pack's sources:
// <dependencies>/node_modules/<package>/<folder>.
[[nodiscard]] std::vector<std::filesystem::path> npm_folders(
    const ModelPack& pack, std::span<const std::filesystem::path> dependencies);

// Instructions for getting the pack's files that are not on this machine: a command or a page for each
// source.
[[nodiscard]] std::string how_to_get(const ModelPack& pack);

// The bytes of the file with that role, which the pack must have. Errors: failed_precondition "model_missing"
// (names the file and the command that gets it), data_loss "model_damaged" (names both hashes).
[[nodiscard]] Result<std::vector<char>> read_pack_file(const ModelPack& pack, std::string_view role,
                                                       const std::filesystem::path& models_dir);

}  // namespace sas::vision
