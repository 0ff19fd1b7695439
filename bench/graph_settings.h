#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace sas::bench {

// pgvector's defaults, so that the graphs in this table are those people actually use.
inline constexpr std::size_t kGraphLinks = 16;       // M
inline constexpr std::size_t kGraphBuildWidth = 64;  // ef_construction
inline constexpr std::array<std::size_t, 4> kGraphSearchWidths{40, 100, 200, 400};

inline std::vector<std::string> graph_setting_names() {
  std::vector<std::string> names;
  for (const std::size_t width : kGraphSearchWidths) names.push_back("ef " + std::to_string(width));
  return names;
}

}  // namespace sas::bench
