#pragma once
// What a key is for, as people say it. The program itself asks for rights.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/caller.h"

namespace sas {

enum class Role : std::uint8_t {
  administrator,  // everything
  operator_,      // reads, changes people and corrects attendance
  viewer,         // reads
  device          // recognises, sends heartbeats and publishes as its own cameras
};
inline constexpr std::array kEveryRole{Role::administrator, Role::operator_, Role::viewer, Role::device};

// "administrator", "operator", "viewer", "device".
[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::optional<Role> parse_role(std::string_view text);

[[nodiscard]] Rights rights_of(Role role);

}  // namespace sas
