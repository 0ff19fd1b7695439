#pragma once

#include <string_view>

namespace sas {

// A file embedded in the program (cmake/EmbedFiles.cmake). Both views live as long as the program.
struct EmbeddedFile {
  std::string_view name;  // without folders
  std::string_view bytes;
};

}  // namespace sas
