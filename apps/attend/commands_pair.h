#pragma once

#include <filesystem>
#include <string_view>

#include "base/error.h"

namespace CLI {
class App;
}

namespace sas::attend {

// Adds `attend pair`; when it was run, `exit_code` is what the shell shall get.
void add_pair_command(CLI::App& root, int& exit_code);

// Puts API_KEY into a .env file that only its owner may read, and leaves the other lines as they are. not_private,
// dotenv_unwritable.
[[nodiscard]] Result<void> keep_key(const std::filesystem::path& dotenv, std::string_view key);

}  // namespace sas::attend
