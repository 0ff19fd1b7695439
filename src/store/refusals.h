#pragma once
// Errors and checks shared by all stores.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/attendance.h"
#include "domain/caller.h"
#include "domain/feed_entry.h"
#include "domain/person.h"

namespace sas::store {

[[nodiscard]] Error person_not_found(PersonId id);
[[nodiscard]] Error face_not_found(PersonId person, FaceId face);
[[nodiscard]] Error attendance_not_found(AttendanceId id);
[[nodiscard]] Error camera_not_found(const CameraId& camera);
[[nodiscard]] Error camera_has_events(const CameraId& camera);
[[nodiscard]] Error duplicate_code(const std::string& code, PersonId holder);
[[nodiscard]] Error duplicate_face(const PersonRef& holder, float similarity, float threshold);
// For a text that is not a position, and a position that the database has never reached.
[[nodiscard]] Error invalid_position(const FeedPosition& position);
[[nodiscard]] Error feed_went_back();
// For a check passed to a store without a TemplateFeed.
[[nodiscard]] Error no_check();

// A decision that contradicts itself or its event: invalid_argument "invalid_decision".
[[nodiscard]] std::optional<Error> refuse_incomplete(const Decision& proposed, EventId event,
                                                     std::chrono::seconds window);
// internal: the changed object does not belong to the caller's organisation, which the use cases should have ensured.
[[nodiscard]] std::optional<Error> refuse_foreign(const Caller& caller, OrganisationId organisation);
// Faces added with a person must belong to that person.
[[nodiscard]] std::optional<Error> refuse_foreign_faces(const Person& person,
                                                        const std::vector<FaceTemplate>& faces);

// The text that a search for people examines: the search keys (base/text.h) of name and code with a separator, so that no
// match spans both. Never empty.
[[nodiscard]] std::string search_text(const std::string& name, const std::string& code);

}  // namespace sas::store
