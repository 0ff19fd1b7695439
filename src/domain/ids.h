#pragma once

#include <compare>
#include <functional>
#include <string>

#include "base/uuid.h"

namespace sas {

using OrganisationId = StrongUuid<struct OrganisationTag>;
using PersonId = StrongUuid<struct PersonTag>;
using FaceId = StrongUuid<struct FaceTag>;
using EventId = StrongUuid<struct EventTag>;  // created by the edge; the same id means the same event
using AttendanceId = StrongUuid<struct AttendanceTag>;

// The organisation that everything belongs to until there are several.
inline constexpr OrganisationId kDefaultOrganisation{
    Uuid({0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1})};

// A name chosen by people and used as an id: a camera, a model.
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

template <class Tag>
struct std::hash<sas::StrongString<Tag>> {
  std::size_t operator()(const sas::StrongString<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.value);
  }
};
