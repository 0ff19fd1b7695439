#pragma once

#include <optional>
#include <string>

#include "fixtures/people.h"

namespace sas::test {

// The folder of an installed default pack, installed on first use; none if the model files were not
// downloaded.
[[nodiscard]] std::optional<std::string> installed_models();
// A file of the demonstration clips; none if they were not downloaded.
[[nodiscard]] std::optional<std::string> clip(const std::string& name);

}  // namespace sas::test
