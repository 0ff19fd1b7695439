#pragma once

#include <compare>
#include <string>

#include "base/uuid.h"

namespace sas::relay {

// What is published and viewed: a camera of an organisation. Two organisations may use the same camera name without
// seeing each other.
struct Topic {
  Uuid organisation;
  std::string camera;

  auto operator<=>(const Topic&) const = default;
};

}  // namespace sas::relay
