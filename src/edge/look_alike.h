#pragma once
// Enrolled people whom a new one resembles, as the server lists them in its answer to an enrolment.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sas::edge {

struct LookAlike {
  std::string code;
  std::string name;
  std::optional<double> similarity;  // raw cosine, -1..1
};

// `answer`: the body of POST /api/v1/persons. Empty where a server of an older version lists nobody.
[[nodiscard]] Result<std::vector<LookAlike>> read_look_alikes(std::string_view answer);

// "looks like Bea (E-2), similarity 0.61; Cleo (E-3), similarity 0.58".
[[nodiscard]] std::string to_string(const std::vector<LookAlike>& look_alikes);

}  // namespace sas::edge
