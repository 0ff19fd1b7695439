#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/embedding.h"
#include "domain/ids.h"

namespace sas {

struct NewFace {
  Embedding embedding;
  std::optional<ModelId> model;
  float quality = 0;
};

struct Enrolment {
  std::string code;
  std::string name;
  std::vector<NewFace> faces;    // may be empty: a person can be added first and enrolled later
  bool allow_duplicate = false;  // twins: enrol although the face resembles another person
};

}  // namespace sas
