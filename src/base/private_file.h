#pragma once
// Files that only the user who runs the program may read: they hold embeddings of faces.

#include <filesystem>

#include "base/error.h"

namespace sas {

// Every error is failed_precondition "not_private", and its message is the cause alone: the caller says which file, and
// what to do.

// Creates the folder with mode 0700 (and its parents as usual), or takes the rights of others from one that is
// there. The last part may be a link: an operator may have put the folder on another disk.
[[nodiscard]] Result<void> make_private_folder(const std::filesystem::path& folder);

// Creates an empty file with mode 0600, or takes the rights of others from one that is there. Never follows a
// link: somebody else may have put it there. Does not open a file that exists, because closing it would drop
// the locks that SQLite has on it in this process.
[[nodiscard]] Result<void> make_private_file(const std::filesystem::path& file);

// Takes the rights of others from a file. A missing file is not an error.
[[nodiscard]] Result<void> tighten_private_file(const std::filesystem::path& file);

}  // namespace sas
