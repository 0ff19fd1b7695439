#include <utility>

#include "api/responses.h"
#include "api/route.h"
#include "api/views.h"
#include "protocol/fields.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"
#include "protocol/messages.h"

namespace sas::api {
namespace {

constexpr std::size_t kMaxSearch = 200;  // as many as a name may have

std::string path_of(PersonId id) { return "/api/v1/persons/" + id.to_string(); }

// For review by the caller who allowed duplicates.
void write_look_alikes(protocol::JsonWriter& out, const std::vector<attendance::LookAlike>& look_alikes) {
  out.key("look_alikes").begin_array();
  for (const attendance::LookAlike& alike : look_alikes) {
    write(out.begin_object().key("person"), alike.person);
    out.key("similarity").number(static_cast<double>(alike.similarity));
    out.key("score").number(alike.score);
    out.key("threshold").number(static_cast<double>(alike.threshold)).end_object();
  }
  out.end_array();
}

Task<Result<http::Response>> post_person(const Call& call) {
  auto enrolment = protocol::read_enrolment(call.request.body);
  if (!enrolment) co_return enrolment.error();
  const bool allowed = enrolment->allow_duplicate;
  const auto enrolled = co_await call.context.services.people.enrol(call.caller, std::move(*enrolment));
  if (!enrolled) co_return enrolled.error();
  protocol::JsonWriter out;
  out.begin_object();
  write_fields(out, *enrolled);
  if (allowed) write_look_alikes(out, enrolled->look_alikes);
  out.end_object();
  co_return created_response(out.take(), path_of(enrolled->person.id));
}

Task<Result<http::Response>> get_look_alikes(const Call& call) {
  const auto pairs = co_await call.context.services.people.closest_pairs(call.caller);
  if (!pairs) co_return pairs.error();
  protocol::JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const attendance::ClosePair& pair : *pairs) {
    out.begin_object().key("people").begin_array();
    write(out, pair.one);
    write(out, pair.other);
    out.end_array().key("similarity").number(static_cast<double>(pair.similarity));
    out.key("score").number(static_cast<double>(pair.score));
    out.key("threshold").number(static_cast<double>(pair.threshold));
    out.key("confusable").boolean(pair.score >= pair.threshold).end_object();
  }
  out.end_array().end_object();
  co_return json_response(http::Status::ok, out.take());
}

Task<Result<http::Response>> get_persons(const Call& call) {
  std::string text = call.arguments.text("query").value_or(std::string());
  PageRequest page = call.arguments.page();
  const auto persons =
      co_await call.context.services.people.persons(call.caller, std::move(text), std::move(page));
  if (!persons) co_return persons.error();
  co_return json_response(http::Status::ok, write_page(*persons));
}

Task<Result<http::Response>> get_person(const Call& call) {
  const auto id = call.arguments.id<PersonId>("id");
  const auto details = co_await call.context.services.people.person(call.caller, id);
  if (!details) co_return details.error();
  co_return json_response(http::Status::ok, write_one(*details));
}

// Faces and unknown fields are refused rather than ignored: a client that sends them expects them to have an effect.
Result<PersonChange> read_change(std::string_view json) {
  const auto object = protocol::parse_object(json);
  if (!object) return object.error();
  const protocol::ObjectReader reader(*object);
  for (const auto& member : *object)
    if (member.key() != "code" && member.key() != "name")
      return protocol::invalid_field(member.key().substr(0, 64),
                                     "cannot be changed here; \"code\" and \"name\" can");
  auto code = reader.optional_text("code");
  if (!code) return std::move(code).error();
  auto name = reader.optional_text("name");
  if (!name) return std::move(name).error();
  if (!*code && !*name)
    return protocol::invalid_field("name", "nothing to change; send \"code\" or \"name\"");
  return PersonChange{std::move(*code), std::move(*name)};
}

Task<Result<http::Response>> patch_person(const Call& call) {
  auto change = read_change(call.request.body);
  if (!change) co_return change.error();
  const auto id = call.arguments.id<PersonId>("id");
  attendance::PeopleService& people = call.context.services.people;
  const auto changed = co_await people.update_person(call.caller, id, std::move(*change));
  if (!changed) co_return changed.error();
  const auto details = co_await people.person(call.caller, id);
  if (!details) co_return details.error();
  co_return json_response(http::Status::ok, write_one(*details));
}

Task<Result<http::Response>> delete_person(const Call& call) {
  const auto id = call.arguments.id<PersonId>("id");
  const auto removed = co_await call.context.services.people.remove_person(call.caller, id);
  if (!removed) co_return removed.error();
  co_return no_content_response();
}

Task<Result<http::Response>> post_face(const Call& call) {
  bool allow_duplicate = false;
  const auto face = protocol::read_face(call.request.body, allow_duplicate);
  if (!face) co_return face.error();
  const auto id = call.arguments.id<PersonId>("id");
  const auto added = co_await call.context.services.people.add_face(call.caller, id, *face, allow_duplicate);
  if (!added) co_return added.error();
  co_return created_response(write_one(*added), path_of(id) + "/faces/" + added->id.to_string());
}

Task<Result<http::Response>> delete_face(const Call& call) {
  const auto id = call.arguments.id<PersonId>("id");
  const auto face = call.arguments.id<FaceId>("face_id");
  const auto removed = co_await call.context.services.people.remove_face(call.caller, id, face);
  if (!removed) co_return removed.error();
  co_return no_content_response();
}

}  // namespace

