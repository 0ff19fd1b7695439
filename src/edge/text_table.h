#pragma once
// Tables for people to read.

#include <string>
#include <vector>

namespace sas::edge {

// Columns as wide as their widest cell, two spaces apart, each line ended. The first row is the heading.
[[nodiscard]] std::string format_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace sas::edge
