#pragma once

#include <filesystem>
#include <system_error>

namespace sas {

// The folder that a file is in; "." for a bare name.
[[nodiscard]] std::filesystem::path folder_of(const std::filesystem::path& file);

// Waits until the disk has the folder's entries: only then does a file that was renamed or removed there stay so after a
// power cut.
[[nodiscard]] std::error_code sync_folder(const std::filesystem::path& folder);

}  // namespace sas
