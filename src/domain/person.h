#pragma once

#include <string>

#include "base/clock.h"
#include "domain/embedding.h"
#include "domain/ids.h"

namespace sas {

struct Person {
  PersonId id;
  OrganisationId organisation;
  std::string code;  // the organisation's own number for the person; unique in it; 1..64 characters
  std::string name;  // 1..200 characters, UTF-8
  Timestamp created_at;
  Timestamp updated_at;

  bool operator==(const Person&) const = default;
};

// One enrolled face of a person, for one model. A person may have several, for several models.
struct FaceTemplate {
  FaceId id;
  PersonId person;
  OrganisationId organisation;
  ModelId model;
  Embedding embedding;
  float quality = 0;  // 0..1, the edge's overall score at enrolment
  Timestamp created_at;
};

}  // namespace sas
