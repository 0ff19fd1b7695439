#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "vision/pack/model_pack.h"

namespace sas::vision {

// True when the file begins as a zip file does, or is named like one.
[[nodiscard]] bool looks_like_zip(const std::filesystem::path& path);

// Installs those of `wanted` (files of `pack`) that the zip file has, whatever folder in it they are in, and
// returns their names. Nothing else of it is unpacked, nothing is written outside the pack's folder, and a
// file takes its place only when its SHA-256 is right. Errors: data_loss "archive_unreadable" (not a zip
// file, or a damaged one), "model_damaged" (names both hashes); invalid_argument "archive_unsafe" (an entry
// that would leave the folder); failed_precondition as FileInstaller.
[[nodiscard]] Result<std::vector<std::string>> unpack_zip(const std::filesystem::path& zip,
                                                          const ModelPack& pack,
                                                          const std::vector<PackFile>& wanted,
                                                          const std::filesystem::path& models_dir);

}  // namespace sas::vision
