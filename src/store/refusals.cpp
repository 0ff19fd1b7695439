#include "store/refusals.h"

#include <utility>

#include "base/text.h"

namespace sas::store {

Error person_not_found(PersonId id) {
  return Error::of(ErrorKind::not_found, "person_not_found", "there is no person with id " + id.to_string());
}

Error face_not_found(PersonId person, FaceId face) {
  return Error::of(ErrorKind::not_found, "face_not_found",
                   "person " + person.to_string() + " has no face " + face.to_string());
}

Error attendance_not_found(AttendanceId id) {
  return Error::of(ErrorKind::not_found, "attendance_not_found",
                   "there is no attendance record with id " + id.to_string());
}

Error camera_not_found(const CameraId& camera) {
  return Error::of(ErrorKind::not_found, "camera_not_found", "there is no camera " + camera.value);
}

Error camera_has_events(const CameraId& camera) {
  return Error::of(
      ErrorKind::conflict, "camera_has_events",
      "camera " + camera.value +
          " has sent events, which the log keeps; retire it instead (PATCH with \"retired\": true)");
}

Error duplicate_code(const std::string& code, PersonId holder) {
  return Error::of(ErrorKind::conflict, "duplicate_code",
                   "the code \"" + code + "\" belongs to another person (" + holder.to_string() +
                       "); choose another, or change or remove that person",
                   {{"person_id", holder.to_string()}});
}

Error duplicate_face(const PersonRef& holder, float similarity, float threshold) {
  return Error::of(ErrorKind::conflict, "duplicate_face",
                   "this face resembles " + holder.name + " (" + holder.code +
                       "), who is already enrolled; add the face to them, or allow the duplicate if they are "
                       "two people",
                   {{"person_id", holder.id.to_string()},
                    {"code", holder.code},
                    {"name", holder.name},
                    {"similarity", similarity},
                    {"threshold", threshold}});
}

Error invalid_position(const FeedPosition& position) {
  return Error::of(ErrorKind::invalid_argument, "invalid_position",
                   "\"" + position.value.substr(0, 64) + "\" is not a position of this database's feed");
}

Error feed_went_back() {
  return Error::of(
      ErrorKind::failed_precondition, "feed_went_back",
      "the database is older than this position of its feed because a backup was restored; continue from the "
      "feed's current end");
}

Error no_check() {
  return Error::of(
      ErrorKind::invalid_argument,
      "this store accepts no face check: only one server writes it, and that server knows every face");
}

std::optional<Error> refuse_incomplete(const Decision& proposed, EventId event, std::chrono::seconds window) {
  const auto refuse = [](std::string why) {
    return Error::of(ErrorKind::invalid_argument, "invalid_decision", std::move(why));
  };
  if (proposed.event != event) return refuse("the decision and the sighting are for different events");
  if (window < std::chrono::seconds::zero()) return refuse("the cooldown window is negative");
  const bool names_person = proposed.outcome == Outcome::marked || proposed.outcome == Outcome::cooldown;
  if (names_person != proposed.person.has_value())
    return refuse("a decision must name a person if and only if it is marked or cooldown");
  if ((proposed.outcome == Outcome::marked) != proposed.attendance.has_value())
    return refuse("a decision must have an attendance id if and only if it is marked");
  return std::nullopt;
}

std::optional<Error> refuse_foreign(const Caller& caller, OrganisationId organisation) {
  if (organisation == caller.organisation) return std::nullopt;
  return Error::of(ErrorKind::internal, "a change for another organisation than the caller's");
}

std::optional<Error> refuse_foreign_faces(const Person& person, const std::vector<FaceTemplate>& faces) {
  for (const FaceTemplate& face : faces)
    if (face.person != person.id || face.organisation != person.organisation)
      return Error::of(ErrorKind::invalid_argument, "a face sent with a person belongs to another person");
  return std::nullopt;
}

std::string search_text(const std::string& name, const std::string& code) {
  return search_key(name) + '\x1f' + search_key(code);
}

}  // namespace sas::store
