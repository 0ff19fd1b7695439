#pragma once

#include <compare>
#include <functional>
#include <string>

#include "base/uuid.h"

namespace sas {

// Has no default, so that code which forgets whose data it handles does not compile.
class OrganisationId : public StrongUuid<struct OrganisationTag> {
 public:
  OrganisationId() = delete;
  explicit constexpr OrganisationId(Uuid value) : StrongUuid(value) {}

  static OrganisationId make(Timestamp now) { return OrganisationId(Uuid::v7(now)); }
};

using PersonId = StrongUuid<struct PersonTag>;
using FaceId = StrongUuid<struct FaceTag>;
using EventId = StrongUuid<struct EventTag>;  // created by the edge; the same id means the same event
using SessionId = StrongUuid<struct SessionTag>;
using KeyId = StrongUuid<struct KeyTag>;  // of an access key, not the key itself
using AttendanceId = StrongUuid<struct AttendanceTag>;

// A name that people chose and that is used as an id: a camera, a model.
template <class Tag>
struct StrongString {
  std::string value;
  auto operator<=>(const StrongString&) const = default;
};

using CameraId = StrongString<struct CameraTag>;
// Identifies the embedder of a vector, including its version: vectors of two models cannot be compared. Given
// by a pack's manifest.
using ModelId = StrongString<struct ModelTag>;

}  // namespace sas

template <>
struct std::hash<sas::OrganisationId> {
  std::size_t operator()(const sas::OrganisationId& id) const noexcept {
    return std::hash<sas::Uuid>{}(id.value());
  }
};
template <class Tag>
struct std::hash<sas::StrongString<Tag>> {
  std::size_t operator()(const sas::StrongString<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.value);
  }
};
