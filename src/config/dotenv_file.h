#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace sas::config {

// Sets NAME=value in a .env file and leaves every other line as it is; the file is made when it is not there,
// and replaced in one step. A name that is set twice is set once afterwards. failed_precondition
// "dotenv_unwritable".
[[nodiscard]] Result<void> set_in_dotenv(const std::filesystem::path& file, std::string_view name,
                                         std::string_view value);

}  // namespace sas::config
