#include <cmath>
#include <utility>

#include "api/access_views.h"
#include "api/responses.h"
#include "api/route.h"
#include "api/views.h"
#include "protocol/fields.h"
#include "protocol/json_reader.h"

namespace sas::api {
namespace {

// The only answer that has the key itself.
std::string write_made(const access::MadeKey& made) {
  protocol::JsonWriter out;
  out.begin_object();
  write_fields(out, made.key);
  out.key("key").text(made.secret).end_object();
  return out.take();
}

Result<access::NewKey> read_new_key(std::string_view json) {
  const auto object = protocol::parse_object(json);
  if (!object) return object.error();
  if (const auto checked = refuse_other_fields(*object, {"name", "role", "cameras", "expires_at"}); !checked)
    return checked.error();
  const protocol::ObjectReader reader(*object);
  auto name = reader.text("name");
  if (!name) return name.error();
  const auto role_text = reader.text("role");
  if (!role_text) return role_text.error();
  const auto role = parse_role(*role_text);
  if (!role) return protocol::invalid_field("role", "must be administrator, operator, viewer or device");
  auto cameras = read_cameras(*object);
  if (!cameras) return cameras.error();
  const auto expires_at = read_expires_at(*object);
  if (!expires_at) return expires_at.error();
  return access::NewKey{
      .name = std::move(*name), .role = *role, .cameras = std::move(*cameras), .expires_at = *expires_at};
}

Task<Result<http::Response>> post_key(const Call& call) {
  auto wanted = read_new_key(call.request.body);
  if (!wanted) co_return wanted.error();
  auto making = call.context.access.make_key(call.caller, std::move(*wanted));
  const auto made = co_await std::move(making);
  if (!made) co_return made.error();
  co_return created_response(write_made(*made), "/api/v1/keys/" + made->key.id.to_string());
}

Task<Result<http::Response>> get_keys(const Call& call) {
  auto reading = call.context.access.keys(call.caller);
  auto keys = co_await std::move(reading);
  if (!keys) co_return keys.error();
  const auto page =
      page_of<KeyId>(std::move(*keys), call.arguments.page(), [](const AccessKey& key) { return key.id; });
  if (!page) co_return page.error();
  co_return json_response(http::Status::ok, write_page(*page));
}

Result<KeyChange> read_key_change(std::string_view json) {
  const auto object = protocol::parse_object(json);
  if (!object) return object.error();
  if (const auto checked = refuse_other_fields(*object, {"name", "expires_at"}); !checked)
    return checked.error();
  KeyChange change;
  auto name = protocol::ObjectReader(*object).optional_text("name");
  if (!name) return name.error();
  change.name = std::move(*name);
  if (object->contains("expires_at")) {
    const auto expires_at = read_expires_at(*object);
    if (!expires_at) return expires_at.error();
    change.expires_at = *expires_at;
  }
  if (!change.name && !change.expires_at)
    return protocol::invalid_field("name", "nothing to change; send \"name\" or \"expires_at\"");
  return change;
}

Task<Result<http::Response>> patch_key(const Call& call) {
  auto change = read_key_change(call.request.body);
  if (!change) co_return change.error();
  auto changing =
      call.context.access.change_key(call.caller, call.arguments.id<KeyId>("key_id"), std::move(*change));
  const auto changed = co_await std::move(changing);
  if (!changed) co_return changed.error();
  co_return json_response(http::Status::ok, write_one(*changed));
}

Task<Result<http::Response>> rotate_key(const Call& call) {
  const auto object = protocol::parse_object(call.request.body);
  if (!object) co_return object.error();
  if (const auto checked = refuse_other_fields(*object, {"overlap_seconds"}); !checked)
    co_return checked.error();
  const auto given = protocol::ObjectReader(*object).optional_number("overlap_seconds");
  if (!given) co_return given.error();
  const double seconds = given->value_or(0);
  constexpr double kMost = std::chrono::duration<double>(access::kLongestOverlap).count();
  if (seconds != std::floor(seconds) || seconds < 0 || seconds > kMost)
    co_return protocol::invalid_field("overlap_seconds",
                                      "must be a whole number from 0 to 2592000 (30 days)");
  auto rotating = call.context.access.rotate_key(call.caller, call.arguments.id<KeyId>("key_id"),
                                                 std::chrono::seconds(static_cast<std::int64_t>(seconds)));
  const auto made = co_await std::move(rotating);
  if (!made) co_return made.error();
  call.context.session_sockets.close_ended_keys();
  co_return json_response(http::Status::ok, write_made(*made));
}

Task<Result<http::Response>> delete_key(const Call& call) {
  auto revoking = call.context.access.revoke_key(call.caller, call.arguments.id<KeyId>("key_id"));
  const auto revoked = co_await std::move(revoking);
  if (!revoked) co_return revoked.error();
  call.context.session_sockets.close_ended_keys();
  co_return no_content_response();
}

}  // namespace

std::vector<Route> key_routes() {
  const std::string all = "/api/v1/keys";
  const std::string one = all + "/{key_id}";
  const Parameter id = parameters::path_id("key_id");
  return {
      {.verb = http::Verb::post,
       .path = all,
       .needs = Right::administer,
       .body = Body::json,
       .errors = {errors::kInvalidName},
       .handler = post_key},
      {.verb = http::Verb::get,
       .path = all,
       .needs = Right::administer,
       .parameters = {parameters::kLimit, parameters::kCursor},
       .handler = get_keys},
      {.verb = http::Verb::patch,
       .path = one,
       .needs = Right::administer,
       .parameters = {id},
       .body = Body::json,
       .errors = {errors::kInvalidName, errors::kKeyNotFound},
       .handler = patch_key},
      {.verb = http::Verb::post,
       .path = one + "/rotate",
       .needs = Right::administer,
       .parameters = {id},
       .body = Body::json,
       .errors = {errors::kKeyNotFound},
       .handler = rotate_key},
      {.verb = http::Verb::delete_,
       .path = one,
       .needs = Right::administer,
       .parameters = {id},
       .errors = {errors::kKeyNotFound},
       .handler = delete_key},
  };
}

}  // namespace sas::api