std::vector<Route> person_routes() {
  const std::string all = "/api/v1/persons";
  const std::string one = all + "/{id}";
  const Parameter id = parameters::path_id("id");
  return {
      {.verb = http::Verb::post,
       .path = all,
       .needs = Right::manage,
       .body = Body::json,
       .max_body_bytes = kEnrolmentBodyBytes,
       .needs_gallery = true,
       .errors = {errors::kInvalidVector, errors::kInvalidCode, errors::kInvalidName, errors::kUnknownModel,
                  errors::kMixedFaces, errors::kDuplicateCode, errors::kDuplicateFace},
       .handler = post_person},
      {.verb = http::Verb::get,
       .path = all,
       .needs = Right::read,
       .parameters = {{.name = "query", .max_characters = kMaxSearch},
                      parameters::kLimit,
                      parameters::kCursor},
       .handler = get_persons},
      {.verb = http::Verb::get,
       .path = "/api/v1/look-alikes",
       .needs = Right::read,
       .handler = get_look_alikes},
      {.verb = http::Verb::get,
       .path = one,
       .needs = Right::read,
       .parameters = {id},
       .errors = {errors::kPersonNotFound},
       .handler = get_person},
      {.verb = http::Verb::patch,
       .path = one,
       .needs = Right::manage,
       .parameters = {id},
       .body = Body::json,
       .errors = {errors::kInvalidCode, errors::kInvalidName, errors::kPersonNotFound,
                  errors::kDuplicateCode},
       .handler = patch_person},
      {.verb = http::Verb::delete_,
       .path = one,
       .needs = Right::manage,
       .parameters = {id},
       .needs_gallery = true,
       .errors = {errors::kPersonNotFound},
       .handler = delete_person},
      {.verb = http::Verb::post,
       .path = one + "/faces",
       .needs = Right::manage,
       .parameters = {id},
       .body = Body::json,
       .needs_gallery = true,
       .errors = {errors::kInvalidVector, errors::kUnknownModel, errors::kMixedFaces, errors::kPersonNotFound,
                  errors::kDuplicateFace},
       .handler = post_face},
      {.verb = http::Verb::delete_,
       .path = one + "/faces/{face_id}",
       .needs = Right::manage,
       .parameters = {id, parameters::path_id("face_id")},
       .needs_gallery = true,
       .errors = {errors::kFaceNotFound},
       .handler = delete_face},
  };
}

}  // namespace sas::api
