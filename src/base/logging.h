#pragma once
// Logging uses spdlog's default logger: include <spdlog/spdlog.h> and call spdlog::info etc. This file sets
// it up. Log lines never contain an embedding, an image or a key.

#include <filesystem>
#include <optional>

#include <spdlog/common.h>

#include "base/error.h"

namespace sas {

struct LoggingOptions {
  spdlog::level::level_enum level = spdlog::level::info;
  std::optional<std::filesystem::path> file;  // rotated at 10 MB, five kept; none: console only
  bool to_stderr = false;                     // for programs whose stdout is their result
};

// Replaces the default logger. Error: the file cannot be written; the message names it.
[[nodiscard]] Result<void> setup_logging(const LoggingOptions& options);

}  // namespace sas
