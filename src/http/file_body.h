#pragma once

#include <filesystem>

#include "http/message.h"

namespace sas::http {

// Makes the file the response's body, with its length. It is read while it is sent, one part for each client at a time.
// False: it cannot be read, and the response is unchanged.
[[nodiscard]] bool set_file_body(Response& response, const std::filesystem::path& file);

}  // namespace sas::http
