#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "vision/pack/model_pack.h"

namespace sas::vision {

// True if the file starts like a zip file or has such a name.
[[nodiscard]] bool looks_like_zip(const std::filesystem::path& path);

// Installs those of `wanted` (files of `pack`) that the zip file contains, in any folder, and returns their
// names. Unpacks nothing else, writes nothing outside the pack's folder, and replaces a file only if the
// SHA-256 matches. Errors: data_loss "archive_unreadable" (not a zip file, or damaged), "model_damaged"
// (names both hashes); invalid_argument "archive_unsafe" (an entry that points outside the folder);
// failed_precondition as in FileInstaller.
[[nodiscard]] Result<std::vector<std::string>> unpack_zip(const std::filesystem::path& zip,
                                                          const ModelPack& pack,
                                                          const std::vector<PackFile>& wanted,
                                                          const std::filesystem::path& models_dir);

}  // namespace sas::vision
