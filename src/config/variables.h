#pragma once

#include <span>
#include <string_view>

namespace sas::config {

// Every variable that any of the programs reads. .env.example explains the same ones; a test compares the
// two.
struct Variable {
  std::string_view name;
  bool server = false;
  bool edge = false;
};

[[nodiscard]] std::span<const Variable> variables();

}  // namespace sas::config
