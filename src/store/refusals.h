#pragma once
// What every store refuses, in the same words.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/attendance.h"
#include "domain/caller.h"
#include "domain/feed_entry.h"
#include "domain/person.h"
#include "store/case_folder.h"

namespace sas::store {

[[nodiscard]] Error person_not_found(PersonId id);
[[nodiscard]] Error face_not_found(PersonId person, FaceId face);
[[nodiscard]] Error attendance_not_found(AttendanceId id);
[[nodiscard]] Error duplicate_code(const std::string& code, PersonId holder);
[[nodiscard]] Error duplicate_face(const PersonRef& holder, float similarity, float threshold);
// By a feed, of what no feed gave out, and of a position that its database has never reached.
[[nodiscard]] Error invalid_position(const FeedPosition& position);
[[nodiscard]] Error feed_went_back();
// By a store without a feed of changes.
[[nodiscard]] Error no_check();

// A decision that contradicts itself or its event: invalid_argument "invalid_decision".
[[nodiscard]] std::optional<Error> refuse_incomplete(const Decision& proposed, EventId event,
                                                     std::chrono::seconds window);
// What a caller changes must be of its own organisation: internal, since the use cases see to it.
[[nodiscard]] std::optional<Error> refuse_foreign(const Caller& caller, OrganisationId organisation);
// A face sent with a person must be that person's.
[[nodiscard]] std::optional<Error> refuse_foreign_faces(const Person& person,
                                                        const std::vector<FaceTemplate>& faces);

// What a search for people looks into. Name and code stand apart: a search for the end of one and the start
// of the other finds nothing.
[[nodiscard]] std::string search_text(const CaseFolder& folder, const std::string& name,
                                      const std::string& code);

}  // namespace sas::store
