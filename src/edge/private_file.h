#pragma once
// Files that only the user who runs the program may read: they hold embeddings of faces.

#include <filesystem>

#include "base/error.h"

namespace sas::edge {

// Creates the folder with mode 0700 (and its parents as usual), or takes the rights of others from one that is
// there. Errors: failed_precondition "outbox_unwritable" with the path and the cause.
[[nodiscard]] Result<void> make_private_folder(const std::filesystem::path& folder);

// Creates an empty file with mode 0600, or takes the rights of others from one that is there. Never follows a
// link: somebody else may have put it there. Does not open a file that exists, because closing it would drop
// the locks that SQLite has on it in this process. failed_precondition "outbox_unwritable".
[[nodiscard]] Result<void> make_private_file(const std::filesystem::path& file);

// The same for a file that is only tightened: one that is not there is none of its business.
[[nodiscard]] Result<void> tighten_private_file(const std::filesystem::path& file);

}  // namespace sas::edge
