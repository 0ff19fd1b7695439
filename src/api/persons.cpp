#include <utility>

#include "api/endpoint.h"
#include "api/query.h"
#include "api/responses.h"
#include "api/views.h"
#include "protocol/fields.h"
#include "protocol/json_reader.h"
#include "protocol/messages.h"

namespace sas::api {
namespace {

constexpr std::size_t kLongestSearch = 200;  // bytes; a name has at most 200 characters

std::string path_of(PersonId id) { return "/api/v1/persons/" + id.to_string(); }

Task<http::Response> post_person(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {}); !allowed)
    co_return error_response(allowed.error(), request.request_id);
  auto enrolment = protocol::read_enrolment(request.body);
  if (!enrolment) co_return error_response(enrolment.error(), request.request_id);
  const auto details = co_await context.service.enrol(std::move(*enrolment));
  if (!details) co_return error_response(details.error(), request.request_id);
  co_return created_response(write_one(*details), path_of(details->person.id));
}

Task<http::Response> get_persons(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {"query", "limit", "cursor"}); !allowed)
    co_return error_response(allowed.error(), request.request_id);
  auto page = page_of(request);
  if (!page) co_return error_response(page.error(), request.request_id);
  PersonQuery query;
  query.page = std::move(*page);
  query.text = std::string(request.query_param("query").value_or(""));
  if (query.text.size() > kLongestSearch)
    co_return error_response(
        invalid_parameter("query", "is longer than " + std::to_string(kLongestSearch) + " bytes"),
        request.request_id);
  const auto persons = co_await context.service.persons(std::move(query));
  if (!persons) co_return error_response(persons.error(), request.request_id);
  co_return json_response(http::Status::ok, write_page(*persons));
}

Task<http::Response> get_person(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {}); !allowed)
    co_return error_response(allowed.error(), request.request_id);
  const auto id = id_of<PersonId>(request, "id");
  if (!id) co_return error_response(id.error(), request.request_id);
  const auto details = co_await context.service.person(*id);
  if (!details) co_return error_response(details.error(), request.request_id);
  co_return json_response(http::Status::ok, write_one(*details));
}

// Faces and unknown fields are refused rather than ignored: whoever sends them believes that they do
// something.
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

Task<http::Response> patch_person(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {}); !allowed)
    co_return error_response(allowed.error(), request.request_id);
  const auto id = id_of<PersonId>(request, "id");
  if (!id) co_return error_response(id.error(), request.request_id);
  auto change = read_change(request.body);
  if (!change) co_return error_response(change.error(), request.request_id);
  const auto changed = co_await context.service.update_person(*id, std::move(*change));
  if (!changed) co_return error_response(changed.error(), request.request_id);
  const auto details = co_await context.service.person(*id);
  if (!details) co_return error_response(details.error(), request.request_id);
  co_return json_response(http::Status::ok, write_one(*details));
}

Task<http::Response> delete_person(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {}); !allowed)
    co_return error_response(allowed.error(), request.request_id);
  const auto id = id_of<PersonId>(request, "id");
  if (!id) co_return error_response(id.error(), request.request_id);
  const auto removed = co_await context.service.remove_person(*id);
  if (!removed) co_return error_response(removed.error(), request.request_id);
  co_return no_content_response();
}

Task<http::Response> post_face(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {}); !allowed)
    co_return error_response(allowed.error(), request.request_id);
  const auto id = id_of<PersonId>(request, "id");
  if (!id) co_return error_response(id.error(), request.request_id);
  bool allow_duplicate = false;
  const auto face = protocol::read_face(request.body, allow_duplicate);
  if (!face) co_return error_response(face.error(), request.request_id);
  const auto added = co_await context.service.add_face(*id, *face, allow_duplicate);
  if (!added) co_return error_response(added.error(), request.request_id);
  co_return created_response(write_one(*added), path_of(*id) + "/faces/" + added->id.to_string());
}

Task<http::Response> delete_face(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {}); !allowed)
    co_return error_response(allowed.error(), request.request_id);
  const auto id = id_of<PersonId>(request, "id");
  if (!id) co_return error_response(id.error(), request.request_id);
  const auto face = id_of<FaceId>(request, "face_id");
  if (!face) co_return error_response(face.error(), request.request_id);
  const auto removed = co_await context.service.remove_face(*id, *face);
  if (!removed) co_return error_response(removed.error(), request.request_id);
  co_return no_content_response();
}

}  // namespace

std::vector<Endpoint> person_endpoints(const Context& context) {
  const std::string all = "/api/v1/persons";
  const std::string one = all + "/{id}";
  std::vector<Endpoint> endpoints;
  endpoints.push_back(
      {http::Verb::post, all, Access::manage, bind(context, post_person), kEnrolmentBodyBytes, true});
  endpoints.push_back({http::Verb::get, all, Access::read, bind(context, get_persons)});
  endpoints.push_back({http::Verb::get, one, Access::read, bind(context, get_person)});
  endpoints.push_back({http::Verb::patch, one, Access::manage, bind(context, patch_person)});
  endpoints.push_back(
      {http::Verb::delete_, one, Access::manage, bind(context, delete_person), kSmallBodyBytes, true});
  endpoints.push_back(
      {http::Verb::post, one + "/faces", Access::manage, bind(context, post_face), kSmallBodyBytes, true});
  endpoints.push_back({http::Verb::delete_, one + "/faces/{face_id}", Access::manage,
                       bind(context, delete_face), kSmallBodyBytes, true});
  return endpoints;
}

}  // namespace sas::api
