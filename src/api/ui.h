#pragma once

#include <filesystem>
#include <optional>

#include "http/static_files.h"

namespace sas::api {

// The dashboard's pages in `folder`, each with its own policy; none: no folder is given, or it holds no pages.
[[nodiscard]] std::optional<http::StaticFiles> open_pages(const std::optional<std::filesystem::path>& folder);

}  // namespace sas::api
